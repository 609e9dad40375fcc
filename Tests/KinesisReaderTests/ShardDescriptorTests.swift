import Testing
import UsageModel

@testable import KinesisReader

@Suite struct ShardDescriptorTests {
    @Test("What is encoded is read again, and nothing else is")
    func roundTrip() {
        for bits in 0..<16 {
            var descriptor = ShardDescriptor(
                stream: "arn:aws:kinesis:…/usage", created: Timestamp(nanoseconds: 1),
                start: bits & 1 != 0 ? Timestamp(nanoseconds: -2) : nil)
            descriptor.arrival = bits & 2 != 0 ? Timestamp(nanoseconds: 3) : nil
            descriptor.tip = bits & 4 != 0 ? Timestamp(nanoseconds: .max) : nil
            descriptor.wasClosedAtStart = bits & 8 != 0
            let bytes = descriptor.encoded()
            #expect(ShardDescriptor(bytes) == descriptor)
            for count in bytes.indices { #expect(ShardDescriptor(Array(bytes.prefix(count))) == nil) }
            #expect(ShardDescriptor(bytes + [0]) == nil)
            #expect(ShardDescriptor([2] + bytes.dropFirst()) == nil, "another version")
        }
    }

    @Test("A range of hash keys has its ends, and numbers are read to the last digit")
    func hashKeys() {
        let range = HashKeyRange((1 << 64)...(3 << 64 | 5))
        for key: UInt128 in [1 << 64, 2 << 64, 3 << 64, 3 << 64 | 5] { #expect(range.contains(key)) }
        for key: UInt128 in [0, 1 << 64 - 1, 3 << 64 | 6, 4 << 64, .max] { #expect(!range.contains(key)) }
        #expect(UInt128(digits: "340282366920938463463374607431768211455".utf8) == .max)
        #expect(UInt128(digits: "340282366920938463463374607431768211456".utf8) == nil)
        for text in ["", "-1", "1a", " 1"] { #expect(UInt128(digits: text.utf8) == nil) }
    }
}
