import UsageModel

/// Where the members that we read of a CloudEvent stand on the tape; -1 for one that is not there.
///
/// CloudEvents 1.0.2, sections 3.1 and 3.2 of the JSON format. Unknown members are extensions and are passed over.
struct CloudEventAttributes {
    var id = -1
    var source = -1
    var type = -1
    var subject = -1
    var time = -1
    var specversion = -1
    var data = -1

    /// Looks through the root object once.
    /// - Throws: a refusal when the text is not an object or has one of these members twice.
    @inline(__always)
    init(_ tape: UnsafeBufferPointer<JSONNode>, in text: UnsafeBufferPointer<UInt8>) throws(Refusal) {
        guard unsafe tape.count > 0 && tape[0].kind == .object else {
            throw Refusal(.schema, "an event is a JSON object")
        }
        var index = 1
        while index < tape.count {
            let key = unsafe tape[index]
            if key.hasEscapes {
                try unsafe note(key.unescaped(from: text), index + 1)
            } else {
                let start = Int(key.start)
                let word = unsafe JSONName.word(text, from: start, length: key.length)
                let rest =
                    key.length == 11 ? unsafe JSONName.word(text, from: start + 8, length: 3) : 0
                try note(key.length, word, rest, index + 1)
            }
            index = unsafe Int(tape[index + 1].next)
        }
    }

    private mutating func note(_ name: [UInt8], _ value: Int) throws(Refusal) {
        let rest = name.count == 11 ? JSONName.word(Array(name[8...])) : 0
        try note(name.count, JSONName.word(name), rest, value)
    }

    /// The names as words of eight bytes, the first byte lowest.
    @inline(__always)
    private mutating func note(_ length: Int, _ word: UInt64, _ rest: UInt64, _ value: Int) throws(Refusal) {
        switch (length, word) {
        case (2, 0x6469): try CloudEventAttributes.set(&id, value, "id")
        case (4, 0x6570_7974): try CloudEventAttributes.set(&type, value, "type")
        case (4, 0x656d_6974): try CloudEventAttributes.set(&time, value, "time")
        case (4, 0x6174_6164): try CloudEventAttributes.set(&data, value, "data")
        case (6, 0x6563_7275_6f73): try CloudEventAttributes.set(&source, value, "source")
        case (7, 0x0074_6365_6a62_7573): try CloudEventAttributes.set(&subject, value, "subject")
        case (11, 0x7372_6576_6365_7073) where rest == 0x6e_6f69:
            try CloudEventAttributes.set(&specversion, value, "specversion")
        default: break
        }
    }

    @inline(__always)
    private static func set(_ place: inout Int, _ value: Int, _ name: StaticString) throws(Refusal) {
        if place >= 0 { throw Refusal(.malformedJSON, "duplicate key \"\(name)\"") }
        place = value
    }
}

extension JSONNode {
    /// What a string means, as a new array.
    func unescaped(from text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        unsafe appendUnescaped(from: text, to: &bytes)
        return bytes
    }
}
