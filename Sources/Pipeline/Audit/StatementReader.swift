import TenantMapping
import UsageModel
import Windowing

/// Reads the lines of a statement.
struct StatementReader {
    private enum Column: Int, CaseIterable {
        case tenant, meter, start, end, value

        init?(heading: String) {
            switch heading {
            case "tenant": self = .tenant
            case "meter": self = .meter
            case "window", "window_start": self = .start
            case "window_end": self = .end
            case "value": self = .value
            default: return nil
            }
        }
    }

    private struct Key: Hashable {
        var meter: String
        var tenant: ByteString
        var window: Window
    }

    private let rules: StatementRules
    private let csv: [UInt8]
    private var reader: CSVReader
    /// Where each column stands in a record; `nil` where the file has none.
    private let columns: [Column: Int]
    private let width: Int
    private let meters: [ByteString: Meter]
    private var windows: StatementWindows
    /// The line that an offset is in, counted as the file is gone through.
    private var counted = (offset: 0, line: 1)

    /// Checks the bytes and reads the header.
    init(_ csv: [UInt8], _ rules: StatementRules) throws(CSVFault) {
        do {
            _ = try UTF8Span(validating: csv.span)
        } catch {
            throw CSVFault(at: error.byteOffsets.lowerBound, "not UTF-8; save the file as UTF-8")
        }
        (self.csv, self.rules) = (csv, rules)
        reader = CSVReader(csv)
        guard try reader.next() else {
            throw CSVFault(at: csv.count, "the file is empty; begin it with the header tenant,meter,window,value")
        }
        columns = try StatementReader.columns(of: reader, rules)
        width = reader.fields.count
        meters = Dictionary(rules.meters.map { (ByteString($0.name), $0) }) { first, _ in first }
        windows = StatementWindows(rules)
    }

    private static func columns(of reader: CSVReader, _ rules: StatementRules) throws(CSVFault) -> [Column: Int] {
        var columns: [Column: Int] = [:]
        let headings = reader.fields.map { String(decoding: reader.bytes(of: $0), as: UTF8.self) }
        for (place, heading) in headings.enumerated() {
            guard let column = Column(heading: heading) else { continue }
            if let other = columns[column] {
                throw CSVFault(
                    at: reader.fields[place].offset,
                    "the column \"\(heading)\" says the same as \"\(headings[other])\"; remove or rename one")
            }
            columns[column] = place
        }
        func require(_ column: Column, _ name: String, _ advice: String = "") throws(CSVFault) {
            if columns[column] != nil { return }
            throw CSVFault(
                at: reader.fields[0].offset,
                "the header has no column \"\(name)\"\(advice); it has \(headings.joined(separator: ", "))")
        }
        try require(.tenant, "tenant")
        if rules.meter == nil { try require(.meter, "meter", " (add it, or name the meter with --meter)") }
        if rules.unit != .total { try require(.start, "window") }
        try require(.value, "value")
        return columns
    }

    /// Reads every line after the header.
    mutating func lines() throws(CSVFault) -> [Statement.Line] {
        var lines: [Statement.Line] = []
        var known: [Key: Int] = [:]
        while try reader.next() {
            if reader.fields.count != width {
                throw CSVFault(
                    at: reader.fields[min(width, reader.fields.count - 1)].offset,
                    "the line has \(reader.fields.count) fields and the header \(width); quote a field with a comma in it"
                )
            }
            let line = try line()
            let key = Key(meter: line.meter, tenant: line.tenant, window: line.window.window)
            if let other = known.updateValue(line.number, forKey: key) {
                throw CSVFault(
                    at: reader.fields[0].offset,
                    "line \(other) is of the same tenant, meter and window as line \(line.number); remove one, or add them up"
                )
            }
            lines.append(line)
        }
        return lines
    }

    private mutating func line() throws(CSVFault) -> Statement.Line {
        let tenant = bytes(.tenant)
        if tenant.bytes.isEmpty { throw fault(.tenant, "the tenant is empty; fill it in or remove the line") }
        let meter = try meter()
        let window: StatementWindow
        do throws(StatementWindows.Mistake) {
            let end = columns[.end] == nil ? "" : bytes(.end).description
            window = try windows.window(from: bytes(.start).description, to: end, of: meter)
        } catch {
            throw fault(error.isOfEnd ? .end : .start, error.message)
        }
        guard let value = Quantity(bytes(.value).description) else {
            throw fault(
                .value,
                "not an exact number; write it with digits and a point, such as 1234.5, with at most 12 decimals")
        }
        return Statement.Line(
            number: line(at: reader.fields[0].offset), meter: meter.name, tenant: tenant, window: window, value: value)
    }

    private func meter() throws(CSVFault) -> Meter {
        let name = columns[.meter] == nil ? ByteString(rules.meter ?? "") : bytes(.meter)
        if let meter = meters[name] { return meter }
        throw fault(
            .meter,
            "there is no meter \"\(name)\"; the configuration has \(rules.meters.map(\.name).joined(separator: ", "))")
    }

    /// A field of the present record.
    private func bytes(_ column: Column) -> ByteString {
        columns[column].map { ByteString(reader.bytes(of: reader.fields[$0])) } ?? ""
    }

    private func fault(_ column: Column, _ message: String) -> CSVFault {
        CSVFault(at: reader.fields[columns[column] ?? 0].offset, message)
    }

    private mutating func line(at offset: Int) -> Int {
        counted.line += csv[counted.offset..<offset].count { $0 == 0x0A }
        counted.offset = offset
        return counted.line
    }
}
