@testable import SchemaValidation

/// Makes texts with the shape of another, by other values in its values' places, and now and then with another shape.
struct ShapeVariants {
    private static let strings = [
        #""""#, #""a""#, #""ä日😀""#, #""{[,:]}""#, #"" a ""#, #""2026-11-01T00:00:00Z""#, #""1.0""#, #""esc\"aped""#,
        #""a long one, of more than one word""#, #""x""#, #""aa""#,
    ]
    private static let numbers = [
        "0", "-0", "1", "-2", "12", "2.5", "1.0", "1e3", "-1.5E-2", "10", "123456789012345678901234567890", "0.1",
    ]
    private static let wrong = [
        "01", "1.", "-", "1e", "+1", ".5", "tru", "nul", "falsey", "'a'", "\"open", "", "1 2", "[]",
    ]

    var random: SplitMix64
    private let text: [UInt8]
    private let values: [ShapeOutline.Value]

    /// - Throws: where the text is none.
    init(_ text: [UInt8], random: SplitMix64) throws(JSONFault) {
        var tape = JSONTape()
        var indexer = JSONIndexer()
        try unsafe text.withUnsafeBufferPointer { (text) throws(JSONFault) in
            try unsafe tape.parse(text, with: &indexer)
        }
        self.text = text
        self.random = random
        // A value is replaced with its quotes.
        let outline = unsafe text.withUnsafeBufferPointer { unsafe ShapeOutline(tape.buffer, $0) }
        values = outline.values.map { value in
            var value = value
            if value.behind == .string { (value.start, value.end) = (value.start - 1, value.end + 1) }
            return value
        }
    }

    /// One more text.
    mutating func next() -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        for value in values {
            result += text[place..<value.start]
            result += random.below(3) > 0 ? Array(text[value.start..<value.end]) : Array(other(than: value).utf8)
            place = value.end
        }
        result += text[place...]
        if random.below(40) == 0 { result = RandomJSON(random: random).spoiledOnce(result) }
        return result.filter { $0 != 0x0A }
    }

    private mutating func other(than value: ShapeOutline.Value) -> String {
        switch random.below(60) {
        case 0: return ShapeVariants.wrong[random.below(ShapeVariants.wrong.count)]
        case 1: return ["null", "true", "false", "{}"][random.below(4)]
        default: break
        }
        switch value.behind {
        case .string: return ShapeVariants.strings[random.below(ShapeVariants.strings.count)]
        case .number: return ShapeVariants.numbers[random.below(ShapeVariants.numbers.count)]
        default: return String(decoding: text[value.start..<value.end], as: UTF8.self)
        }
    }
}

extension RandomJSON {
    fileprivate func spoiledOnce(_ text: [UInt8]) -> [UInt8] {
        var copy = self
        return copy.spoiled(text)
    }
}
