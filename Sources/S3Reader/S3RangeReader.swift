import Compression
import DequeModule
import Execution
public import RecordCutting
import Synchronization
public import UsageModel

/// Reads again what was committed of the objects of a bucket.
///
/// An object is asked for by the ETag that it had, and by its version where the bucket keeps them. Where that is not to be
/// had any more, what the key has now is read in its place: whether that is the same is what the digests show.
///
/// What is expected is fetched ahead, in parts and many objects at once, up to the limits of the options. Objects are kept
/// open where they stand, as far as there is room, so that one whose ranges come in order is fetched once. A copy of a
/// reader shares what is under way with it; only one of them may go on.
public struct S3RangeReader: RangeReader {
    let source: String
    let bucket: S3Bucket
    let rule: RecordRule
    let options: S3ReaderOptions
    let ahead = Lookahead()

    /// The ranges to come, in their order, and how many of them are begun.
    var expected: Deque<Expected> = []
    var begun = 0
    /// How many of these each partition has.
    var wanted: [ByteString: Int] = [:]
    var open: [ByteString: OpenObjectBox] = [:]
    /// The partition that is being read.
    var reading: ByteString?
    /// Where partitions are to be had that are not to be had as they were committed.
    var places: [ByteString: Place] = [:]
    /// What cannot be read again, however often it is asked for.
    var losses: [ByteString: Loss] = [:]
    var clock: UInt64 = 0

    /// Objects that are kept open after something of them was read.
    static let maximumOpen = 16

    /// A range to come.
    struct Expected: Sendable {
        let id: ByteString
        let start: UInt64
        let place: Place
    }

    /// That nothing of a partition can be read past a position.
    struct Loss: Sendable {
        let position: UInt64
        let error: RangeError
    }

    /// Asks for nothing yet.
    /// - Parameters:
    ///   - source: the source's name.
    ///   - rule: what ends a record.
    ///   - options: as the objects were read; what is said there of listing means nothing here.
    public init(
        source: String, bucket: S3Bucket, rule: RecordRule = .lines, options: S3ReaderOptions = S3ReaderOptions()
    ) {
        self.source = source
        self.bucket = bucket
        self.rule = rule
        self.options = options
    }

    public func serve() async { await ahead.serve() }

    public mutating func expect(_ ranges: [CommittedRange]) {
        for range in ranges {
            guard let (start, end) = S3RangeReader.bytes(of: range), start < end || range.records > 0,
                let place = try? place(of: range)
            else { continue }
            expected.append(Expected(id: range.partition.id, start: start, place: place))
            wanted[range.partition.id, default: 0] += 1
        }
        ask()
    }

    public mutating func read(_ range: CommittedRange) async throws(RangeError) -> RecordBatch {
        let id = range.partition.id
        guard let (start, end) = S3RangeReader.bytes(of: range) else {
            throw .changed("the range of \(id.shown) is none of an object")
        }
        if start == end, range.records == 0 {
            return cut.batch(range, from: start, [UInt8](repeating: 0, count: RecordBatch.padding), header: nil)
        }
        meet(id, start)
        reading = id
        while true {
            if let loss = losses[id], end > loss.position { throw loss.error }
            let object = try opened(range, at: start)
            do throws(RangeError) {
                // None where the object has to be begun anew, mostly with what has taken its place.
                guard let batch = try await batch(range, start, end, from: object) else { continue }
                leave(object)
                return batch
            } catch {
                open[id] = nil
                throw error
            }
        }
    }

    private static func bytes(of range: CommittedRange) -> (start: UInt64, end: UInt64)? {
        guard case .byte(let start) = range.range.start, case .byte(let end) = range.range.end, start <= end else {
            return nil
        }
        return (start, end)
    }

    private var cut: RangeCut { RangeCut(rule, maximumRecordBytes: options.maximumRecordBytes) }

    /// Takes a range, and what was expected before it and was not read, from what is expected.
    private mutating func meet(_ id: ByteString, _ start: UInt64) {
        guard let index = expected.firstIndex(where: { $0.id == id && $0.start == start }) else { return }
        for range in expected.prefix(index + 1) {
            let count = wanted[range.id] ?? 1
            wanted[range.id] = count == 1 ? nil : count - 1
        }
        expected.removeFirst(index + 1)
        begun = max(0, begun - index - 1)
    }

    // MARK: Reading

    /// `nil` where the object has to be begun anew.
    private mutating func batch(
        _ range: CommittedRange, _ start: UInt64, _ end: UInt64, from object: OpenObjectBox
    ) async throws(RangeError) -> RecordBatch? {
        guard try await skip(to: start, in: object) else { return nil }
        if cut.isOversized(range, end - start) { return try await oversized(range, start, end, from: object) }
        guard end - start <= UInt64(RangeCut.maximumBytes) else {
            throw .changed("\(url(of: object)): no range of \(end - start) bytes was ever read at once")
        }
        guard let slab = try await slab(of: Int(end - start), from: object) else { return nil }
        if range.refusal == .badEncoding, range.records == 1, isRest(slab, at: start) {
            let header = object.object.withLock { $0.header }
            guard let stop = try await damage(behind: object) else { return nil }
            if case .damage(let error) = stop { return damaged(range, slab, error, header) }
        } else if object.object.withLock({ $0.lacksHeader }) {
            // The object may end here, and that ends a header.
            guard try await lookOn(in: object) else { return nil }
        }
        return cut.batch(range, from: start, slab, header: object.object.withLock { $0.header })
    }

    /// The next bytes, and the padding. `nil` where the object has to be begun anew.
    private mutating func slab(of count: Int, from object: OpenObjectBox) async throws(RangeError) -> [UInt8]? {
        var slab = [UInt8](repeating: 0, count: count + RecordBatch.padding)
        guard let stop = try await fill(&slab, upTo: count, from: object) else { return nil }
        switch stop {
        case .damage(let error):
            if beginAnew(object, before: error) { return nil }
            throw lost(object, "cannot be read past \(object.object.withLock { $0.offset }) (\(error))")
        case .end: throw lost(object, "ends at \(object.object.withLock { $0.offset })")
        case .full, .needsPart: return slab
        }
    }

    /// Reads on until there is as much as is wanted, or no more. `nil` where other contents have taken the object's place.
    private mutating func fill(
        _ slab: inout [UInt8], upTo count: Int, from object: OpenObjectBox
    ) async throws(RangeError) -> Stop? {
        var filled = 0
        while true {
            let stop = object.object.withLock { $0.fill(&slab, &filled, upTo: count) }
            if case .damage(let error) = stop, case .outOfMemory = error {
                throw failed("cannot read \(url(of: object)): \(error)")
            }
            guard case .needsPart = stop else { return stop }
            guard try await feed(object) else { return nil }
        }
    }

    /// Reads on to the damage that made the bytes before it the last ones that were read, if there is any.
    ///
    /// What a decompressor met damage with it does not give out, and how much that is goes by the room that it was given: up
    /// to a batch of it may come now that did not come then.
    private mutating func damage(behind object: OpenObjectBox) async throws(RangeError) -> Stop? {
        let reach = max(options.batchBytes, options.maximumRecordBytes + 8)
        var scrap = [UInt8](repeating: 0, count: reach)
        return try await fill(&scrap, upTo: reach, from: object)
    }

    /// - Returns: `false` where the object has to be begun anew.
    private mutating func skip(to start: UInt64, in object: OpenObjectBox) async throws(RangeError) -> Bool {
        while true {
            let rest = start - object.object.withLock { $0.offset }
            if rest == 0 { return true }
            guard try await slab(of: Int(min(256 << 10, rest)), from: object) != nil else { return false }
        }
    }

    /// Finds out whether anything comes next, and takes nothing.
    /// - Returns: `false` where other contents have taken the object's place.
    private mutating func lookOn(in object: OpenObjectBox) async throws(RangeError) -> Bool {
        while case .needsPart = object.object.withLock({ $0.peek() }) {
            guard try await feed(object) else { return false }
        }
        return true
    }

    private mutating func oversized(
        _ range: CommittedRange, _ start: UInt64, _ end: UInt64, from object: OpenObjectBox
    ) async throws(RangeError) -> RecordBatch? {
        var line = RangeLine(from: start)
        var offset = start
        while offset < end {
            guard let piece = try await slab(of: Int(min(256 << 10, end - offset)), from: object) else { return nil }
            offset += UInt64(piece.count - RecordBatch.padding)
            line.take(piece)
        }
        return line.batch(range, header: object.object.withLock { $0.header })
    }

    /// Whether the bytes of a range hold no whole record: only then did a reader take them for the rest before damage.
    private func isRest(_ slab: [UInt8], at start: UInt64) -> Bool {
        let (rule, maximum) = (rule, options.maximumRecordBytes)
        return unsafe slab.withUnsafeBufferPointer { slab in
            let bytes = unsafe UnsafeBufferPointer(rebasing: slab[..<(slab.count - RecordBatch.padding)])
            let mark = unsafe LineCut.mark(bytes, at: start)
            return unsafe rule.cut(bytes, mark: mark, maximum: maximum).end == 0
        }
    }

    /// The rest of an object that cannot be read, as ``ObjectTurn`` has it.
    private func damaged(
        _ range: CommittedRange, _ slab: [UInt8], _ error: CompressionError, _ header: RecordHeader?
    ) -> RecordBatch {
        let count = slab.count - RecordBatch.padding
        let record = RecordBatch.Record(start: 0, length: UInt32(min(count, QuarantinedRecord.maximumBytes)))
        var batch = RecordBatch(partition: range.partition, range: range.range, bytes: slab, records: [record])
        batch.header = header?.bytes ?? []
        batch.storedBytes = UInt64(count)
        batch.refusal = RecordBatch.Refusal(
            .badEncoding, "\(error); what follows in the object is lost unless it is put there again")
        return batch
    }
}
