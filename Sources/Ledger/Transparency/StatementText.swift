import UsageModel

/// Writes the statements of one commit or seal. A statement has one form only, and no value can stand for more than one field:
/// all that is not plain is percent-encoded, so a space always parts fields and a line feed always parts lines.
struct StatementText {
    static let version = "odometer-statement/1"

    private let head: [UInt8]
    private let tail: [UInt8]
    /// The beginning of an entry's line, by the index of the meter.
    private let meters: [[UInt8]]
    /// The names of the dimensions as fields, by the index of the meter.
    private let dimensions: [[[UInt8]]]
    private let delta: UsageDelta
    /// The fields of windows that were written before: a commit has few, and many entries in each.
    private var windows: [Window: [UInt8]] = [:]

    /// Of a commit or a seal; `nil` for a document, which says nothing of tenants.
    init?(of frame: LedgerEntry, in ledger: LedgerID) {
        let kind: String
        let lines: [String]
        switch frame.content {
        case .document: return nil
        case .commit(let commit):
            kind = "commit"
            delta = commit.delta
            lines = ["configuration \(commit.configuration)", "tenants \(commit.tenants)"]
        case .seal(let seal):
            kind = "seal"
            delta = seal.totals
            lines = ["before \(seal.before)", "after \(seal.after?.description ?? "-")", "as-of \(seal.asOf)"]
        }
        head = Array(
            """
            \(StatementText.version)
            ledger \(Hexadecimal.text(ledger.bytes))
            \(kind) \(frame.seq)
            frame \(frame.hash)
            tenant\u{20}
            """.utf8)
        tail = Array(("\n" + lines.map { $0 + "\n" }.joined()).utf8)
        meters = delta.meters.map { meter in
            Array("entry meter=".utf8) + ByteString(meter.name).percentEncoded
                + Array(" aggregation=\(meter.aggregation.rawValue)".utf8)
        }
        dimensions = delta.meters.map { meter in
            meter.dimensions.map { Array(" dimension:".utf8) + ByteString($0).percentEncoded }
        }
    }

    /// The numbers of the entries of each tenant; of one only where it is named.
    func entries(of tenant: ByteString?) -> [ByteString: [Int]] {
        var entries: [ByteString: [Int]] = [:]
        for (index, entry) in delta.entries.enumerated() where tenant.map({ $0 == entry.tenant }) ?? true {
            entries[entry.tenant, default: []].append(index)
        }
        return entries
    }

    /// The statement of a tenant, by the numbers of its entries.
    mutating func bytes(of tenant: ByteString, _ entries: [Int]) -> [UInt8] {
        var text = head
        text.reserveCapacity(head.count + tail.count + entries.count * 192)
        text += tenant.percentEncoded
        text += tail
        for index in entries {
            let entry = delta.entries[index]
            text += meters[Int(entry.meter)]
            text += field(of: entry.window)
            text += " value=".utf8
            let value = entry.aggregate.value(dividedBy: delta.meters[Int(entry.meter)].divisor)
            text += (value?.description ?? "-").utf8
            text += " events=".utf8
            text += String(entry.aggregate.events).utf8
            text += " correction=".utf8
            text += StatementText.word(for: entry.correction).utf8
            for (name, value) in zip(dimensions[Int(entry.meter)], entry.dimensions) {
                text += name
                guard let value else { continue }
                text.append(0x3D)
                text += value.percentEncoded
            }
            text.append(0x0A)
        }
        return text
    }

    private static func word(for correction: Correction?) -> String {
        switch correction {
        case nil: "no"
        case .late, .sealed: "yes"
        case .debit: "debit"
        case .credit: "credit"
        }
    }

    private mutating func field(of window: Window) -> [UInt8] {
        if let known = windows[window] { return known }
        let field = Array(" start=\(window.start) end=\(window.end)".utf8)
        windows[window] = field
        return field
    }
}
