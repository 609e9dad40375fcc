import RecordCutting
public import UsageModel

// How far behind the reader is.
extension FileReader {
    /// What there is to read in every file that is there, in the order of reading.
    ///
    /// No contents are read but the end of a plain file, to find how much of it is no whole line yet: at most
    /// `maximumRecordBytes` of it. So a reader made from committed states only to be asked this serves `status` in
    /// another process. Of a compressed file the compressed bytes are counted from which nothing past the position has
    /// come; they are pending when all of them were read.
    public mutating func lag() async throws(SourceError) -> [PartitionLag] { lags() }

    private mutating func lags() -> [PartitionLag] {
        let isBetweenPasses = turn == nil && visits.isEmpty
        if isBetweenPasses { scan() }
        for place in visits.indices where visits[place].entry != nil {
            // What cannot be read is told by `next()`.
            guard let resolved = try? resolve(visits[place]) else { continue }
            visits[place].candidate = resolved.index
        }
        if isBetweenPasses {
            // The next pass looks for itself: the files may have grown by then.
            visits = []
            needsScan = true
        }
        let files = present.sorted { FilePartition.precedes(partitions[$0.key], partitions[$1.key]) }
        return files.map { lag(of: $0.key, $0.value) }
    }

    /// Once, what there is to read before anything was read; what comes later is told by its batches.
    public mutating func news() -> SourceNews {
        if hasTold { return SourceNews() }
        hasTold = true
        return SourceNews(found: lags().filter { $0.unreadBytes > 0 })
    }

    private func lag(of index: Int, _ status: FileStatus) -> PartitionLag {
        let partition = partitions[index]
        let behind = status.size - min(status.size, partition.descriptor.stored.offset)
        var pending: UInt64 = 0
        if let settled = partition.settled, settled.size == status.size {
            pending =
                partition.pendingBytes == 0 ? 0 : partition.descriptor.input == nil ? partition.pendingBytes : behind
        } else if ends == .live, partition.descriptor.input == nil, !isClosed(partition) {
            pending = unfinishedBytes(partition, status.size)
        }
        return PartitionLag(state: partition.state(in: source), lagBytes: behind, pendingBytes: min(pending, behind))
    }

    private func isClosed(_ partition: FilePartition) -> Bool {
        guard partition.isClosed else { return false }
        return (try? FileHandle.ifThere(partition.path))?.hasWriter != true
    }

    /// The bytes after the last line end, which is looked for in the last `maximumRecordBytes` only.
    private func unfinishedBytes(_ partition: FilePartition, _ size: UInt64) -> UInt64 {
        if case .csv = rule { return unfinishedRecordBytes(partition, size) }
        let reach = min(size - min(size, partition.position), UInt64(options.maximumRecordBytes))
        guard reach > 0, let file = try? FileHandle(opening: partition.path) else { return 0 }
        var tail: [UInt8] = []
        while UInt64(tail.count) < reach {
            let piece = min(reach - UInt64(tail.count), 64 << 10)
            let end = size - UInt64(tail.count)
            guard let bytes = try? file.bytes(at: end - piece, count: Int(piece)), bytes.count == Int(piece) else {
                return 0
            }
            if let newline = bytes.lastIndex(of: 0x0A) {
                tail = bytes[(newline + 1)...] + tail
                break
            }
            tail = bytes + tail
        }
        let isWhole = partition.descriptor.ending == .lineEnd && self.isWhole(tail.span)
        return isWhole ? 0 : UInt64(tail.count)
    }

    /// The same where a line end may lie inside a record: whole records are cut from the position on. More than a record
    /// may have is not only an unfinished one.
    private func unfinishedRecordBytes(_ partition: FilePartition, _ size: UInt64) -> UInt64 {
        let count = size - min(size, partition.position)
        guard count > 0, count <= UInt64(options.maximumRecordBytes),
            let file = try? FileHandle(opening: partition.path),
            let bytes = try? file.bytes(at: partition.position, count: Int(count)), bytes.count == Int(count)
        else { return 0 }
        let end = unsafe bytes.withUnsafeBufferPointer { bytes in
            let mark = unsafe LineCut.mark(bytes, at: partition.position)
            return unsafe rule.cut(bytes, mark: mark, maximum: options.maximumRecordBytes).end
        }
        return UInt64(bytes.count - end)
    }
}
