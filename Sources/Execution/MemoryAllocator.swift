#if canImport(Glibc)
    import CMalloc
#endif

/// How the C library's allocator treats what is freed.
public enum MemoryAllocator {
    /// The largest block that comes out of what was freed before, 32 MiB: the most that mallopt(3) takes.
    private static let largestBlock: Int32 = 32 << 20
    /// How much that is free is kept before it is given back to the system.
    private static let kept: Int32 = 128 << 20

    /// Lets slabs and columns take the place of those before them.
    ///
    /// By itself, glibc maps every block of more than 128 KiB anew, and each thread frees into an arena of its own: each batch
    /// would cost the system's clearing of some hundred pages, and memory would lie about in arenas that nobody looks in. It is
    /// to be called before the first thread starts.
    public static func keepBlocks() {
        #if canImport(Glibc)
            mallopt(M_ARENA_MAX, 2)
            mallopt(M_MMAP_THRESHOLD, largestBlock)
            mallopt(M_TRIM_THRESHOLD, kept)
        #endif
    }
}
