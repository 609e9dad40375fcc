import Foundation
import Testing

@testable import Ledger

/// The rest of the campaign: frames and segments in other places, and the files beside the segments.
@Suite("Damage of whole frames and of the other files")
struct DamagedFilesTests {
    @Test("Frames and segments that are swapped, doubled, left out, old or foreign stop a run and the verification")
    func misplaced() async throws {
        let original = try await DamageView.Original.small()
        let foreign = try await DamageView.Original.small()
        let layout = try original.layout()
        let frames = layout.flatMap { segment in
            zip(segment.starts, segment.starts.dropFirst() + [segment.end]).map { Array(segment.bytes[$0..<$1]) }
        }
        var swaps = DamageTally("frames in the place of others")
        var replays = DamageTally("segments in the place of others")
        for segment in layout {
            for (start, end) in zip(segment.starts, segment.starts.dropFirst() + [segment.end]) {
                for frame in frames + [[]] where frame != Array(segment.bytes[start..<end]) {
                    let bytes = segment.bytes[..<start] + frame + segment.bytes[end...]
                    swaps.add(try await DamageView(original) { try $0.replace(segment.path, with: Array(bytes)) })
                }
                for frame in frames {
                    let bytes = segment.bytes[..<start] + frame + segment.bytes[start...]
                    swaps.add(try await DamageView(original) { try $0.replace(segment.path, with: Array(bytes)) })
                }
            }
            let others = layout.filter { $0.path != segment.path }.map(\.bytes)
            for bytes in others + [try foreign.place.bytes(of: segment.path)] {
                replays.add(try await DamageView(original) { try $0.replace(segment.path, with: bytes) })
                let next = "segments/00000000000000000007.seg"
                replays.add(try await DamageView(original) { try $0.replace(next, with: bytes) })
            }
            replays.add(try await DamageView(original) { try $0.remove(segment.path) })
        }
        replays.add(try await DamageView(original) { for segment in layout { try $0.remove(segment.path) } })
        replays.add(
            try await DamageView(original) {
                for segment in layout { try $0.remove(segment.path) }
                try $0.remove("index.sqlite")
            })
        for tally in [swaps, replays] {
            tally.report()
            #expect(tally.count { $0.run == .halts && $0.verify == .halts && $0.reader != .silent } == tally.total)
        }
        #expect(swaps.total > 70 && replays.total > 20)
    }

    @Test("A broken key, or that of another ledger, stops a run and the verification")
    func key() async throws {
        let original = try await DamageView.Original.small()
        let foreign = try await DamageView.Original.small()
        let key = try original.place.bytes(of: "key")
        var tally = DamageTally("the key")
        for bit in stride(from: 0, to: key.count * 8, by: DamageView.step) {
            var broken = key
            broken[bit / 8] ^= 1 << UInt8(bit % 8)
            tally.add(try await DamageView(original) { [broken] in try $0.replace("key", with: broken) })
        }
        for length in 0..<key.count where length != LedgerKey.size {
            tally.add(try await DamageView(original) { try $0.replace("key", with: Array(key[..<length])) })
        }
        tally.add(try await DamageView(original) { try $0.replace("key", with: foreign.place.bytes(of: "key")) })
        tally.add(try await DamageView(original) { try $0.remove("key") })
        tally.report()
        #expect(tally.count { $0.run == .halts && $0.verify == .halts && $0.reader == .exact } == tally.total)
        // As a ledger has it that was made before keys had checksums.
        let old = try await DamageView(original) { try $0.replace("key", with: Array(key[..<LedgerKey.size])) }
        #expect(old == DamageView(run: .exact, reader: .exact, verify: .exact))
    }

    @Test("Broken or deleted, the epoch, the lock and what is in quarantine change nothing that is counted")
    func harmless() async throws {
        let original = try await DamageView.Original.small()
        let kept = try #require(try original.place.names(in: "quarantine").first)
        for path in ["epoch", "lock", "quarantine/" + kept] {
            let bytes = try original.place.bytes(of: path)
            var tally = DamageTally(path.hasPrefix("quarantine") ? "a file in quarantine" : "the \(path)")
            for bit in stride(from: 0, to: bytes.count * 8, by: DamageView.step) {
                var broken = bytes
                broken[bit / 8] ^= 1 << UInt8(bit % 8)
                tally.add(try await DamageView(original) { [broken] in try $0.replace(path, with: broken) })
            }
            for length in 0..<bytes.count {
                tally.add(try await DamageView(original) { try $0.replace(path, with: Array(bytes[..<length])) })
            }
            for text in ["0\n", "18446744073709551615\n", "-1\n", "99999999999999999999\n"] {
                tally.add(try await DamageView(original) { try $0.replace(path, with: Array(text.utf8)) })
            }
            tally.add(try await DamageView(original) { try $0.remove(path) })
            tally.report()
            #expect(tally.count { $0.reader == .exact && $0.verify == .exact } == tally.total)
            // A text that is no epoch stops a run; the next epoch after any number is above those of the frames.
            let halting = tally.count { $0.run == .halts }
            #expect(tally.count { $0.run == .exact } + halting == tally.total)
            #expect(path == "epoch" ? halting > 0 : halting == 0)
        }
    }

    @Test("A broken index is made again, stops, says the same, or is told of by the verification")
    func index() async throws {
        let original = try await DamageView.Original.small()
        let bytes = try original.place.bytes(of: "index.sqlite")
        var (flips, cuts) = (DamageTally("bytes of the index"), DamageTally("cuts of the index"))
        for byte in stride(from: 0, to: bytes.count, by: DamageView.isFull ? 1 : 61 * DamageView.step) {
            flips.add(try await DamageView(original) { try $0.flip(byte, of: "index.sqlite") }, at: byte)
        }
        for length in stride(from: 0, to: bytes.count, by: DamageView.isFull ? 64 : 1_024) {
            cuts.add(try await DamageView(original) { try $0.replace("index.sqlite", with: Array(bytes[..<length])) })
        }
        for tally in [flips, cuts] {
            tally.report()
            // SQLite's pages have no checksums: a figure that a reader takes from a broken one is told by verification alone.
            #expect(tally.count { [$0.run, $0.reader].contains(.silent) && $0.verify != .halts } == 0)
            #expect(tally.count { $0.verify == .silent } == 0)
        }
    }
}
