import Foundation
import Testing
import UsageModel

@testable import odometer

@Suite("Writing JSON")
struct JSONValueTests {
    @Test("Every scalar comes back as it was through another parser")
    func roundTrip() throws {
        var text = ""
        for value in 0..<0x250 as Range<UInt32> { text.unicodeScalars.append(try #require(Unicode.Scalar(value))) }
        text += "\u{2028}\u{FFFD}\u{1F600}e\u{301}"
        let written = JSONValue.object([.init("k\"\\\n", .array([.string(text), .null, .bool(true), .number(.max)]))])
            .text
        let read = try #require(try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String: [Any]])
        let values = try #require(read["k\"\\\n"])
        #expect((values[0] as? String).map { Array($0.utf8) } == Array(text.utf8))
        #expect(values[1] is NSNull)
        #expect((values[3] as? NSNumber)?.uint64Value == .max)
        #expect(!written.utf8.contains { $0 < 0x20 })
    }

    @Test("Bytes that are not UTF-8 are replaced")
    func notUTF8() {
        #expect(JSONValue.text(ByteString([0x61, 0xFF, 0x62])).text == "\"a\u{FFFD}b\"")
    }
}
