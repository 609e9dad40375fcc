/// The files that are kept open between their turns: the ones in which something is left, and the ones that were read last.
struct OpenFiles: Sendable {
    /// What decides who is closed; apart from the contents, so that looking through them counts no references.
    private struct Mark: Sendable {
        var used: UInt64
        var isCompressed: Bool
        /// Whether its turn ended before its contents did. If it were closed and its file deleted, the rest would be lost.
        var isPaused: Bool
        /// Whether its file cannot be opened again, as it has no name by which it is known.
        var isGone: Bool
    }

    private var contents: [Int: any FileContents] = [:]
    private var marks: [Int: Mark] = [:]
    private var clock: UInt64 = 0

    /// Decompressors that are kept; one holds up to some MiB.
    private static let maximumCompressed = 16

    var indices: some Collection<Int> { contents.keys }

    subscript(partition: Int) -> (any FileContents)? { contents[partition] }

    mutating func remove(_ partition: Int) {
        contents[partition] = nil
        marks[partition] = nil
    }

    /// Whether the turn of such contents may end before they do: there is room for few in this way.
    func admitsPause(of contents: any FileContents, maximum: Int) -> Bool {
        let paused = marks.values.count { $0.isPaused }
        let compressed = marks.values.count { $0.isPaused && $0.isCompressed }
        return paused < maximum / 2
            && (!(contents is CompressedContents) || compressed < OpenFiles.maximumCompressed / 2)
    }

    /// Keeps one, and closes those that were used least recently where there are too many.
    mutating func keep(
        _ kept: any FileContents, of partition: Int, isPaused: Bool, isGone: Bool, maximum: Int
    ) {
        clock += 1
        contents[partition] = kept
        let isCompressed = kept is CompressedContents
        marks[partition] = Mark(used: clock, isCompressed: isCompressed, isPaused: isPaused, isGone: isGone)
        if contents.count > maximum { closeOldest() }
        if isCompressed, marks.values.count(where: \.isCompressed) > OpenFiles.maximumCompressed {
            evict(where: \.isCompressed)
        }
    }

    /// Closes the one that was used least recently, unless something is left in each. Returns whether one was closed.
    @discardableResult
    mutating func closeOldest() -> Bool { evict { !$0.isGone } || evict { _ in true } }

    /// Lets one be closed whose turn will not go on as it was to.
    mutating func unpause(_ partition: Int) {
        marks[partition]?.isPaused = false
    }

    @discardableResult
    private mutating func evict(where condition: (Mark) -> Bool) -> Bool {
        var oldest: (partition: Int, used: UInt64)?
        for (partition, mark) in marks where !mark.isPaused && condition(mark) {
            if oldest.map({ mark.used < $0.used }) ?? true { oldest = (partition, mark.used) }
        }
        guard let oldest else { return false }
        remove(oldest.partition)
        return true
    }
}
