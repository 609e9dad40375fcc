import Testing
import UsageModel

@testable import Ledger

@Suite("Segment stores")
struct StoreTests {
    enum Kind: CaseIterable {
        case directory, simulatedDirectory, memory
    }

    private static let first = "00000000000000000001.seg"
    private static let second = "00000000000000000005.seg"

    /// Calls `body` with a new, empty store.
    private func withStore(_ kind: Kind, _ body: (any SegmentStore) throws -> Void) throws {
        switch kind {
        case .directory:
            let place = TemporaryLedger()
            try place.directory.create()
            try body(place.store)
        case .simulatedDirectory:
            let directory = LedgerDirectory(path: "/ledger", disk: SimulatedDisk(seed: 1))
            try directory.create()
            try body(DirectoryStore(directory))
        case .memory:
            try body(MemoryStore())
        }
    }

    /// A segment's bytes without the zeros behind them.
    private func data(of segment: String, in store: any SegmentStore) throws -> [UInt8] {
        let bytes = try store.open(segment)
        return try bytes.read(at: 0, count: Int(bytes.endOfData(from: 0, to: bytes.size())))
    }

    @Test("What was appended is read again, in segments in order", arguments: Kind.allCases)
    func appends(to kind: Kind) throws {
        try withStore(kind) { store in
            #expect(try store.list() == [])
            try store.fence(1)
            try store.create(StoreTests.second, beginning: [5, 5], epoch: 1)
            try store.create(StoreTests.first, beginning: [1, 1], epoch: 1)
            try store.append([2, 3], to: StoreTests.first, at: 2, epoch: 1)
            // More than there is room for.
            let long = [UInt8](repeating: 7, count: 3 * DirectoryStore.room)
            try store.append(long, to: StoreTests.first, at: 4, epoch: 1)
            try store.append([9], to: StoreTests.first, at: UInt64(4 + long.count), epoch: 1)
            #expect(try store.list() == [StoreTests.first, StoreTests.second])
            #expect(try data(of: StoreTests.first, in: store) == [1, 1, 2, 3] + long + [9])
            #expect(try data(of: StoreTests.second, in: store) == [5, 5])
            try store.settle()
            #expect(try data(of: StoreTests.first, in: store) == [1, 1, 2, 3] + long + [9])
        }
    }

    @Test("A sealed segment ends with its last byte, a cut one where it was cut", arguments: Kind.allCases)
    func ends(in kind: Kind) throws {
        try withStore(kind) { store in
            try store.fence(1)
            try store.create(StoreTests.first, beginning: [1, 1, 2, 3], epoch: 1)
            try store.append([4, 0], to: StoreTests.first, at: 4, epoch: 1)
            try store.seal(StoreTests.first, at: 6, epoch: 1)
            #expect(try store.open(StoreTests.first).size() == 6)
            try store.create(StoreTests.second, beginning: [5, 6, 7], epoch: 1)
            for _ in 0..<2 { try store.cut(StoreTests.second, at: 1, keeping: [6, 7], epoch: 1) }
            #expect(try store.open(StoreTests.second).size() == 1)
        }
    }

    @Test("A writer of an older epoch is refused whatever it tries", arguments: Kind.allCases)
    func fences(in kind: Kind) throws {
        try withStore(kind) { store in
            #expect(try store.epoch() == 0)
            try store.fence(3)
            try store.create(StoreTests.first, beginning: [1], epoch: 3)
            try store.fence(4)
            #expect(try store.epoch() == 4)
            let fenced = LedgerError.fenced(epoch: 3, by: 4)
            #expect(throws: LedgerError.fenced(epoch: 4, by: 4)) { try store.fence(4) }
            #expect(throws: fenced) { try store.fence(3) }
            #expect(throws: fenced) { try store.append([2], to: StoreTests.first, at: 1, epoch: 3) }
            #expect(throws: fenced) { try store.create(StoreTests.second, beginning: [], epoch: 3) }
            #expect(throws: fenced) { try store.seal(StoreTests.first, at: 0, epoch: 3) }
            #expect(throws: fenced) { try store.cut(StoreTests.first, at: 0, keeping: [], epoch: 3) }
            #expect(try data(of: StoreTests.first, in: store) == [1])
            try store.append([2], to: StoreTests.first, at: 1, epoch: 4)
            #expect(try data(of: StoreTests.first, in: store) == [1, 2])
        }
    }

    @Test("Of two writers that both believe they are the only one, the older is stopped", arguments: Kind.allCases)
    func twoWriters(in kind: Kind) throws {
        try withStore(kind) { store in
            var old = try writer(in: store)
            _ = try old.append(.commit(.small(1)), time: Timestamp(nanoseconds: 0))
            var new = try writer(in: store)
            #expect(throws: LedgerError.fenced(epoch: 1, by: 2)) {
                try old.append(.commit(.small(2)), time: Timestamp(nanoseconds: 0))
            }
            #expect(throws: LedgerError.poisoned(cause: LedgerError.fenced(epoch: 1, by: 2).description)) {
                try old.append(.commit(.small(2)), time: Timestamp(nanoseconds: 0))
            }
            _ = try new.append(.commit(.small(3)), time: Timestamp(nanoseconds: 0))
            let scan = try LedgerScan(Segment.all(in: store), in: store, after: nil)
            #expect(scan.chain.seq == 2)
            #expect(scan.tail == nil)
        }
    }

    /// What an opening does, on any store.
    private func writer(in store: any SegmentStore) throws -> SegmentWriter {
        if try store.list().isEmpty {
            _ = try Segment(SegmentHeader(ledger: .random(), firstSeq: 1, epoch: 0, previous: .none), in: store)
        }
        let scan = try LedgerScan(Segment.all(in: store), in: store, after: nil)
        let epoch = try store.epoch() + 1
        try store.fence(epoch)
        return try SegmentWriter(store, scan, epoch: epoch, segmentBytes: 1 << 20, newSegment: false)
    }
}
