public import UsageModel

/// Which tenant a subject belongs to, as of a moment.
///
/// Compiled from CSV into flat arrays: a lookup hashes the subject's bytes once, reads one slot and compares one key, which
/// stands in the slot where it is short; only subjects with validity intervals need a search in theirs. Subjects are
/// compared as bytes.
public struct TenantTable: Sendable {
    /// One stretch of time in which a subject belongs to one tenant.
    struct Interval: Sendable {
        /// The first moment, in nanoseconds since 1970.
        var first: Int64
        /// The last moment, inclusive, so that an open end needs no case of its own.
        var last: Int64
        var tenant: UInt32
    }

    /// The value of a subject in `subjects` is a tenant that always holds, or with this bit an index into `lists`.
    static let listBit: UInt32 = 1 << 31

    /// The tenants by index, in the order of their first row.
    public let tenants: [ByteString]
    /// Which tenant is under which.
    public let hierarchy: TenantHierarchy
    let subjects: ByteTable
    /// Those of the subjects that are short; `nil` where there are so many subjects that they are in no cache anyway.
    private let short: ShortSubjects?
    /// Where each list of intervals begins in `intervals`, and the end of the last.
    let lists: [UInt32]
    /// The intervals of a list, in the order of time, none overlapping another.
    let intervals: [Interval]

    /// Compiles a table from CSV (RFC 4180) with the header `subject,tenant[,valid_from,valid_to][,parent]` in any order of
    /// columns.
    ///
    /// A parent is the tenant that the row's tenant is under for the row's time; a row without a subject says nothing else.
    /// Times are RFC 3339 and half-open: `valid_from` belongs to the interval, `valid_to` does not; an empty one is open.
    /// A subject may have any number of rows whose intervals do not overlap. O(n log n), about 0.5 µs a row.
    /// - Parameter file: the file's name, for messages.
    /// - Throws: ``TenantTableError`` for the first row that is wrong.
    public init(csv: [UInt8], file: String) throws(TenantTableError) {
        do throws(CSVFault) {
            var compiler = try TenantTableCompiler(csv)
            try compiler.readRows()
            self = try compiler.table()
        } catch {
            let place = CSVFault.place(of: error.offset, in: csv)
            throw TenantTableError(file: file, line: place.line, column: place.column, message: error.message)
        }
    }

    init(
        tenants: [ByteString], hierarchy: TenantHierarchy, subjects: ByteTable, short: ShortSubjects?,
        lists: [UInt32], intervals: [Interval]
    ) {
        self.tenants = tenants
        self.hierarchy = hierarchy
        self.subjects = subjects
        self.short = short
        self.lists = lists
        self.intervals = intervals
    }

    /// How many subjects it knows.
    public var subjectCount: Int { subjects.count }

    /// Gives each row the tenant of its subject at the time of its event. O(rows), one allocation.
    public func attribute(_ events: EventBatch) -> AttributedBatch {
        let slab = unsafe events.records.bytes.span.bytes
        let text = unsafe events.text.span.bytes
        let subject = events.subject.span
        let time = events.time.span
        // A copy at hand: it would be retained and released for each row.
        let short = short
        var tenant = [UInt32](repeating: AttributedBatch.unmapped, count: events.count)
        var result = tenant.mutableSpan
        for row in 0..<result.count {
            let slice = subject[row]
            let value: UInt32
            // Behind a slab's contents there is padding.
            if let short, !slice.isUnescaped, slice.length <= ShortSubjects.Key.maximumLength {
                value = short.value(of: ShortSubjects.Key(slab, at: slice.offset, length: slice.length))
            } else {
                let range = slice.offset..<slice.offset + slice.length
                value = subjects.value(of: slice.isUnescaped ? text.extracting(range) : slab.extracting(range))
            }
            result[row] = self.tenant(of: value, at: time[row].nanoseconds)
        }
        return AttributedBatch(events: events, tenant: tenant)
    }

    /// The tenants that a subject has over some time, each with the part of it; `nil` stands for none. O(intervals).
    public func tenants(of subject: ByteString, over window: Window) -> [(tenant: ByteString?, part: Window)] {
        var parts: [(tenant: ByteString?, part: Window)] = []
        var start = window.start
        while start < window.end {
            let number = tenant(
                of: subjects.value(of: unsafe subject.bytes.span.bytes), at: start.nanoseconds)
            let end = min(window.end, nextChange(of: subject, after: start.nanoseconds))
            parts.append(
                (number == AttributedBatch.unmapped ? nil : tenants[Int(number)], Window(start: start, end: end)))
            start = end
        }
        return parts
    }

    /// The first moment after one at which the subject may have another tenant.
    private func nextChange(of subject: ByteString, after nanoseconds: Int64) -> Timestamp {
        let value = subjects.value(of: unsafe subject.bytes.span.bytes)
        let never = Timestamp(nanoseconds: .max)
        if value & TenantTable.listBit == 0 || value == ByteTable.vacant { return never }
        let list = Int(value & ~TenantTable.listBit)
        for interval in intervals[Int(lists[list])..<Int(lists[list + 1])] {
            if interval.first > nanoseconds { return Timestamp(nanoseconds: interval.first) }
            if interval.last >= nanoseconds, interval.last < .max { return Timestamp(nanoseconds: interval.last + 1) }
        }
        return never
    }

    /// The index of a subject's tenant at a moment, or ``AttributedBatch/unmapped``, by the subject's value.
    @inline(__always)
    private func tenant(of value: UInt32, at nanoseconds: Int64) -> UInt32 {
        // A subject that is not known has the value `vacant`, which has the list bit as well.
        if value & TenantTable.listBit == 0 { return value }
        if value == ByteTable.vacant { return AttributedBatch.unmapped }
        return tenant(inList: Int(value & ~TenantTable.listBit), at: nanoseconds)
    }

    private func tenant(inList list: Int, at nanoseconds: Int64) -> UInt32 {
        var low = Int(lists[list])
        var high = Int(lists[list + 1])
        // The first interval that ends at or after the moment.
        while low < high {
            let middle = low + (high - low) / 2
            if intervals[middle].last < nanoseconds { low = middle + 1 } else { high = middle }
        }
        guard low < Int(lists[list + 1]), intervals[low].first <= nanoseconds else { return AttributedBatch.unmapped }
        return intervals[low].tenant
    }
}
