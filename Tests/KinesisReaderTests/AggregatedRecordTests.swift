import Crypto
import FoundationEssentials
import Testing

@testable import KinesisReader

/// Records that a producer aggregated, against those that AWS's own library for Python made.
@Suite struct AggregatedRecordTests {
    struct Case: Decodable {
        struct Element: Decodable {
            var data: Data
            var hashKey: String
        }

        var record: Data
        var elements: [Element]
    }

    static func cases() throws -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let file = folder.appending(path: "Fixtures/aggregated.json")
        return try JSONDecoder().decode([Case].self, from: try Data(contentsOf: file))
    }

    @Test("What another library aggregated is taken apart")
    func takenApart() throws {
        let cases = try Self.cases()
        #expect(cases.count == 43)
        for sample in cases {
            // Not at the beginning of the array, as in an answer.
            let bytes = [1, 2, 3] + Array(sample.record)
            let record = try #require(AggregatedRecord(bytes, in: 3..<bytes.count))
            #expect(record.elements.map { Array(bytes[$0.data]) } == sample.elements.map { Array($0.data) })
            #expect(record.elements.map { String($0.hashKey) } == sample.elements.map(\.hashKey))
        }
    }

    @Test("One that was damaged is a record like any other")
    func damaged() throws {
        for sample in try Self.cases().prefix(6) {
            let bytes = Array(sample.record)
            for index in bytes.indices {
                var damaged = bytes
                damaged[index] ^= 0x10
                #expect(AggregatedRecord(damaged, in: 0..<damaged.count) == nil)
            }
            for count in bytes.indices { #expect(AggregatedRecord(bytes, in: 0..<count) == nil) }
        }
    }

    @Test("A message that is broken under a right checksum is a record like any other, and never a crash")
    func broken() throws {
        var random = SystemRandomNumberGenerator()
        var whole = 0
        for sample in try Self.cases() {
            let message = Array(sample.record.dropFirst(4).dropLast(16))
            for _ in 0..<200 {
                var damaged = message
                for _ in 0..<3 {
                    damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                let record = Self.sealed(damaged)
                guard let read = AggregatedRecord(record, in: 0..<record.count) else { continue }
                whole += 1
                for element in read.elements {
                    #expect(record.indices.contains(element.data.lowerBound) || element.data.isEmpty)
                }
            }
        }
        // A changed byte of data is a message all the same.
        #expect(whole > 0)
        #expect(AggregatedRecord(Self.sealed([0x1A, 0x04, 0x08, 0x00, 0x1A, 0x00]), in: 0..<26) == nil, "no such key")
        #expect(AggregatedRecord(Self.sealed([]), in: 0..<20) == nil, "no message")
        #expect(AggregatedRecord(Self.sealed([0x0A, 0x01, 0x61, 0x1B]), in: 0..<24) == nil, "a group")
    }

    @Test("Fields that are not known are passed, whatever their type")
    func unknownFields() throws {
        let message: [UInt8] = [
            0x0A, 0x01, 0x61, 0x50, 0x96, 0x01, 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x65, 1, 2, 3, 4,
            0x1A, 0x0A, 0x08, 0x00, 0x1A, 0x01, 0x7A, 0x22, 0x03, 0x0A, 0x01, 0x74,
        ]
        let record = Self.sealed(message)
        let read = try #require(AggregatedRecord(record, in: 0..<record.count))
        #expect(read.elements.map { Array(record[$0.data]) } == [[0x7A]])
    }

    /// A message with the right checksum.
    static func sealed(_ message: [UInt8]) -> [UInt8] {
        [0xF3, 0x89, 0x9A, 0xC2] + message + Array(Insecure.MD5.hash(data: message))
    }
}
