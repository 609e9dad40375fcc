import Synchronization

@testable import Ledger

/// Segments in memory. As on a disk, the segment that is being written has zeros behind its last frame.
final class MemoryStore: SegmentStore {
    static let room = 64

    struct Contents {
        var segments: [String: [UInt8]] = [:]
        /// What was cut off, by segment and offset.
        var quarantine: [String: [UInt8]] = [:]
        var epoch: UInt64 = 0
    }

    private let held: Mutex<Contents>

    init(_ contents: Contents = Contents()) {
        held = Mutex(contents)
    }

    var contents: Contents { held.withLock { $0 } }

    func list() -> [String] { held.withLock { $0.segments.keys.sorted() } }
    func settle() {}

    func open(_ segment: String) throws(LedgerError) -> any StoredBytes {
        guard let bytes = held.withLock({ $0.segments[segment] }) else {
            throw .system(call: "open", path: segment, code: 2)
        }
        return MemoryBytes(bytes: bytes)
    }

    func epoch() -> UInt64 { held.withLock { $0.epoch } }

    func fence(_ epoch: UInt64) throws(LedgerError) {
        let newest = self.epoch()
        guard epoch > newest else { throw .fenced(epoch: epoch, by: newest) }
        held.withLock { $0.epoch = epoch }
    }

    func create(_ segment: String, beginning: [UInt8], epoch: UInt64) throws(LedgerError) {
        try check(epoch)
        claim(held.withLock { $0.segments[segment] == nil }, "a segment is made that is there already")
        held.withLock { $0.segments[segment] = beginning + [UInt8](repeating: 0, count: MemoryStore.room) }
    }

    func append(_ bytes: [UInt8], to segment: String, at offset: UInt64, epoch: UInt64) throws(LedgerError) {
        try check(epoch)
        held.withLock { contents in
            guard var old = contents.segments[segment] else { fatalError("an append to a segment that is not there") }
            claim(offset <= UInt64(old.count), "an append behind the end of a segment")
            claim(old[Int(offset)...].allSatisfy { $0 == 0 }, "an append over bytes that are there")
            old.replaceSubrange(Int(offset)..<min(old.count, Int(offset) + bytes.count), with: bytes)
            contents.segments[segment] = old
        }
    }

    func seal(_ segment: String, at size: UInt64, epoch: UInt64) throws(LedgerError) {
        try check(epoch)
        held.withLock { contents in
            guard let old = contents.segments[segment] else { fatalError("a seal of a segment that is not there") }
            contents.segments[segment] = Array(old[..<Int(size)])
        }
    }

    func cut(_ segment: String, at offset: UInt64, keeping bytes: [UInt8], epoch: UInt64) throws(LedgerError) {
        held.withLock { $0.quarantine["\(segment)-\(offset)"] = bytes }
        try seal(segment, at: offset, epoch: epoch)
    }

    private func check(_ epoch: UInt64) throws(LedgerError) {
        let newest = self.epoch()
        guard epoch >= newest else { throw .fenced(epoch: epoch, by: newest) }
    }
}

private struct MemoryBytes: StoredBytes {
    let bytes: [UInt8]

    func size() -> UInt64 { UInt64(bytes.count) }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
        claim(count >= 0 && offset <= UInt64(bytes.count), "a read behind the end")
        return Array(bytes[Int(offset)...].prefix(count))
    }
}
