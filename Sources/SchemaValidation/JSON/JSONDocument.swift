/// A whole JSON document that is kept: a schema, or the text of a configuration. For start-up, not for records.
final class JSONDocument {
    let bytes: [UInt8]
    private let tape: JSONTape

    /// Parses the bytes of one JSON text, which may have white space around it.
    /// - Throws: ``JSONFault``, as for records.
    init(_ bytes: [UInt8]) throws(JSONFault) {
        var indexer = JSONIndexer()
        var tape = JSONTape()
        try unsafe bytes.withUnsafeBufferPointer { (text) throws(JSONFault) in
            try unsafe tape.parse(text, with: &indexer)
        }
        self.bytes = bytes
        self.tape = tape
    }

    /// The root's index.
    var root: Int { 0 }

    func kind(_ value: Int) -> JSONNode.Kind { tape[value].kind }

    /// Where the value stands in ``bytes``; of a string without its quotes.
    func range(_ value: Int) -> Range<Int> { Int(tape[value].start)..<Int(tape[value].end) }

    /// The elements of an array; empty for other kinds.
    func elements(_ array: Int) -> [Int] {
        guard kind(array) == .array else { return [] }
        var elements: [Int] = []
        var index = array + 1
        while index < Int(tape[array].next) {
            elements.append(index)
            index = Int(tape[index].next)
        }
        return elements
    }

    /// The members of an object, in the order of the text, with equal names as they come; empty for other kinds.
    func members(_ object: Int) -> [(name: [UInt8], value: Int)] {
        guard kind(object) == .object else { return [] }
        var members: [(name: [UInt8], value: Int)] = []
        var index = object + 1
        while index < Int(tape[object].next) {
            members.append((string(index), index + 1))
            index = Int(tape[index + 1].next)
        }
        return members
    }

    /// The value of the first member with this name.
    func member(_ name: String, of object: Int) -> Int? {
        let name = Array(name.utf8)
        return members(object).first { $0.name == name }?.value
    }

    /// What a string means, its escapes undone; empty for other kinds.
    func string(_ value: Int) -> [UInt8] {
        guard kind(value) == .string else { return [] }
        var string: [UInt8] = []
        unsafe bytes.withUnsafeBufferPointer { unsafe tape[value].appendUnescaped(from: $0, to: &string) }
        return string
    }

    /// The bytes of a value as they were written: the digits of a number, the text of a container.
    func text(_ value: Int) -> [UInt8] { Array(bytes[range(value)]) }

    /// Lets something read the tape and the text that it belongs to.
    func withTape<Result, Failure: Error>(
        _ body: (borrowing JSONTape, UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe bytes.withUnsafeBufferPointer { (text) throws(Failure) in try unsafe body(tape, text) }
    }
}
