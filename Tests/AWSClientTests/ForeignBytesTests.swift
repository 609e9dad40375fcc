import Testing
import UsageModel

@testable import AWSClient

/// What comes from the network or a file may hold anything.
@Suite struct ForeignBytesTests {
    /// SplitMix64 (https://prng.di.unimi.it/splitmix64.c), so that a failure can be seen again.
    struct Generator: RandomNumberGenerator {
        var state: UInt64 = 7

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static let pieces = [
        "<", ">", "/", "</", "<?", "?>", "<!--", "-->", "<![CDATA[", "]]>", "Error", "Code", "&", ";", "#x", "&lt;",
        "\"",
        "'", "=", " ", "\n", "\r", "\t", "[", "]", "#", "a", "é", "\u{301}", "😀", "\0", "{", "}", ":", ",", "1", "http",
        "://", "@", "%", "%4", "GMT", "Jan", "default", "profile ",
    ]

    @Test("No bytes end the program, and what one reader takes another one takes too")
    func any() {
        var generator = Generator()
        var wellFormed = 0
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<12, using: &generator) {
                bytes += Array((Self.pieces.randomElement(using: &generator) ?? "").utf8)
            }
            if Bool.random(using: &generator) { bytes = Array("<a>".utf8) + bytes + Array("</a>".utf8) }
            if !bytes.isEmpty, Int.random(in: 0..<4, using: &generator) == 0 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let leaves = XMLLeaf.all(in: bytes)
            if let leaves {
                wellFormed += 1
                #expect(!leaves.isEmpty && Set(leaves.compactMap(\.path.first)).count == 1)
            }
            let response = HTTPResponse(
                status: 400, headers: [("date", text), ("x-amzn-errortype", text)], body: bytes)
            #expect(ServiceFault(response).code?.contains("\n") != true)
            _ = ServiceFault(successThatFailed: response)
            _ = Timestamp(httpDate: text)
            _ = try? ProfileFile(bytes, path: "f")
            if let endpoint = try? AWSEndpoint(url: text) { #expect(!endpoint.host.isEmpty) }
            #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        }
        #expect(wellFormed > 1_000)
    }
}
