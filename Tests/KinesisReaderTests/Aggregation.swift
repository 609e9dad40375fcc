/// Aggregates records, for tests: small messages of few records.
enum Aggregation {
    static func record(_ elements: [(key: String, hashKey: UInt128?, data: [UInt8])]) -> [UInt8] {
        var message: [UInt8] = []
        for element in elements { message += field(1, Array(element.key.utf8)) }
        for hashKey in elements.compactMap(\.hashKey) { message += field(2, Array(String(hashKey).utf8)) }
        var hashKeys = 0
        for (index, element) in elements.enumerated() {
            var record: [UInt8] = [0x08] + varint(index)
            if element.hashKey != nil {
                record += [0x10] + varint(hashKeys)
                hashKeys += 1
            }
            record += field(3, element.data)
            message += field(3, record)
        }
        return AggregatedRecordTests.sealed(message)
    }

    static func record(_ texts: [String], key: String = "key") -> [UInt8] {
        record(texts.map { (key, nil, Array($0.utf8)) })
    }

    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2] + varint(bytes.count) + bytes
    }

    private static func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
    }
}
