import UsageModel

extension MeterLayout {
    /// Whether all conditions of a meter hold for a row whose fields begin at `firstField`.
    ///
    /// As in JSON: a string never equals a number, numbers are equal by value, `null` and absent are one. Text without
    /// a kind equals what it can be read as: the same text, the number or the boolean. No allocation.
    @inline(__always)
    func passes(_ measure: Measure, _ events: EventBatch, firstField: Int) -> Bool {
        for index in measure.conditions {
            let condition = conditions[index]
            let field = events.fields[firstField + condition.field]
            let source = unsafe field.slice.isUnescaped ? events.text.span.bytes : events.records.bytes.span.bytes
            let bytes = source.extracting(field.slice.offset..<field.slice.offset + field.slice.length)
            if !isAny(of: condition.matches, kind: field.kind, bytes) { return false }
        }
        return true
    }

    private func isAny(of candidates: Range<Int>, kind: Field.Kind, _ bytes: RawSpan) -> Bool {
        for index in candidates {
            let match = matches[index]
            if match.kind != kind, kind != .text { continue }
            switch match.kind {
            case .absent:
                if kind == .absent { return true }
            case .composite, .text:
                continue
            case .bool, .string:
                if unsafe ByteHash.areEqual(bytes, text.span.bytes.extracting(match.text)) { return true }
            case .number:
                if unsafe ByteHash.areEqual(bytes, text.span.bytes.extracting(match.text)) { return true }
                // Other digits may be the same number, but two plain whole numbers are not.
                if !MeterLayout.isPlainWhole(bytes), MeterLayout.number(bytes) == match.number { return true }
            }
        }
        return false
    }

    /// Whether a JSON number is digits alone: then it is in its shortest form, for JSON has no leading zeros.
    private static func isPlainWhole(_ bytes: RawSpan) -> Bool {
        for index in 0..<bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            if byte &- 0x30 > 9 { return false }
        }
        return true
    }

    /// `nil` where the number is out of a quantity's range or precision: it equals no number that a filter can name.
    private static func number(_ bytes: RawSpan) -> Quantity? {
        unsafe bytes.withUnsafeBytes { raw in
            unsafe raw.withMemoryRebound(to: UInt8.self) { unsafe Quantity(json: $0) }
        }
    }
}
