#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Equality of bytes.
enum Bytes {
    @inline(__always)
    static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count, let a = left.baseAddress, let b = right.baseAddress else {
            return left.count == right.count
        }
        return unsafe memcmp(a, b, left.count) == 0
    }
}
