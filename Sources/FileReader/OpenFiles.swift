/// The files that are kept open between their turns: the ones that were read last.
struct OpenFiles: Sendable {
    private var contents: [Int: any FileContents] = [:]
    private var used: [Int: UInt64] = [:]
    private var clock: UInt64 = 0

    /// Decompressors that are kept; one holds up to some MiB.
    private static let maximumCompressed = 16

    var indices: Dictionary<Int, any FileContents>.Keys { contents.keys }
    var count: Int { contents.count }

    subscript(partition: Int) -> (any FileContents)? { contents[partition] }

    mutating func remove(_ partition: Int) {
        contents[partition] = nil
        used[partition] = nil
    }

    /// Keeps one, and closes those that were used least recently where there are too many.
    mutating func keep(_ kept: any FileContents, of partition: Int, maximum: Int) {
        clock += 1
        contents[partition] = kept
        used[partition] = clock
        if contents.count > maximum { evict { _ in true } }
        if kept is CompressedContents,
            contents.values.count(where: { $0 is CompressedContents }) > OpenFiles.maximumCompressed
        {
            evict { $0 is CompressedContents }
        }
    }

    private mutating func evict(_ condition: (any FileContents) -> Bool) {
        let candidates = used.filter { entry in contents[entry.key].map(condition) ?? true }
        if let oldest = candidates.min(by: { $0.value < $1.value }) { remove(oldest.key) }
    }
}
