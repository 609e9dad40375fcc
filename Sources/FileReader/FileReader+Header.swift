import RecordCutting
import UsageModel

// The header of a file whose first record names the columns.
extension FileReader {
    /// Whether the turn's batches can be made: its file needs no header, or has it.
    ///
    /// A header that is not whole yet leaves the file waiting, like any other unfinished line.
    mutating func hasHeader(_ turn: inout FileTurn) throws(ContentsError) -> Bool {
        if !rule.hasHeader || partitions[turn.index].header != nil { return true }
        partitions[turn.index].header = try readHeader(&turn)
        if partitions[turn.index].header != nil { return true }
        turn.isExhausted = true
        partitions[turn.index].pendingBytes = turn.contents.expected(from: partitions[turn.index].position)
        return false
    }

    /// Reads the header anew from the file's beginning, wherever the turn goes on. `nil` while it is not whole.
    ///
    /// Once in a partition's life in this process. Takes memory for one record, however many empty lines come first.
    private mutating func readHeader(_ turn: inout FileTurn) throws(ContentsError) -> RecordHeader? {
        let kind = partitions[turn.index].descriptor.kind
        var beginning = FileTurn(
            index: turn.index, visit: turn.visit, partition: turn.partition,
            contents: try fresh(turn.contents.file, kind, turn.status), status: turn.status)
        var offset: UInt64 = 0
        var capacity = 4_096
        while true {
            let (slab, read) = readSlab(&beginning, at: offset, capacity)
            let count = slab.count - RecordBatch.padding
            let endsRecord = read.isAtEnd && endOfLine(&beginning) != nil
            let (header, end) = unsafe slab.withUnsafeBufferPointer { slab in
                unsafe rule.header(
                    in: UnsafeBufferPointer(rebasing: slab[..<count]), at: offset, maximum: options.maximumRecordBytes,
                    endsRecord: endsRecord)
            }
            if let header { return header }
            if let failure = read.failure ?? beginning.failure { throw failure }
            if read.isAtEnd { return nil }
            unsafe slab.withUnsafeBufferPointer { slab in
                unsafe beginning.contents.giveBack(UnsafeBufferPointer(rebasing: slab[end..<count]))
            }
            offset += UInt64(end)
            capacity = options.maximumRecordBytes + 8
        }
    }
}
