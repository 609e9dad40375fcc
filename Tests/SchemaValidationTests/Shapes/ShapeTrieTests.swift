import Testing

@testable import SchemaValidation

@Suite("Shapes of records")
struct ShapeTrieTests {
    /// What may stand behind a record, and could be taken for a part of it.
    private static let padding: [UInt8] = [0x00, 0x22, 0x30, 0x65, 0x7D]

    /// What a tape says, in words.
    private static func nodes(_ tape: borrowing JSONTape) -> [String] {
        (0..<tape.count).map { "\(tape[$0])" }
    }

    /// A text as a slab holds it, with room behind.
    private struct Padded {
        private var bytes: [UInt8]
        private let count: Int

        /// - Parameter padding: what stands behind it.
        init(_ text: [UInt8], padding: UInt8 = 0) {
            bytes = text + [UInt8](repeating: padding, count: 32)
            count = text.count
        }

        func match(_ shapes: borrowing ShapeTrie, into tape: inout JSONTape) -> Int {
            let shape = unsafe bytes.withUnsafeBufferPointer {
                unsafe tape.match(UnsafeBufferPointer(rebasing: $0[..<count]), shapes: shapes)
            }
            if shape >= 0 { tape.name(shape, of: shapes) }
            return shape
        }

        func learn(_ shapes: inout ShapeTrie, _ tape: borrowing JSONTape) -> Int? {
            unsafe bytes.withUnsafeBufferPointer {
                unsafe shapes.learn(tape.buffer, UnsafeBufferPointer(rebasing: $0[..<count]))
            }
        }
    }

    private static func parse(_ text: [UInt8], into tape: inout JSONTape) -> Bool {
        var indexer = JSONIndexer()
        do throws(JSONFault) {
            try unsafe text.withUnsafeBufferPointer { (text) throws(JSONFault) in
                try unsafe tape.parse(text, with: &indexer)
            }
            return true
        } catch { return false }
    }

    /// The members of the root that are strings, by their bytes.
    private static func strings(_ text: [UInt8]) -> [ShapeConstant] {
        var tape = JSONTape()
        guard parse(text, into: &tape), tape[0].kind == .object else { return [] }
        var found: [ShapeConstant] = []
        var index = 1
        while index < tape.count {
            let (name, value) = (tape[index], tape[index + 1])
            if value.kind == .string {
                found.append(
                    ShapeConstant(
                        name: Array(text[Int(name.start)..<Int(name.end)]),
                        value: Array(text[Int(value.start)..<Int(value.end)])))
            }
            index = Int(value.next)
        }
        return found
    }

    @Test("put a record on the tape as parsing does, or do not match", arguments: 0..<8, [false, true])
    func sameTape(seed: Int, hasConstants: Bool) throws {
        var generator = RandomJSON(random: SplitMix64(state: UInt64(seed)))
        var matched = 0
        var compared = 0
        for _ in 0..<400 {
            let base = generator.text().filter { $0 != 0x0A }
            var shapes = ShapeTrie(constants: hasConstants ? ShapeTrieTests.strings(base) : [])
            var tape = JSONTape()
            var other = JSONTape()
            var variants = try ShapeVariants(base, random: generator.random)
            generator.random.state &+= 1
            for _ in 0..<20 {
                let text = variants.next()
                let isText = ShapeTrieTests.parse(text, into: &tape)
                let padded = Padded(text, padding: ShapeTrieTests.padding[generator.random.below(5)])
                compared += 1
                if padded.match(shapes, into: &other) >= 0 {
                    matched += 1
                    try #require(isText, "\(String(decoding: text, as: UTF8.self)) is no JSON text")
                    try #require(
                        ShapeTrieTests.nodes(tape) == ShapeTrieTests.nodes(other),
                        "\(String(decoding: text, as: UTF8.self))")
                } else if isText, !text.contains(0x5C) {
                    _ = padded.learn(&shapes, tape)
                }
            }
        }
        #expect(matched > compared / 10)
    }

    @Test("have no step for a member with its usual value, and one for it with another", arguments: [false, true])
    func constants(isReversed: Bool) throws {
        var shapes = ShapeTrie(constants: [
            ShapeConstant(name: Array("v".utf8), value: Array("1.0".utf8)),
            ShapeConstant(name: Array("v".utf8), value: Array("1.1".utf8)),
        ])
        var tape = JSONTape()
        var other = JSONTape()
        let usual = [#"{"v":"1.0","a":"x"}"#, #"{"v":"1.1","a":"x"}"#, #"{"v":"1.0"}"#, #"{"a":"x","v":"1.0" }"#]
        let unusual = [
            #"{"v":"1.2","a":"x"}"#, #"{"a":{"v":"1.0"}}"#, #"{"v":1.0,"a":"x"}"#, #"{"v":["1.0"],"a":"x"}"#,
        ]
        var texts = (usual + unusual).map { Array($0.utf8) }
        if isReversed { texts.reverse() }
        for (number, text) in texts.enumerated() {
            #expect(ShapeTrieTests.parse(text, into: &tape))
            #expect(Padded(text).learn(&shapes, tape) == number)
        }
        // Whatever was learned first.
        for (number, text) in texts.enumerated() {
            #expect(ShapeTrieTests.parse(text, into: &tape))
            #expect(Padded(text).match(shapes, into: &other) == number)
            #expect(ShapeTrieTests.nodes(tape) == ShapeTrieTests.nodes(other))
            let isUsual = isReversed ? number >= unusual.count : number < usual.count
            #expect(shapes.shapes[number].constants.indices.count == (isUsual ? 1 : 0))
        }
        let another = Padded(Array(#"{"v":"1.3","a":"yy"}"#.utf8)).match(shapes, into: &other)
        #expect(another == texts.firstIndex(of: Array(unusual[0].utf8)))
    }

    @Test(
        "are told apart by names, order, white space, kinds and what is empty",
        arguments: [
            #"{"b":1}"#, #"{"a":1,"b":1}"#, #"{"a" :1}"#, #"{"a":1 }"#, #"{"a":"1"}"#, #"{"a":null}"#, #"{"a":{}}"#,
            #"{"a":[1]}"#, #"{"a":1}}"#, #"{"a":1"#, #"{"a":01}"#, #"{"a":1 1}"#, #"{"a":1,}"#, #"{"a":}"#, #"{"A":1}"#,
            #" {"a":1}"#,
        ])
    func toldApart(text: String) throws {
        var shapes = ShapeTrie()
        var tape = JSONTape()
        let known = Array(#"{"a":1}"#.utf8)
        #expect(ShapeTrieTests.parse(known, into: &tape))
        #expect(Padded(known).learn(&shapes, tape) == 0)
        #expect(Padded(Array(#"{"a":-23.5e6}"#.utf8)).match(shapes, into: &tape) == 0)
        #expect(Padded(Array(text.utf8)).match(shapes, into: &tape) == -1)
    }

    @Test("are forgotten when they are many and often miss")
    func begunAnew() throws {
        var shapes = ShapeTrie(patience: 100)
        var tape = JSONTape()
        func learn(_ text: String, _ shapes: inout ShapeTrie) -> Int? {
            let text = Array(text.utf8)
            guard ShapeTrieTests.parse(text, into: &tape) else { return nil }
            shapes.miss()
            return Padded(text).learn(&shapes, tape) ?? nil
        }
        for number in 0..<ShapeTrie.maximumLooks { _ = learn("{\"key\(number)\":1}", &shapes) }
        #expect(shapes.generation == 0)
        #expect(learn(#"{"late":1}"#, &shapes) == 0)
        #expect(shapes.generation == 1)
        #expect(Padded(Array(#"{"late":7}"#.utf8)).match(shapes, into: &tape) >= 0)
    }
}
