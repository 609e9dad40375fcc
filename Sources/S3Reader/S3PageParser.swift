import AWSClient
import Foundation
import FoundationXML
import UsageModel

/// Reads the answer of ListObjectsV2, which is XML.
final class S3PageParser: NSObject, XMLParserDelegate {
    private var entries: [[String: String]] = []
    private var path: [String] = []
    private var text = ""
    private var fields: [String: String] = [:]
    private var isEncoded = false
    private var isTruncated: Bool?
    /// Whether the document came to its end: the parser takes one that was cut off for sound.
    private var isWhole = false
    private var token: String?
    private var fault: String?

    /// - Throws: where it is no such document, or not a whole one.
    static func parse(_ body: [UInt8]) throws(AWSDecodingError) -> S3Page {
        let reader = S3PageParser()
        let parser = XMLParser(data: Data(body))
        parser.delegate = reader
        let isSound = parser.parse()
        if let fault = reader.fault { throw AWSDecodingError("the listing: \(fault)") }
        guard isSound, reader.isWhole, let isTruncated = reader.isTruncated else {
            throw AWSDecodingError("the listing is no whole XML document of a listing")
        }
        var page = S3Page()
        (page.objects, page.unreadable) = try reader.objects()
        for (left, right) in zip(page.objects, page.objects.dropFirst()) where !(left.key < right.key) {
            throw AWSDecodingError(
                "the listing is not in the byte order of the keys: \(left.key.shown), \(right.key.shown)")
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
    private func key(_ text: String) -> ByteString? {
        isEncoded ? S3PageParser.decoded(Array(text.utf8)).map { ByteString($0) } : ByteString(text)
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

    /// The encoding is told behind the objects by some stores, so that keys are decoded at the end.
    private func objects() throws(AWSDecodingError) -> (objects: [S3Object], unreadable: [String]) {
        var objects: [S3Object] = []
        var unreadable: [String] = []
        for fields in entries {
            guard let text = fields["Key"], let key = key(text), let size = fields["Size"].flatMap(UInt64.init),
                size <= S3PageParser.largest, let modified = fields["LastModified"].flatMap({ Timestamp($0) })
            else { throw AWSDecodingError("the listing has an object without a key, a size or a time") }
            let etag = S3PageParser.unquoted(fields["ETag"] ?? "")
            if String(validating: key.bytes, as: UTF8.self) == nil {
                unreadable.append("the key \(text) is not UTF-8, and cannot be asked for; name the object anew")
            } else if !S3PageParser.isSound(etag) {
                unreadable.append("\(key.shown) has no strong ETag, by which its contents are told from others")
            } else {
                objects.append(S3Object(key: key, etag: etag, size: size, lastModified: modified))
            }
        }
        return (objects, unreadable)
    }

    /// Objects have up to 50 TB; what is larger is no size.
    private static let largest: UInt64 = 1 << 50

    /// Whether an ETag tells contents apart, and can stand in an id and in `If-Match`.
    private static func isSound(_ etag: String) -> Bool {
        !etag.isEmpty && etag.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x23 && $0 != 0x22 }
            && !etag.hasPrefix("W/")
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
        case (1, _): isWhole = true
        case (2, "Contents"): entries.append(fields)
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
