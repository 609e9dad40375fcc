import Compression
import Glibc
import RecordCutting
import UsageModel

/// The reading of one object: its parts go in, batches of whole records come out.
struct ObjectTurn: ~Copyable, Sendable {
    /// What comes of one step.
    enum Step {
        case batch(RecordBatch)
        /// The next part has to be fed first.
        case needsPart
        /// Everything was given out.
        case done
        /// The contents end here, before what was committed of them.
        case isShort(UInt64)
        /// It cannot go on now, for a reason that is not the object's.
        case failed(String)
    }

    let partition: Partition
    private var descriptor: S3Descriptor
    private let rule: RecordRule
    private let options: S3ReaderOptions
    private var contents: ObjectContents
    /// What was committed of the contents before: it is read again where that is the only way to what follows, and not given
    /// out.
    private let resume: UInt64

    /// Contents that are no batch yet, up to `filled`; the first of them stands at `position`.
    private var slab: [UInt8]
    private var filled = 0
    private var position: UInt64
    private var header: [UInt8]?
    private var oversized: OversizedLine?
    /// What ends the object before its end.
    private var damage: CompressionError?
    /// What stands in the way at present, and is not the object's fault.
    private var failure: CompressionError?
    private var storedGiven: UInt64 = 0

    /// - Parameters:
    ///   - start: where the first part begins: ``firstByte(after:_:rule:)``.
    ///   - resume: the first position that is to be given out.
    init(
        _ partition: Partition, _ descriptor: S3Descriptor, from start: UInt64, resume: UInt64, rule: RecordRule,
        options: S3ReaderOptions
    ) {
        self.partition = partition
        self.descriptor = descriptor
        self.rule = rule
        self.options = options
        self.resume = resume
        contents = ObjectContents(from: start, format: descriptor.format)
        position = start
        storedGiven = descriptor.storedOffset
        slab = []
        grow(to: options.batchBytes)
    }

    /// Where the first part has to begin for an object to go on at a position. Only plain contents without a header can be
    /// entered in their midst.
    static func firstByte(after position: UInt64, _ format: S3Descriptor.Format, rule: RecordRule) -> UInt64 {
        format == .plain && !rule.hasHeader ? position : 0
    }

    mutating func feed(_ part: S3Part, isLast: Bool) {
        if let version = part.version { descriptor.version = version }
        contents.feed(part.bytes, isLast: isLast)
    }

    /// The next batch, as far as the parts go. O(bytes).
    mutating func step() -> Step {
        while !descriptor.isComplete {
            if !fill() { return .needsPart }
            if let failure { return .failed(failure.description) }
            let batch = oversized == nil ? cutLines() : cutOversized()
            if let batch { return .batch(batch) }
            if isSpent, filled == 0, position < resume { return .isShort(position) }
        }
        return .done
    }

    // MARK: Filling

    /// Whether nothing more can be put into the slab, because it is full or because there is nothing more.
    private var isSpent: Bool { damage != nil || contents.isAtEnd }

    private mutating func grow(to capacity: Int) {
        let (old, kept) = (slab, filled)
        slab = unsafe [UInt8](unsafeUninitializedCapacity: capacity + RecordBatch.padding) { buffer, count in
            unsafe old.withUnsafeBufferPointer { old in
                guard let target = buffer.baseAddress, let source = old.baseAddress, kept > 0 else { return }
                unsafe target.update(from: source, count: kept)
            }
            count = capacity + RecordBatch.padding
        }
    }

    /// - Returns: `false` when a part is needed first.
    private mutating func fill() -> Bool {
        let capacity = slab.count - RecordBatch.padding
        while filled < capacity, !isSpent, failure == nil {
            let start = filled
            do throws(CompressionError) {
                let count = unsafe try slab.withUnsafeMutableBufferPointer { (slab) throws(CompressionError) in
                    unsafe try contents.read(into: UnsafeMutableBufferPointer(rebasing: slab[start..<capacity]))
                }
                filled += count
                if count == 0, !contents.isAtEnd { return false }
            } catch {
                switch error {
                case .outOfMemory: failure = error
                default: damage = error
                }
            }
        }
        return true
    }

    // MARK: Cutting

    /// As many whole records as the slab holds. `nil` when there is no batch in it yet.
    private mutating func cutLines() -> RecordBatch? {
        let (rule, maximum, count) = (rule, options.maximumRecordBytes, filled)
        let (at, isAtEnd, isWhole) = (position, isSpent, damage == nil)
        var cut = unsafe slab.withUnsafeBufferPointer { slab in
            let bytes = unsafe UnsafeBufferPointer(rebasing: slab[..<count])
            let mark = unsafe LineCut.mark(bytes, at: at)
            var cut = unsafe rule.cut(bytes, mark: mark, maximum: maximum)
            // The end of an object ends its last line.
            if isAtEnd, isWhole, !cut.isOversized, cut.end < count {
                let tail = unsafe LineCut.record(bytes, cut.end == 0 ? mark : cut.end, count)
                if unsafe !rule.isBlank(bytes, tail) { cut.records.append(tail) }
                cut.end = count
            }
            return cut
        }
        takeHeader(&cut)
        if cut.end == 0, cut.isOversized {
            oversized = OversizedLine(recent: [], mark: position == 0 ? mark : 0)
            return nil
        }
        if cut.end == 0, !isAtEnd {
            // A record that is longer than a batch.
            grow(to: max(slab.count - RecordBatch.padding, options.maximumRecordBytes + 8))
            return nil
        }
        skip(&cut)
        if cut.end == 0, damage != nil { return damaged() }
        return give(cut)
    }

    private var mark: Int {
        let count = filled
        return unsafe slab.withUnsafeBufferPointer { slab in
            unsafe LineCut.mark(UnsafeBufferPointer(rebasing: slab[..<count]), at: 0)
        }
    }

    /// Takes the record that names the columns out, where the rule has one and it was not met yet.
    private mutating func takeHeader(_ cut: inout LineCut) {
        guard rule.hasHeader, header == nil else { return }
        if let first = cut.records.first {
            header = Array(slab[Int(first.start)..<Int(first.start + first.length)])
            cut.records.removeFirst()
        } else if cut.isOversized {
            // It is read as a record that is too long, and the columns have no names.
            header = []
        }
    }

    /// Leaves out what was committed before.
    private mutating func skip(_ cut: inout LineCut) {
        guard position < resume else { return }
        let known = Int(min(resume - position, UInt64(cut.end)))
        cut.records.removeAll { Int($0.start) < known }
        cut.end = known
    }

    /// Makes the batch of the slab's first bytes, and keeps the rest. `nil` where these were committed before.
    private mutating func give(_ cut: LineCut) -> RecordBatch? {
        let (start, end) = (position, cut.end)
        let rest = filled - end
        let isKnown = start < resume
        var bytes: [UInt8] = []
        swap(&bytes, &slab)
        filled = 0
        let old = bytes
        grow(to: max(options.batchBytes, rest))
        unsafe slab.withUnsafeMutableBufferPointer { slab in
            unsafe old.withUnsafeBufferPointer { old in
                guard let target = slab.baseAddress, let source = old.baseAddress, rest > 0 else { return }
                unsafe target.update(from: source + end, count: rest)
            }
        }
        filled = rest
        position += UInt64(end)
        if isKnown { return nil }
        return batch(
            RecordBatch(
                partition: partition, range: PositionRange(start: .byte(start), end: .byte(position)),
                bytes: ObjectTurn.trimmed(consume bytes, to: end), records: cut.records))
    }

    private static func trimmed(_ bytes: consuming [UInt8], to end: Int) -> [UInt8] {
        var bytes = bytes
        bytes.removeLast(bytes.count - RecordBatch.padding - end)
        unsafe bytes.withUnsafeMutableBufferPointer { unsafe $0[end...].update(repeating: 0) }
        return bytes
    }

    /// A record that is too long, piece by piece. `nil` when it has no end yet.
    private mutating func cutOversized() -> RecordBatch? {
        guard var line = oversized else { return nil }
        let count = filled
        let from = max(0, options.maximumRecordBytes - Int(line.count))
        let end = unsafe slab.withUnsafeBufferPointer { slab in
            let bytes = unsafe UnsafeBufferPointer(rebasing: slab[..<count])
            let end = unsafe ObjectTurn.lineEnd(bytes, from: from)
            unsafe line.append(UnsafeBufferPointer(rebasing: bytes[..<(end ?? count)]))
            return end
        }
        drop(end ?? count)
        guard end != nil || isSpent else {
            oversized = line
            return nil
        }
        oversized = nil
        let start = position
        position += line.count
        if start < resume { return nil }
        return batch(line.batch(of: partition, from: start))
    }

    /// Lets go of the slab's first bytes, without moving the position.
    private mutating func drop(_ count: Int) {
        let rest = Array(slab[count..<filled])
        for (index, byte) in rest.enumerated() { slab[index] = byte }
        filled = rest.count
    }

    /// The place after the first line feed from `start` on.
    private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = unsafe memchr(base + start, 0x0A, bytes.count - start)
        else { return nil }
        return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
    }

    // MARK: Ending

    /// The rest of an object that cannot be read: one record, refused, with what came out of it.
    private mutating func damaged() -> RecordBatch? {
        guard let error = damage else { return nil }
        if position < resume {
            filled = 0
            return nil
        }
        descriptor.isComplete = true
        let record = RecordBatch.Record(start: 0, length: UInt32(min(filled, QuarantinedRecord.maximumBytes)))
        guard var batch = give(LineCut(only: record, end: filled)) else { return nil }
        batch.refusal = RecordBatch.Refusal(
            .badEncoding, "\(error); what follows in the object is lost unless it is put there again")
        return batch
    }

    /// A batch with what is known at its end.
    private mutating func batch(_ plain: RecordBatch) -> RecordBatch {
        var batch = plain
        if contents.isAtEnd, filled == 0, damage == nil { descriptor.isComplete = true }
        descriptor.format = contents.format
        // What still lies in the slab may have come from the last bytes that were used.
        if case .plain = contents.format {
            descriptor.storedOffset = position
        } else {
            descriptor.storedOffset = filled == 0 ? contents.storedOffset : max(descriptor.storedOffset, storedGiven)
        }
        batch.partition.descriptor = descriptor.encoded()
        batch.header = header ?? []
        let stored = descriptor.isComplete ? descriptor.size : contents.storedOffset
        batch.storedBytes = stored - min(stored, storedGiven)
        storedGiven = max(storedGiven, stored)
        batch.reachesEnd = descriptor.isComplete
        batch.isLast = descriptor.isComplete
        return batch
    }
}
