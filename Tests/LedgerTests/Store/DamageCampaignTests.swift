import Testing

@testable import Ledger

/// Breaks a small ledger in every way, and looks at it as a run, a reader and the verification do. Each damage is told of,
/// or the ledger says what it said before; what is neither is named here, and counted.
@Suite("Damage, one after the other")
struct DamageCampaignTests {
    @Test("Every flipped byte of the segments stops a run and the verification", arguments: [true, false])
    func flippedSegments(hasIndex: Bool) async throws {
        let original = try await DamageView.Original.small(hasIndex: hasIndex)
        let layout = try original.layout()
        let end = hasIndex ? "with the index" : "without the index"
        var (before, last, room) = (
            DamageTally("bytes before the last frame, \(end)"), DamageTally("bytes of the last frame, \(end)"),
            DamageTally("zeros behind the last frame, \(end)")
        )
        for (index, segment) in layout.enumerated() {
            let isLast = index == layout.count - 1
            let lastFrame = isLast ? try #require(segment.starts.last) : segment.end
            for byte in stride(from: 0, to: segment.end, by: DamageView.step) {
                let view = try await DamageView(original) { try $0.flip(byte, of: segment.path) }
                if byte < lastFrame { before.add(view) } else { last.add(view) }
            }
            let step = DamageView.isFull ? 1 : 509 * DamageView.step
            for byte in stride(from: segment.end, to: segment.bytes.count, by: step) {
                room.add(try await DamageView(original) { try $0.flip(byte, of: segment.path) })
            }
        }
        [before, last, room].forEach { $0.report() }
        #expect(min(before.total / 1_000, last.total / 200, room.total / 100) > 0 || DamageView.step > 1)
        #expect(before.count { $0.run == .halts && $0.verify == .halts && $0.reader != .silent } == before.total)
        // Zeros that are none any more look like a torn tail: they are kept and cut, and nothing else is lost.
        #expect(room.count { $0.run == .told && $0.verify == .told && $0.reader == .exact } == room.total)
        if hasIndex {
            #expect(last.count { $0.run == .halts && $0.verify == .halts && $0.reader == .exact } == last.total)
        } else {
            // Only the index knew that this frame was durable: without it, it is a torn tail.
            #expect(last.count { $0.run == .told && $0.verify == .told } == last.total)
        }
    }

    @Test("Cut at every length, a segment stops a run and the verification", arguments: [true, false])
    func cutSegments(hasIndex: Bool) async throws {
        let original = try await DamageView.Original.small(hasIndex: hasIndex)
        let layout = try original.layout()
        let end = hasIndex ? "with the index" : "without the index"
        var (inside, last, whole) = (
            DamageTally("cuts before the last segment's frames, \(end)"),
            DamageTally("cuts of the last frames, \(end)"), DamageTally("cuts between the last frames, \(end)")
        )
        for (index, segment) in layout.enumerated() {
            let isLast = index == layout.count - 1
            let lengths = Set(stride(from: 0, to: segment.end, by: DamageView.step)).union(segment.starts)
            for length in lengths.sorted() where length < segment.end {
                let view = try await DamageView(original) {
                    try $0.replace(segment.path, with: Array(segment.bytes[..<length]))
                }
                if !isLast || length < SegmentHeader.size {
                    inside.add(view)
                } else if segment.starts.contains(length) {
                    whole.add(view)
                } else {
                    last.add(view)
                }
            }
            if isLast { whole.add(try await DamageView(original) { try $0.remove(segment.path) }) }
        }
        [inside, last, whole].forEach { $0.report() }
        #expect(inside.count { $0.run == .halts && $0.verify == .halts && $0.reader != .silent } == inside.total)
        if hasIndex {
            for tally in [last, whole] {
                #expect(tally.count { $0.run == .halts && $0.verify == .halts && $0.reader == .exact } == tally.total)
            }
        } else {
            #expect(last.count { $0.run == .told && $0.verify == .told } == last.total)
            // Whole frames that are gone from the end leave no trace but in the index.
            #expect(whole.total == layout[layout.count - 1].starts.count + 1)
        }
    }
}
