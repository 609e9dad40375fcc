import Glibc
import RecordCutting
import UsageModel

// Cutting a partition's bytes into batches.
extension FileReader {
    /// The next batch of the turn; `nil` at its end.
    mutating func advance(_ turn: inout FileTurn) -> RecordBatch? {
        if turn.isPaused { return nil }
        let first = turn.ahead.take() ?? produce(&turn)
        guard var batch = first else { return nil }
        turn.given += batch.contentCount
        if let most = options.turnBytes, turn.given >= most, !turn.isExhausted,
            open.admitsPause(of: turn.contents, maximum: options.maximumOpenFiles)
        {
            turn.isPaused = true
            return batch
        }
        turn.ahead = produce(&turn)
        batch.reachesEnd = turn.ahead == nil
        return batch
    }

    /// The next batch, or `nil` when there is none at present or the reading failed.
    private mutating func produce(_ turn: inout FileTurn) -> RecordBatch? {
        if turn.isExhausted { return nil }
        let start = partitions[turn.index].descriptor.stored.offset
        do throws(ContentsError) {
            guard try hasHeader(&turn) else { return nil }
            let batch =
                partitions[turn.index].oversized == nil ? try readLines(&turn) : try readOversized(&turn)
            if var batch {
                if turn.isRest { batch.refusal = .restOfLine }
                batch.header = partitions[turn.index].header?.bytes ?? []
                let end = partitions[turn.index].descriptor.stored.offset
                batch.storedBytes = end - min(end, start)
                return batch
            }
            let isNews = partitions[turn.index].isMoved || isNewlyComplete(turn)
            if isNews, turn.failure == nil { return try emptyBatch(&turn) }
        } catch { turn.failure = error }
        turn.isExhausted = true
        return nil
    }

    /// As many whole lines as a batch holds, or the beginning of a line that is too long.
    private mutating func readLines(_ turn: inout FileTurn) throws(ContentsError) -> RecordBatch? {
        let position = partitions[turn.index].position
        // The longest record, a byte order mark, its line end, and one byte more that shows that it is too long.
        let longest = options.maximumRecordBytes + 8
        var capacity = Int(min(UInt64(options.batchBytes), max(1, turn.contents.expected(from: position))))
        while true {
            let (slab, read) = readSlab(&turn, at: position, capacity)
            if try wasCut(turn) { return nil }
            let count = slab.count - RecordBatch.padding
            var (cut, end) = unsafe slab.withUnsafeBufferPointer { slab in
                let bytes = unsafe UnsafeBufferPointer(rebasing: slab[..<count])
                return unsafe cutLines(bytes, &turn, isAtEnd: read.isAtEnd)
            }
            unsafe slab.withUnsafeBufferPointer { slab in
                unsafe turn.contents.giveBack(UnsafeBufferPointer(rebasing: slab[end..<count]))
            }
            if end > 0 {
                partitions[turn.index].header?.remove(from: &cut.records, at: position)
                turn.records = cut.records.count
                if let failure = read.failure, !cut.isOversized {
                    turn.failure = failure
                    turn.isExhausted = true
                }
                return try batch(&turn, slab, end, cut)
            }
            if cut.isOversized { return try readOversized(&turn) }
            if read.isAtEnd { return nil }
            if let failure = read.failure { throw failure }
            // A line that is longer than a batch.
            capacity = max(capacity, longest)
        }
    }

    /// Whether a plain file was cut and written anew since the turn began: what was read last may not follow what was read
    /// before. It is asked after each read, as what stands before the position would not be there any more. The next
    /// scan finds a new generation.
    private func wasCut(_ turn: FileTurn) throws(ContentsError) -> Bool {
        let partition = partitions[turn.index]
        guard partition.descriptor.kind == nil, let recent = partition.recent, !recent.isEmpty else { return false }
        do throws(FileError) {
            let start = partition.position - UInt64(recent.count)
            return try turn.contents.file.bytes(at: start, count: recent.count) != recent
        } catch { throw .file(error) }
    }

    /// Whether a compressed file was read to its end and its position does not say so: the end of a stream is found only
    /// after its last byte, which may be read alone, and an empty one has nothing but its end.
    private func isNewlyComplete(_ turn: FileTurn) -> Bool {
        let descriptor = partitions[turn.index].descriptor
        return descriptor.kind != nil && !descriptor.isComplete
            && turn.contents.isComplete(at: descriptor.contents.offset)
    }

    /// A batch of no bytes: it says in which file the partition goes on, or that it is complete, so that this need not be
    /// found out again.
    private mutating func emptyBatch(_ turn: inout FileTurn) throws(ContentsError) -> RecordBatch {
        turn.isExhausted = true
        let position = partitions[turn.index].position
        turn.ending = partitions[turn.index].descriptor.ending
        let partition = try move(&turn, to: position, partitions[turn.index].recent ?? [])
        return RecordBatch(
            partition: partition, range: PositionRange(start: .byte(position), end: .byte(position)),
            bytes: [UInt8](repeating: 0, count: RecordBatch.padding), records: [])
    }

    /// Reads into a new slab: the bytes, then the padding.
    func readSlab(
        _ turn: inout FileTurn, at position: UInt64, _ capacity: Int
    ) -> ([UInt8], ContentsRead) {
        var read = ContentsRead(count: 0, isAtEnd: false)
        let slab = unsafe [UInt8](unsafeUninitializedCapacity: capacity + RecordBatch.padding) { buffer, count in
            let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<capacity])
            read = unsafe turn.contents.read(at: position, into: room)
            count = read.count + RecordBatch.padding
            unsafe UnsafeMutableBufferPointer(rebasing: buffer[read.count..<count]).initialize(repeating: 0)
        }
        return (slab, read)
    }

    /// The whole lines of a slab and where they end, the unfinished last one included where it may be taken.
    private mutating func cutLines(
        _ bytes: UnsafeBufferPointer<UInt8>, _ turn: inout FileTurn, isAtEnd: Bool
    ) -> (cut: LineCut, end: Int) {
        let mark = unsafe LineCut.mark(bytes, at: partitions[turn.index].position)
        var cut = unsafe rule.cut(
            bytes, mark: mark, maximum: options.maximumRecordBytes, expected: turn.records + turn.records / 8)
        (turn.ending, turn.isRest) = (.lineEnd, false)
        unsafe cutRest(bytes, &turn, &cut)
        if turn.isRest { return (cut, cut.end) }
        guard isAtEnd, !cut.isOversized else { return (cut, cut.end) }
        turn.isExhausted = true
        partitions[turn.index].pendingBytes = UInt64(bytes.count - cut.end)
        let record = unsafe LineCut.record(bytes, cut.end == 0 ? mark : cut.end, bytes.count)
        let first = Int(record.start)
        let line = unsafe UnsafeBufferPointer(rebasing: bytes[first..<first + Int(record.length)])
        let isRest = isInsideLine(turn) && cut.end == 0
        let ending = unsafe endOfLine(&turn) ?? (isRest || line.isEmpty ? nil : endOfItself(turn, line))
        guard let ending else { return (cut, cut.end) }
        let isBlank = unsafe rule.isBlank(bytes, record)
        if !isBlank { cut.records.append(record) }
        // What follows white space is a record like any other.
        if !isBlank || isRest { turn.ending = ending }
        turn.isRest = isRest && !isBlank
        cut.end = bytes.count
        partitions[turn.index].pendingBytes = 0
        return (cut, cut.end)
    }

    /// Whether a line that was given out may go on at the position.
    private func isInsideLine(_ turn: FileTurn) -> Bool { partitions[turn.index].descriptor.ending != .lineEnd }

    /// Leaves nothing but the first line where it is the rest of one whose beginning was given out: it stands alone in its
    /// batch, marked so. White space is no rest.
    private func cutRest(_ bytes: UnsafeBufferPointer<UInt8>, _ turn: inout FileTurn, _ cut: inout LineCut) {
        guard isInsideLine(turn), let end = unsafe FileReader.lineEnd(bytes, from: 0) else { return }
        let rest = unsafe LineCut.record(bytes, 0, end - 1)
        if unsafe rule.isBlank(bytes, rest) || Int(rest.length) > options.maximumRecordBytes { return }
        cut = LineCut(only: rest, end: end)
        turn.isRest = true
    }

    /// What the present end of the contents says of a last line that has no line end; `nil` when it may go on. A stream that is
    /// not finished never ends one; in an archive it is a failure, told after what stands before it.
    mutating func endOfLine(_ turn: inout FileTurn) -> LineEnding? {
        switch turn.contents.ending {
        case .open:
            // Who writes to it is asked first: what comes after the answer changes the size.
            let isClosed = partitions[turn.index].isClosed && !mayHaveWriter(turn)
            if hasAnotherSize(turn) { return nil }
            return ends == .archive ? .archive : isClosed ? .closed : nil
        case .ended: return .closed
        case .inside(let error):
            if ends == .archive { turn.failure = error }
            return nil
        }
    }

    /// Whether a program may go on to write to a renamed file. Where the system does not tell, one that has not grown for some
    /// time is taken for closed; in a bounded run there is no such time.
    private mutating func mayHaveWriter(_ turn: FileTurn) -> Bool {
        if let answer = turn.contents.file.hasWriter { return answer }
        return schedule != nil && !isStill(turn.index, turn.status.size, for: FileReader.waitForWriter)
    }

    /// Whether the end that a file had when its turn began is not its end any more.
    private func hasAnotherSize(_ turn: FileTurn) -> Bool {
        guard let status = try? turn.contents.file.status() else { return false }
        return status.size != turn.status.size
    }

    /// The last line of a plain file may be whole without a line end.
    private func endOfItself(_ turn: FileTurn, _ line: UnsafeBufferPointer<UInt8>) -> LineEnding? {
        guard case .open = turn.contents.ending, ends == .live, !hasAnotherSize(turn) else { return nil }
        return unsafe isWhole(Span(_unsafeElements: line)) ? .itself : nil
    }

    /// Makes the batch of the first `end` bytes of a slab and moves the position over them.
    private mutating func batch(
        _ turn: inout FileTurn, _ slab: consuming [UInt8], _ end: Int, _ cut: LineCut
    ) throws(ContentsError) -> RecordBatch {
        var slab = slab
        slab.removeLast(slab.count - RecordBatch.padding - end)
        unsafe slab.withUnsafeMutableBufferPointer { slab in
            unsafe slab[end...].update(repeating: 0)
        }
        let start = partitions[turn.index].position
        var recent = partitions[turn.index].recent ?? []
        unsafe slab.withUnsafeBufferPointer { slab in
            unsafe RecentBytes.advance(&recent, over: UnsafeBufferPointer(rebasing: slab[..<end]))
        }
        partitions[turn.index].extendHead(over: slab.prefix(end), from: start)
        let partition = try move(&turn, to: start + UInt64(end), recent)
        return RecordBatch(
            partition: partition,
            range: PositionRange(start: .byte(start), end: .byte(start + UInt64(end))), bytes: slab,
            records: cut.records)
    }

    /// Moves the partition's position on. Returns the partition as it is to be recognised there.
    private mutating func move(
        _ turn: inout FileTurn, to position: UInt64, _ recent: [UInt8]
    ) throws(ContentsError) -> Partition {
        let known = partitions[turn.index].descriptor
        do throws(FileError) {
            partitions[turn.index].descriptor = try turn.contents.descriptor(
                at: position, recent: recent, identity: known.identity, path: known.path)
        } catch { throw .file(error) }
        partitions[turn.index].setBeginning(known.beginning)
        partitions[turn.index].descriptor.ending = turn.ending
        partitions[turn.index].isMoved = false
        partitions[turn.index].position = position
        partitions[turn.index].recent = recent
        var partition = turn.partition
        partition.descriptor = partitions[turn.index].descriptor.encoded()
        return partition
    }

    /// Takes in a line that is too long, in pieces. `nil` when it has no end yet; what was taken in is kept.
    private mutating func readOversized(_ turn: inout FileTurn) throws(ContentsError) -> RecordBatch? {
        let start = partitions[turn.index].position
        var buffer = [UInt8](repeating: 0, count: min(256 << 10, options.maximumRecordBytes + 8))
        var line = partitions[turn.index].oversized
        var isWhole = false
        (turn.ending, turn.isRest) = (.lineEnd, false)
        while !isWhole {
            let offset = start + (line?.count ?? 0)
            let read = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
                let read = unsafe turn.contents.read(at: offset, into: buffer)
                let bytes = unsafe UnsafeBufferPointer(rebasing: buffer[..<read.count])
                if line == nil {
                    line = OversizedLine(
                        recent: partitions[turn.index].recent ?? [], mark: unsafe LineCut.mark(bytes, at: start))
                }
                let end = unsafe FileReader.lineEnd(bytes, from: options.maximumRecordBytes - Int(line?.count ?? 0))
                unsafe line?.append(UnsafeBufferPointer(rebasing: bytes[..<(end ?? read.count)]))
                unsafe turn.contents.giveBack(UnsafeBufferPointer(rebasing: bytes[(end ?? read.count)...]))
                isWhole = end != nil
                return read
            }
            partitions[turn.index].oversized = line
            if !isWhole, let failure = read.failure { throw failure }
            if !isWhole && read.isAtEnd {
                turn.isExhausted = true
                partitions[turn.index].pendingBytes = line?.count ?? 0
                guard let ending = endOfLine(&turn) else { return nil }
                turn.ending = ending
                isWhole = true
            }
        }
        guard let line else { return nil }
        if try wasCut(turn) {
            partitions[turn.index].oversized = nil
            return nil
        }
        partitions[turn.index].extendHead(over: line.head, from: start)
        let partition = try move(&turn, to: start + line.count, line.recent)
        partitions[turn.index].oversized = nil
        partitions[turn.index].pendingBytes = 0
        return line.batch(of: partition, from: start)
    }

    /// The place after the first line feed from `start` on. Before it the record is not too long yet, so a line feed there
    /// is one between quotes.
    private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        let start = max(0, start)
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = unsafe memchr(base + start, 0x0A, bytes.count - start)
        else { return nil }
        return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
    }
}

extension RecordBatch.Refusal {
    static let restOfLine = RecordBatch.Refusal(
        .badLine, "the rest of a line whose beginning was taken as a record when its file ended there")
}
