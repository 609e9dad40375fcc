import CXXHash

/// Whether two records with the same identity say the same: XXH3-64 of their bytes (xxHash 0.8, seed 0).
enum ContentHash {
    @inline(__always)
    static func of(_ record: UnsafeBufferPointer<UInt8>) -> UInt64 {
        unsafe odometer_xxh3_64(record.baseAddress, record.count)
    }
}
