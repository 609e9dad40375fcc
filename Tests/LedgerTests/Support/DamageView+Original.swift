import Testing
import UsageModel

@testable import Ledger

extension DamageView.Original {
    /// A segment, and where its frames begin and its data end.
    struct Layout {
        var path: String
        var bytes: [UInt8]
        var starts: [Int] = []
        var end: Int
    }

    /// A document and five commits in several segments, and a torn tail in quarantine.
    static func small(hasIndex: Bool = true) async throws -> DamageView.Original {
        let place = TemporaryLedger()
        let options = LedgerOptions(segmentBytes: 800)
        let writer = try await place.open(options)
        _ = try await writer.ensureDocument(.tenants, Array("subject,tenant\n".utf8))
        try await writer.append(.golden)
        try await writer.append(.small(1))
        try await writer.close()
        let last = "segments/" + (try place.names(in: "segments").last ?? "")
        try place.replace(last, with: place.data(of: last) + [1, 2, 3])
        let second = try await place.open(options)
        for number in 2...4 { try await second.append(.small(number)) }
        try await second.close()
        let third = try await place.open(options)
        let identities = try third.openIdentities(DamageView.retention, watermark: nil).recent
        try await third.close()
        let (truth, key) = (try DamageView.Truth(path: place.path), await third.identityKey)
        if !hasIndex { try place.remove("index.sqlite") }
        return DamageView.Original(place: place, truth: truth, identities: identities, key: key)
    }

    func layout() throws -> [Layout] {
        var layout: [Layout] = []
        for name in try place.names(in: "segments") {
            let path = "segments/" + name
            layout.append(Layout(path: path, bytes: try place.bytes(of: path), end: try place.data(of: path).count))
        }
        var reader = try SegmentReader(try Segment.all(in: place.store), in: place.store)
        while case .frame(_, let segment, let offset) = try reader.next() {
            let index = try #require(layout.firstIndex { $0.path.hasSuffix(segment.name) })
            layout[index].starts.append(Int(offset))
        }
        return layout
    }
}

extension TemporaryLedger {
    /// Turns one bit of a byte, each time another one.
    func flip(_ byte: Int, of path: String) throws {
        var bytes = try bytes(of: path)
        bytes[byte] ^= 1 << UInt8(byte % 8)
        try replace(path, with: bytes)
    }
}
