import Glibc

/// Large arrays in large pages (`MADV_HUGEPAGE`, madvise(2)): reading one here and there then does not miss in the table of pages
/// each time, and filling it faults once for 2 MiB. It is advice to the kernel: nothing depends on it.
enum LargePages {
    /// Smaller arrays share their pages with others.
    private static let minimumBytes = 4 << 20
    private static let pageSize = 4_096

    /// An array of zeros.
    static func zeros<Element: FixedWidthInteger & BitwiseCopyable>(_ count: Int) -> [Element] {
        unsafe [Element](unsafeUninitializedCapacity: count) { buffer, filled in
            unsafe advise(UnsafeMutableRawBufferPointer(buffer))
            unsafe buffer.initialize(repeating: 0)
            filled = count
        }
    }

    private static func advise(_ bytes: UnsafeMutableRawBufferPointer) {
        guard bytes.count >= minimumBytes, let base = bytes.baseAddress else { return }
        // Whole pages inside of it.
        let skipped = (pageSize - Int(bitPattern: base) % pageSize) % pageSize
        let length = (bytes.count - skipped) / pageSize * pageSize
        _ = unsafe madvise(base + skipped, length, MADV_HUGEPAGE)
    }
}
