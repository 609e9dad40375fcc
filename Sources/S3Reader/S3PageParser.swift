import AWSClient
import Foundation
import FoundationXML
import UsageModel

/// Reads the answer of ListObjectsV2, which is XML.
final class S3PageParser: NSObject, XMLParserDelegate {
    private var page = S3Page()
    private var path: [String] = []
    private var text = ""
    private var fields: [String: String] = [:]
    private var isEncoded = false
    private var isTruncated: Bool?
    private var token: String?
    private var fault: String?

    /// - Throws: where it is no such document, or not a whole one.
    static func parse(_ body: [UInt8]) throws(AWSDecodingError) -> S3Page {
        let reader = S3PageParser()
        let parser = XMLParser(data: Data(body))
        parser.delegate = reader
        let isSound = parser.parse()
        if let fault = reader.fault { throw AWSDecodingError("the listing: \(fault)") }
        guard isSound, let isTruncated = reader.isTruncated else {
            throw AWSDecodingError("the listing is no whole XML document of a listing")
        }
        var page = reader.page
        try reader.decodeKeys(&page)
        for (left, right) in zip(page.objects, page.objects.dropFirst()) where !(left.key < right.key) {
            throw AWSDecodingError("the listing is not in the byte order of the keys: \(left.key), \(right.key)")
        }
        if isTruncated {
            guard
                let next = page.objects.last.map({ .after($0.key) }) ?? reader.token.map({ .token($0) })
                    as ListingStart?
            else { throw AWSDecodingError("the listing goes on, and does not say where") }
            page.next = next
        }
        return page
    }

    /// Without the quotes of an ETag.
    static func unquoted(_ etag: String) -> String {
        etag.count >= 2 && etag.first == "\"" && etag.last == "\"" ? String(etag.dropFirst().dropLast()) : etag
    }

    /// As `encoding-type=url` has them: percent signs, and `+` for a space.
    private func decodeKeys(_ page: inout S3Page) throws(AWSDecodingError) {
        guard isEncoded else { return }
        for index in page.objects.indices {
            let object = page.objects[index]
            guard let key = S3PageParser.decoded(object.key.bytes) else {
                throw AWSDecodingError("the listing: the key \(object.key) is not encoded as it says")
            }
            page.objects[index] = S3Object(
                key: ByteString(key), etag: object.etag, size: object.size, lastModified: object.lastModified)
        }
    }

    private static func decoded(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.count,
                    let code = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
                else { return nil }
                result.append(code)
                index += 3
            case UInt8(ascii: "+"):
                result.append(0x20)
                index += 1
            case let byte:
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    private func endObject() {
        guard let key = fields["Key"], let size = fields["Size"].flatMap(UInt64.init) else {
            fault = "an object without a key or a size"
            return
        }
        guard let etag = fields["ETag"].map(S3PageParser.unquoted), !etag.isEmpty else {
            fault = "the object \(key) has no ETag, by which its contents are told from others"
            return
        }
        guard let modified = fields["LastModified"].flatMap({ Timestamp($0) }) else {
            fault = "the object \(key) has no time of its last change"
            return
        }
        page.objects.append(S3Object(key: ByteString(key), etag: etag, size: size, lastModified: modified))
    }

    // MARK: XMLParserDelegate

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        if path.isEmpty, name != "ListBucketResult" { fault = "it is a \(name)" }
        path.append(name)
        text = ""
        if path.count == 2, name == "Contents" { fields = [:] }
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
        text += characters
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        switch (path.count, name) {
        case (2, "Contents"): endObject()
        case (2, "EncodingType"): isEncoded = text == "url"
        case (2, "IsTruncated"): isTruncated = text == "true"
        case (2, "NextContinuationToken"): token = text
        case (3, _) where path[1] == "Contents": fields[name] = text
        default: break
        }
        path.removeLast()
        text = ""
    }
}
