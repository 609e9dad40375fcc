import UsageModel

/// One line of the Combined or the Common Log Format, cut into its fields.
///
/// `host ident user [17/May/2015:10:05:03 +0000] "METHOD path PROTOCOL" status bytes "referer" "user_agent"`, as Apache's
/// `mod_log_config` and nginx write it; nothing may follow. The common format ends with `bytes`. A quoted field may hold
/// a quote and a backslash behind a backslash. A request that has no two spaces is none that a server understood: it has
/// no method, path and protocol.
struct CombinedLine {
    /// Where each field lies in the line, by ``CombinedField/index``; negative when the line does not have it.
    private var starts = InlineArray<11, Int>(repeating: -1)
    private var ends = InlineArray<11, Int>(repeating: -1)
    private var index = 0

    /// A line without any field.
    init() {}

    /// Cuts a line. O(length), no allocation.
    /// - Parameter isCommon: whether it ends with the size.
    /// - Throws: a refusal that tells what was expected at which column, counted in bytes from 1.
    @inline(__always)
    init(_ line: UnsafeBufferPointer<UInt8>, isCommon: Bool) throws(Refusal) {
        try unsafe word(.remoteHost, line)
        try unsafe word(.ident, line)
        try unsafe word(.user, line)
        try unsafe expect(0x5B, "'[' before the time", line)
        try unsafe field(.time, line, until: 0x5D, "']' after the time")
        try unsafe expect(0x20, "a space", line)
        try unsafe request(line)
        try unsafe expect(0x20, "a space", line)
        try unsafe number(.status, "a status of digits", line)
        try unsafe expect(0x20, "a space", line)
        try unsafe number(.bytes, "a size of digits", line)
        if !isCommon {
            try unsafe expect(0x20, "a space", line)
            try unsafe quoted(.referer, line)
            try unsafe expect(0x20, "a space", line)
            try unsafe quoted(.userAgent, line)
        }
        if index < line.count { throw CombinedLine.expected("the end of the line", at: index) }
    }

    /// Where a field lies in the line; `nil` when the line does not have it.
    @inline(__always)
    func range(of field: CombinedField) -> Range<Int>? {
        let start = starts[field.index]
        return start < 0 ? nil : start..<ends[field.index]
    }

    @inline(__always)
    private static func expected(_ what: StaticString, at index: Int) -> Refusal {
        Refusal(.badLine, "expected \(what) at column \(index + 1)")
    }

    @inline(__always)
    private mutating func expect(
        _ byte: UInt8, _ what: StaticString, _ line: UnsafeBufferPointer<UInt8>
    ) throws(Refusal) {
        guard index < line.count, unsafe line[index] == byte else { throw CombinedLine.expected(what, at: index) }
        index += 1
    }

    /// Up to and without a byte, which is passed over.
    @inline(__always)
    private mutating func field(
        _ field: CombinedField, _ line: UnsafeBufferPointer<UInt8>, until byte: UInt8, _ what: StaticString
    ) throws(Refusal) {
        let start = index
        while index < line.count, unsafe line[index] != byte { index += 1 }
        note(field, start, index)
        try unsafe expect(byte, what, line)
    }

    @inline(__always)
    private mutating func note(_ field: CombinedField, _ start: Int, _ end: Int) {
        starts[field.index] = start
        ends[field.index] = end
    }

    /// A word and the space after it.
    @inline(__always)
    private mutating func word(_ field: CombinedField, _ line: UnsafeBufferPointer<UInt8>) throws(Refusal) {
        let start = index
        try unsafe self.field(field, line, until: 0x20, "a space")
        if ends[field.index] == start { throw CombinedLine.expected("a word", at: start) }
    }

    /// Digits or `-`.
    @inline(__always)
    private mutating func number(
        _ field: CombinedField, _ what: StaticString, _ line: UnsafeBufferPointer<UInt8>
    ) throws(Refusal) {
        let start = index
        if index < line.count, unsafe line[index] == 0x2D {
            index += 1
        } else {
            while index < line.count, unsafe line[index] &- 0x30 < 10 { index += 1 }
        }
        if index == start { throw CombinedLine.expected(what, at: index) }
        note(field, start, index)
    }

    /// What stands between two quotes.
    @inline(__always)
    private mutating func quoted(_ field: CombinedField, _ line: UnsafeBufferPointer<UInt8>) throws(Refusal) {
        try unsafe expect(0x22, "'\"'", line)
        let start = index
        while index < line.count, case let byte = unsafe line[index], byte != 0x22 {
            index += byte == 0x5C ? 2 : 1
        }
        index = min(index, line.count)
        note(field, start, index)
        try unsafe expect(0x22, "'\"' at the end of a quoted field", line)
    }

    /// The method before the first space, the protocol after the last one, the path between them.
    @inline(__always)
    private mutating func request(_ line: UnsafeBufferPointer<UInt8>) throws(Refusal) {
        try unsafe quoted(.path, line)
        let start = starts[CombinedField.path.index]
        let end = ends[CombinedField.path.index]
        var first = start
        while first < end, unsafe line[first] != 0x20 { first += 1 }
        var last = end - 1
        while last > first, unsafe line[last] != 0x20 { last -= 1 }
        guard first > start, last > first + 1, last + 1 < end else {
            note(.path, -1, -1)
            return
        }
        note(.method, start, first)
        note(.path, first + 1, last)
        note(.protocol, last + 1, end)
    }
}
