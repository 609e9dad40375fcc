import UsageModel

/// Writes the statements of one commit. A statement has one form only, and no value can stand for more than one field:
/// all that is not plain is percent-encoded, so a space always parts fields and a line feed always parts lines.
struct StatementText {
    static let version = "odometer-statement/1"

    private let head: [UInt8]
    private let tail: [UInt8]
    /// The beginning of an entry's line, by the index of the meter.
    private let meters: [[UInt8]]
    /// The names of the dimensions as fields, by the index of the meter.
    private let dimensions: [[[UInt8]]]
    private let commit: Commit
    /// The fields of windows that were written before: a commit has few, and many entries in each.
    private var windows: [Window: [UInt8]] = [:]

    init(frame: LedgerEntry, commit: Commit, ledger: LedgerID) {
        self.commit = commit
        head = Array(
            """
            \(StatementText.version)
            ledger \(Hexadecimal.text(ledger.bytes))
            commit \(frame.seq)
            frame \(frame.hash)
            tenant\u{20}
            """.utf8)
        tail = Array("\nconfiguration \(commit.configuration)\ntenants \(commit.tenants)\n".utf8)
        meters = commit.delta.meters.map { meter in
            Array("entry meter=".utf8) + ByteString(meter.name).percentEncoded
                + Array(" aggregation=\(meter.aggregation.rawValue)".utf8)
        }
        dimensions = commit.delta.meters.map { meter in
            meter.dimensions.map { Array(" dimension:".utf8) + ByteString($0).percentEncoded }
        }
    }

    /// The statement of a tenant, by the numbers of its entries in the commit.
    mutating func bytes(of tenant: ByteString, _ entries: [Int]) -> [UInt8] {
        var text = head
        text.reserveCapacity(head.count + tail.count + entries.count * 192)
        text += tenant.percentEncoded
        text += tail
        for index in entries {
            let entry = commit.delta.entries[index]
            text += meters[Int(entry.meter)]
            text += field(of: entry.window)
            text += " value=".utf8
            text += entry.aggregate.value.description.utf8
            text += " events=".utf8
            text += String(entry.aggregate.events).utf8
            text += entry.isCorrection ? " correction=yes".utf8 : " correction=no".utf8
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

    private mutating func field(of window: Window) -> [UInt8] {
        if let known = windows[window] { return known }
        let field = Array(" start=\(window.start) end=\(window.end)".utf8)
        windows[window] = field
        return field
    }
}
