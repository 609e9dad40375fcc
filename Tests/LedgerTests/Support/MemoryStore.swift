import Synchronization

@testable import Ledger

/// A store in memory that behaves as one on object storage would: no lock, only the epoch keeps old writers out.
final class MemoryStore: SegmentStore {
    private struct State {
        var segments: [String: [UInt8]] = [:]
        var quarantine: [String: [UInt8]] = [:]
        var epoch: UInt64 = 0
    }

    private struct Bytes: StoredBytes {
        var bytes: [UInt8]

        func size() -> UInt64 { UInt64(bytes.count) }

        func read(at offset: UInt64, count: Int) -> [UInt8] {
            let start = min(Int(offset), bytes.count)
            return Array(bytes[start..<min(start + count, bytes.count)])
        }
    }

    private let state = Mutex(State())

    func list() -> [String] { state.withLock { $0.segments.keys.sorted() } }

    func open(_ segment: String) throws(LedgerError) -> any StoredBytes {
        guard let bytes = state.withLock({ $0.segments[segment] }) else {
            throw .system(call: "get", path: segment, code: 2)
        }
        return Bytes(bytes: bytes)
    }

    func settle() {}

    func epoch() -> UInt64 { state.withLock { $0.epoch } }

    func fence(_ epoch: UInt64) throws(LedgerError) {
        let newest = state.withLock { state in
            defer { state.epoch = max(state.epoch, epoch) }
            return state.epoch
        }
        guard epoch > newest else { throw .fenced(epoch: epoch, by: newest) }
    }

    func create(_ segment: String, beginning: [UInt8], epoch: UInt64) throws(LedgerError) {
        try change(epoch) { $0.segments[segment] = beginning }
    }

    func append(_ bytes: [UInt8], to segment: String, at offset: UInt64, epoch: UInt64) throws(LedgerError) {
        try change(epoch) { state in
            state.segments[segment] = (state.segments[segment] ?? []).prefix(Int(offset)) + bytes
        }
    }

    func seal(_ segment: String, at size: UInt64, epoch: UInt64) throws(LedgerError) {
        try change(epoch) { $0.segments[segment] = Array(($0.segments[segment] ?? []).prefix(Int(size))) }
    }

    func cut(_ segment: String, at offset: UInt64, keeping bytes: [UInt8], epoch: UInt64) throws(LedgerError) {
        try change(epoch) { $0.quarantine["\(segment)-\(offset)"] = bytes }
        try seal(segment, at: offset, epoch: epoch)
    }

    private func change(_ epoch: UInt64, _ body: (inout State) -> Void) throws(LedgerError) {
        let newest = state.withLock { state in
            if epoch >= state.epoch { body(&state) }
            return state.epoch
        }
        guard epoch >= newest else { throw .fenced(epoch: epoch, by: newest) }
    }
}
