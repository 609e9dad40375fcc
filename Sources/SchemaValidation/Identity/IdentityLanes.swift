import CSipHash
import UsageModel

/// Works out who events are, eight at a time: one after the other, each round of their hashes would wait for the one before.
///
/// What it says of an event is what ``SipHash128/identity(source:id:)`` says.
@safe
struct IdentityLanes: ~Copyable {
    private static let lanes = Int(ODOMETER_SIPHASH_LANES)
    /// Bytes of memory for each message.
    private static let room = Int(ODOMETER_SIPHASH_WORDS) * 8
    /// Bytes are copied by so many.
    private static let step = 16

    /// The messages, one behind the other, and room for what is copied past the last one's end.
    private let words: UnsafeMutableRawPointer
    private let counts: UnsafeMutablePointer<UInt64>
    private let digests: UnsafeMutablePointer<UInt64>
    private let state: UnsafeMutablePointer<UInt64>
    private let key: SipHash128
    /// The rows whose identities these are to be.
    private let rows: UnsafeMutablePointer<Int>
    private var count = 0

    init(key: SipHash128) {
        let bytes = IdentityLanes.lanes * IdentityLanes.room + IdentityLanes.step
        unsafe words = .allocate(byteCount: bytes, alignment: 64)
        unsafe words.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        unsafe counts = .allocate(capacity: IdentityLanes.lanes)
        unsafe counts.initialize(repeating: 1, count: IdentityLanes.lanes)
        unsafe digests = .allocate(capacity: IdentityLanes.lanes * 2)
        unsafe rows = .allocate(capacity: IdentityLanes.lanes)
        unsafe state = .allocate(capacity: 4)
        let words = key.state
        unsafe state.initialize(from: [words.0, words.1, words.2, words.3], count: 4)
        self.key = key
    }

    deinit {
        unsafe words.deallocate()
        unsafe counts.deallocate()
        unsafe digests.deallocate()
        unsafe rows.deallocate()
        unsafe state.deallocate()
    }

    /// Whether an event of these is one of eight; the longer ones are worked out alone.
    @inline(__always)
    static func takes(source: Int, id: Int) -> Bool { 8 &+ source &+ id < room }

    /// Takes in the event that is a row, which may get its identity now or later.
    ///
    /// - Parameters:
    ///   - source, id: texts behind which fifteen bytes can be read.
    @inline(__always)
    mutating func add(
        _ row: Int, source: UnsafeBufferPointer<UInt8>, id: UnsafeBufferPointer<UInt8>, to columns: inout RowColumns
    ) {
        guard IdentityLanes.takes(source: source.count, id: id.count) else {
            columns.set(identity: unsafe key.identity(source: source, id: id), ofRow: row)
            return
        }
        let total = 8 &+ source.count &+ id.count
        let message = unsafe words + count &* IdentityLanes.room
        unsafe message.storeBytes(of: UInt64(source.count).littleEndian, as: UInt64.self)
        unsafe IdentityLanes.copy(source, to: message + 8)
        unsafe IdentityLanes.copy(id, to: message + (8 &+ source.count))
        // The last word has the bytes that fill none, and the length. These are taken from where they come from: a load of
        // what was just stored in two pieces waits for both to reach the cache.
        let left = total & 7
        let last = unsafe message + (total &- left)
        var word: UInt64
        if left <= id.count, let bytes = id.baseAddress {
            word = unsafe UnsafeRawPointer(bytes + (id.count &- left)).loadUnaligned(as: UInt64.self)
        } else {
            word = unsafe last.load(as: UInt64.self)
        }
        word = UInt64(littleEndian: word) & (1 &<< UInt64(truncatingIfNeeded: left &* 8) &- 1)
        word |= UInt64(truncatingIfNeeded: total) &<< 56
        unsafe last.storeBytes(of: word.littleEndian, as: UInt64.self)
        unsafe counts[count] = UInt64(truncatingIfNeeded: total &>> 3 &+ 1)
        unsafe rows[count] = row
        count &+= 1
        if count == IdentityLanes.lanes { finish(in: &columns) }
    }

    /// Gives all that were taken in their identities.
    @inline(never)
    mutating func finish(in columns: inout RowColumns) {
        if count == 0 { return }
        // Lanes without a message have an old one.
        unsafe odometer_siphash128_lanes(
            state, words.assumingMemoryBound(to: UInt64.self), counts, digests)
        for lane in 0..<count {
            let digest = unsafe Digest128(high: digests[2 &* lane], low: digests[2 &* lane &+ 1])
            unsafe columns.set(identity: digest, ofRow: rows[lane])
        }
        count = 0
    }

    /// Up to fifteen bytes behind the text are copied too.
    @inline(__always)
    private static func copy(_ text: UnsafeBufferPointer<UInt8>, to target: UnsafeMutableRawPointer) {
        guard let bytes = text.baseAddress else { return }
        var index = 0
        while index < text.count {
            unsafe (target + index).copyMemory(from: bytes + index, byteCount: step)
            index &+= step
        }
    }
}
