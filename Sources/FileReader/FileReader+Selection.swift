import UsageModel

// Looking into a file before anything of it is given out.
extension FileReader {
    /// The turn as it was, if its partition is wanted; `nil` where it is left alone.
    ///
    /// A file that was begun is looked into from its beginning too: what was wanted when it was begun, by a process that
    /// was killed since, is wanted still. What was looked at is read again when the turn goes on, so that nothing of it is
    /// held.
    /// - Throws: what stands in the way of telling. A file that ends in a failure may hold after it what is wanted.
    mutating func selected(_ turn: FileTurn) throws(ContentsError) -> FileTurn? {
        let before = partitions[turn.index]
        guard let selection, before.hasUnread(of: turn.status.size) else { return turn }
        var look = turn
        look.contents = try fresh(turn.contents.file, before.descriptor.kind, turn.status)
        partitions[turn.index].rewind()
        var isWanted = false
        while !isWanted, let batch = advance(&look) { isWanted = selection.isWanted(batch) }
        partitions[turn.index] = before
        if isWanted { return turn }
        if let failure = look.failure { throw failure }
        settle(turn.index, turn.status)
        selection.left(turn.status.size - min(turn.status.size, before.descriptor.stored.offset))
        return nil
    }
}

extension FilePartition {
    /// Whether a file of this size may hold something after the position. A decompressor may have taken all of its file in
    /// before all has come out.
    fileprivate func hasUnread(of size: UInt64) -> Bool {
        descriptor.stored.offset < size || descriptor.kind != nil && !descriptor.isComplete
    }

    /// Goes back to the beginning of the same file.
    fileprivate mutating func rewind() {
        descriptor.contents = .start
        descriptor.input = descriptor.kind == nil ? nil : .start
        descriptor.isComplete = false
        descriptor.ending = .lineEnd
        position = 0
        recent = []
        head = []
        oversized = nil
        isMoved = false
    }
}
