import FoundationEssentials

/// What a service tells of a failure: in XML (S3, STS), in JSON (Kinesis), in headers only, or not at all.
struct ServiceFault: Hashable {
    var code: String?
    var message: String?
    var requestID: String?
    var region: String?

    /// Reads an answer that is no success. Never fails: what cannot be read is not told.
    init(_ response: HTTPResponse) {
        requestID = response.header("x-amz-request-id") ?? response.header("x-amzn-requestid")
        region = response.header("x-amz-bucket-region")
        let first = response.body.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
        if first == UInt8(ascii: "{") {
            readJSON(response.body)
        } else if first == UInt8(ascii: "<") {
            readXML(response.body)
        }
        if let header = response.header("x-amzn-errortype") { code = ServiceFault.shortened(header) }
        code = code.flatMap { $0.isEmpty ? nil : ServiceFault.line($0, limit: 100) }
        message = message.flatMap { $0.isEmpty ? nil : ServiceFault.line($0, limit: 300) }
    }

    /// Reads an answer with status 200 that is a failure all the same: S3's `<Error>` after it has begun to answer.
    init?(successThatFailed response: HTTPResponse) {
        let start = response.body.drop { $0 <= 0x20 }.prefix(ServiceFault.prologBytes)
        guard start.firstRange(of: Array("<Error".utf8)) != nil else { return nil }
        guard let leaves = XMLLeaf.all(in: response.body), leaves.first?.path.first == "Error" else { return nil }
        self.init(response)
    }

    /// Before its root an answer has an XML declaration, and no more.
    private static let prologBytes = 512

    /// `<Error><Code>…` of S3, `<ErrorResponse><Error><Code>…` of STS.
    private mutating func readXML(_ body: [UInt8]) {
        for leaf in XMLLeaf.all(in: body) ?? [] {
            switch leaf.path.suffix(2) {
            case ["Error", "Code"]: code = leaf.text
            case ["Error", "Message"]: message = leaf.text
            case ["Error", "RequestId"], ["ErrorResponse", "RequestId"]: requestID = requestID ?? leaf.text
            case ["Error", "Region"]: region = region ?? leaf.text
            default: continue
            }
        }
    }

    /// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization
    private mutating func readJSON(_ body: [UInt8]) {
        struct Document: Decodable {
            var __type: String?
            var code: String?
            var message: String?
            var Message: String?
        }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(body)) else { return }
        code = (document.__type ?? document.code).map(ServiceFault.shortened)
        message = document.message ?? document.Message
    }

    /// `ns#Name` and `Name:http://…` are both `Name`.
    private static func shortened(_ type: String) -> String {
        let name = type.prefix { $0 != ":" }
        return String(name.lastIndex(of: "#").map { name[name.index(after: $0)...] } ?? name)
    }

    /// The first line: the rest of a message about a signature repeats the headers that were signed.
    private static func line(_ text: String, limit: Int) -> String {
        let line = text.prefix { !$0.isNewline }
        return (line.count > limit ? line.prefix(limit) + "…" : String(line)).withoutControls
    }
}

extension String {
    /// With control characters replaced, which would change what a terminal shows.
    var withoutControls: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "�" : $0 }))
    }
}
