import UsageModel

/// Turns the rows of a tenant file into a ``TenantTable``.
struct TenantTableCompiler {
    private struct Row {
        var subject: UInt32
        /// Where the row's subject stands in the file, for messages.
        var offset: UInt32
        var interval: TenantTable.Interval
    }

    /// Up to so many subjects the short ones have a table of their own, of some 3 MB at most.
    private static let maximumShortSubjects = 1 << 16
    private static let columnNames = ["subject", "tenant", "valid_from", "valid_to", "parent"]
    /// What a row says of its tenant's parent.
    private struct ParentRow {
        var link: TenantHierarchy.Link
        /// Where it stands in the file, for messages.
        var offset: Int
    }

    /// The tenant of a subject that has none is `unmapped:` and the subject.
    private static let reservedPrefix = Array("unmapped:".utf8)

    private let csv: [UInt8]
    private var reader: CSVReader
    /// For each of `columnNames` its place in a record; `nil` where the file has no such column.
    private let columns: [Int?]
    private let width: Int
    private var rows: [Row] = []
    private var subjects = ByteTable()
    /// Where each subject ends among the table's keys.
    private var subjectEnds: [Int] = []
    private var tenants: [ByteString] = []
    private var tenantIndex = ByteTable()
    private var parents: [ByteString: [ParentRow]] = [:]

    /// Checks the bytes and reads the header.
    init(_ csv: [UInt8]) throws(CSVFault) {
        if csv.count > Int(Int32.max) { throw CSVFault(at: 0, "the file has 2 GiB or more; split the subjects") }
        do {
            _ = try UTF8Span(validating: csv.span)
        } catch {
            throw CSVFault(at: error.byteOffsets.lowerBound, "not UTF-8; save the file as UTF-8")
        }
        if let place = csv.firstIndex(of: 0) { throw CSVFault(at: place, "a NUL byte; remove it") }
        self.csv = csv
        reader = CSVReader(csv)
        guard try reader.next() else {
            throw CSVFault(at: csv.count, "the file is empty; begin it with the header subject,tenant")
        }
        columns = try TenantTableCompiler.columns(of: reader)
        width = reader.fields.count
    }

    private static func columns(of reader: CSVReader) throws(CSVFault) -> [Int?] {
        var columns = [Int?](repeating: nil, count: columnNames.count)
        for (place, field) in reader.fields.enumerated() {
            let bytes = reader.bytes(of: field)
            guard let column = columnNames.firstIndex(where: { Array($0.utf8) == bytes }) else {
                let name = String(decoding: bytes, as: UTF8.self)
                throw CSVFault(
                    at: field.offset,
                    "the column \"\(name)\" is not known; the columns are \(columnNames.joined(separator: ", "))")
            }
            if columns[column] != nil {
                throw CSVFault(at: field.offset, "the column \"\(columnNames[column])\" stands twice; remove one")
            }
            columns[column] = place
        }
        for required in 0..<2 where columns[required] == nil {
            throw CSVFault(
                at: reader.fields[0].offset,
                "the header has no column \"\(columnNames[required])\"; begin the file with subject,tenant")
        }
        return columns
    }

    /// Reads every row after the header.
    mutating func readRows() throws(CSVFault) {
        while try reader.next() {
            if reader.fields.count != width {
                throw CSVFault(
                    at: reader.fields[min(width, reader.fields.count - 1)].offset,
                    "the row has \(reader.fields.count) fields and the header \(width); quote a field with a comma in it"
                )
            }
            try readRow()
        }
    }

    private mutating func readRow() throws(CSVFault) {
        guard let subjectColumn = columns[0], let tenantColumn = columns[1] else { return }
        let subject = reader.fields[subjectColumn]
        let parent = columns[4].flatMap { reader.fields[$0].range.isEmpty ? nil : reader.fields[$0] }
        if subject.range.isEmpty, parent == nil {
            throw CSVFault(at: subject.offset, "the subject is empty; fill it in or remove the row")
        }
        let first = try columns[2].flatMap { place throws(CSVFault) in try time(at: place) } ?? Int64.min
        let end = try columns[3].flatMap { place throws(CSVFault) in try time(at: place) }
        if let end, first >= end, let place = columns[3] {
            throw CSVFault(
                at: reader.fields[place].offset,
                "valid_to is not after valid_from, so the row never holds; correct one of them")
        }
        let tenant = try internTenant(reader.fields[tenantColumn])
        if let parent {
            let name = ByteString(reader.bytes(of: parent))
            if name == tenants[Int(tenant)] { throw CSVFault(at: parent.offset, "a tenant is not its own parent") }
            let link = TenantHierarchy.Link(first: first, last: end.map { $0 - 1 } ?? .max, parent: name)
            parents[tenants[Int(tenant)], default: []].append(ParentRow(link: link, offset: parent.offset))
        }
        if subject.range.isEmpty { return }
        let number = reader.intern(subject, in: &subjects)
        if Int(number) == subjectEnds.count { subjectEnds.append(subjects.keys.count) }
        let interval = TenantTable.Interval(first: first, last: end.map { $0 - 1 } ?? Int64.max, tenant: tenant)
        rows.append(Row(subject: number, offset: UInt32(subject.offset), interval: interval))
    }

    /// The time in a field, in nanoseconds since 1970; `nil` when the field is empty.
    private func time(at place: Int) throws(CSVFault) -> Int64? {
        let field = reader.fields[place]
        if field.range.isEmpty { return nil }
        let source = field.isUnescaped ? reader.unescaped : csv
        let time = unsafe source.span.extracting(field.range).withUnsafeBufferPointer {
            unsafe Timestamp(rfc3339: $0)
        }
        guard let time else {
            throw CSVFault(at: field.offset, "not a time; write RFC 3339, such as 2026-11-01T00:00:00Z, or nothing")
        }
        return time.nanoseconds
    }

    private mutating func internTenant(_ field: CSVReader.Field) throws(CSVFault) -> UInt32 {
        if field.range.isEmpty { throw CSVFault(at: field.offset, "the tenant is empty; fill it in or remove the row") }
        let source = field.isUnescaped ? reader.unescaped : csv
        if source[field.range].starts(with: TenantTableCompiler.reservedPrefix) {
            throw CSVFault(
                at: field.offset,
                "a tenant may not begin with \"unmapped:\", which marks subjects without a tenant; rename it")
        }
        let number = reader.intern(field, in: &tenantIndex)
        if Int(number) == tenants.count { tenants.append(ByteString(reader.bytes(of: field))) }
        return number
    }

    /// The finished table.
    consuming func table() throws(CSVFault) -> TenantTable {
        let hierarchy = try hierarchy()
        let starts = groupBySubject()
        var lists: [UInt32] = [0]
        var intervals: [TenantTable.Interval] = []
        var values: [UInt32] = []
        values.reserveCapacity(subjects.count)
        for subject in 0..<subjects.count {
            let group = starts[subject]..<starts[subject + 1]
            if group.count > 1 {
                rows[group].sort { ($0.interval.first, $0.offset) < ($1.interval.first, $1.offset) }
                try checkOverlaps(in: group)
            }
            let only = rows[group.lowerBound].interval
            if group.count == 1, only.first == Int64.min, only.last == Int64.max {
                values.append(only.tenant)
                continue
            }
            values.append(UInt32(lists.count - 1) | TenantTable.listBit)
            for row in rows[group] { intervals.append(row.interval) }
            lists.append(UInt32(intervals.count))
        }
        subjects.mapValues { values[Int($0)] }
        return TenantTable(
            tenants: tenants, hierarchy: hierarchy, subjects: subjects, short: shortSubjects(values), lists: lists,
            intervals: intervals)
    }

    /// The values of the subjects that are short, unless there are too many subjects.
    private func shortSubjects(_ values: [UInt32]) -> ShortSubjects? {
        if values.count > TenantTableCompiler.maximumShortSubjects { return nil }
        var short = ShortSubjects(capacity: values.count)
        let keys = subjects.keys + [UInt8](repeating: 0, count: ShortSubjects.Key.maximumLength)
        var start = 0
        for (number, end) in subjectEnds.enumerated() {
            if end - start <= ShortSubjects.Key.maximumLength {
                let key = ShortSubjects.Key(unsafe keys.span.bytes, at: start, length: end - start)
                short.add(key, value: values[number])
            }
            start = end
        }
        return short
    }

    /// Who is under whom. Rows of one tenant may say the same of one time, but nothing else.
    private func hierarchy() throws(CSVFault) -> TenantHierarchy {
        var links: [ByteString: [TenantHierarchy.Link]] = [:]
        for (tenant, rows) in parents {
            var merged: [ParentRow] = []
            for row in rows.sorted(by: { ($0.link.first, $0.offset) < ($1.link.first, $1.offset) }) {
                guard var last = merged.popLast() else {
                    merged.append(row)
                    continue
                }
                if row.link.first > last.link.last {
                    merged += [last, row]
                } else if row.link.parent == last.link.parent {
                    last.link.last = max(last.link.last, row.link.last)
                    merged.append(last)
                } else {
                    let line = CSVFault.place(of: min(last.offset, row.offset), in: csv).line
                    throw CSVFault(
                        at: max(last.offset, row.offset),
                        "the tenant \"\(tenant)\" has another parent in line \(line) at the same time; correct one of them"
                    )
                }
            }
            links[tenant] = merged.map(\.link)
        }
        let hierarchy = TenantHierarchy(links)
        if let tenant = hierarchy.tenantUnderItself, let row = parents[tenant]?.first {
            throw CSVFault(
                at: row.offset, "the tenant \"\(tenant)\" is under itself by way of others; correct a parent")
        }
        return hierarchy
    }

    /// Puts the rows of one subject together, in their order in the file, and returns where each subject's begin.
    private mutating func groupBySubject() -> [Int] {
        var starts = [Int](repeating: 0, count: subjects.count + 1)
        for row in rows { starts[Int(row.subject) + 1] += 1 }
        for subject in 0..<subjects.count { starts[subject + 1] += starts[subject] }
        // Most files have one row a subject, and are in order already.
        if subjects.count == rows.count { return starts }
        var next = starts
        var grouped = rows
        for row in rows {
            grouped[next[Int(row.subject)]] = row
            next[Int(row.subject)] += 1
        }
        rows = grouped
        return starts
    }

    private func checkOverlaps(in group: Range<Int>) throws(CSVFault) {
        for index in group.dropFirst() {
            let earlier = rows[index - 1]
            let later = rows[index]
            if earlier.interval.last < later.interval.first { continue }
            let offset = max(earlier.offset, later.offset)
            let line = CSVFault.place(of: Int(min(earlier.offset, later.offset)), in: csv).line
            let isRepeat =
                earlier.interval.first == later.interval.first && earlier.interval.last == later.interval.last
                && earlier.interval.tenant == later.interval.tenant
            throw CSVFault(
                at: Int(offset),
                isRepeat
                    ? "the row repeats line \(line); remove one of them"
                    : "the row's time overlaps line \(line) of the same subject; end one interval where the next begins"
            )
        }
    }
}
