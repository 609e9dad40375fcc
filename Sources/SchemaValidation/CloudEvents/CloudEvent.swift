import UsageModel

/// One parsed event while it is turned into a row.
struct CloudEvent {
    let record: JSONRecord
    let attributes: CloudEventAttributes

    private var nodes: UnsafeBufferPointer<JSONNode> {
        @inline(__always) get { unsafe record.nodes }
    }

    private var text: UnsafeBufferPointer<UInt8> {
        @inline(__always) get { unsafe record.text }
    }

    @inline(__always)
    init(_ record: JSONRecord) throws(Refusal) {
        self.record = record
        attributes = try unsafe CloudEventAttributes(record.nodes, in: record.text)
    }

    /// An event whose attributes are known by its shape.
    @inline(__always)
    init(_ record: JSONRecord, _ attributes: CloudEventAttributes) {
        self.record = record
        self.attributes = attributes
    }

    /// The type's entry in the table; -1 when nobody asks for it, or when it is not a string.
    @inline(__always)
    func entry(in types: borrowing TypeTable) -> Int {
        guard attributes.type >= 0, case let node = unsafe nodes[attributes.type], node.kind == .string else {
            return -1
        }
        if !node.hasEscapes { return unsafe types.find(node.raw(in: text)) }
        return unsafe node.unescaped(from: text).withUnsafeBufferPointer { unsafe types.find($0) }
    }

    /// - Throws: a refusal for a time that is missing or that is no RFC 3339 date-time in range.
    @inline(__always)
    func time() throws(Refusal) -> Timestamp {
        guard attributes.time >= 0, case let node = unsafe nodes[attributes.time], node.kind == .string else {
            throw Refusal(.schema, "time is missing or not a string")
        }
        let time =
            node.hasEscapes
            ? unsafe node.unescaped(from: text).withUnsafeBufferPointer { unsafe Timestamp(rfc3339: $0) }
            : unsafe Timestamp(rfc3339: node.raw(in: text))
        guard let time else {
            throw Refusal(
                .badTime,
                "time \(unsafe node.excerpt(of: text)) is not an RFC 3339 date-time between 1677 and 2262")
        }
        return time
    }

    /// What an event needs with or without a schema (CloudEvents 1.0.2, section 3.1); of the optional attributes the
    /// subject, because it is who is billed.
    @inline(__always)
    func requireAttributes() throws(Refusal) {
        try requireText(attributes.id, "id")
        try requireText(attributes.source, "source")
        try requireText(attributes.type, "type")
        try requireText(attributes.subject, "subject")
        guard attributes.specversion >= 0, case let version = unsafe nodes[attributes.specversion],
            version.kind == .string
        else { throw Refusal(.schema, "specversion is missing or not a string") }
        let known: StaticString = "1.0"
        let wanted = unsafe UnsafeBufferPointer(start: known.utf8Start, count: known.utf8CodeUnitCount)
        guard unsafe version.equals(wanted, in: text) else { throw Refusal(.schema, "specversion is not \"1.0\"") }
    }

    /// The same of an event whose shape says that all of them are there, and strings without escapes; those that its shape says
    /// all of are not there.
    @inline(__always)
    var hasFilledAttributes: Bool {
        unsafe nodes[attributes.id].length > 0 && nodes[attributes.source].length > 0
            && nodes[attributes.subject].length > 0
            && (attributes.type < 0 || nodes[attributes.type].length > 0)
            && (attributes.specversion < 0 || isVersion(nodes[attributes.specversion]))
    }

    @inline(__always)
    private func isVersion(_ node: JSONNode) -> Bool {
        unsafe node.length == 3 && JSONName.word(text, from: Int(node.start), length: 3) == 0x302E31
    }

    /// The bytes of a string of such an event.
    @inline(__always)
    func raw(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        unsafe nodes[index].raw(in: text)
    }

    @inline(__always)
    private func requireText(_ index: Int, _ name: StaticString) throws(Refusal) {
        guard index >= 0 else { throw Refusal(.schema, "\(name) is missing") }
        guard case let node = unsafe nodes[index], node.kind == .string, node.length > 0 else {
            throw Refusal(.schema, "\(name) is not a string with at least one character")
        }
    }

    /// A value as an exact number; `nil` for `null`.
    /// - Throws: a refusal when it is none.
    @inline(__always)
    func quantity(_ index: Int) throws(Refusal) -> Quantity? {
        let node = unsafe nodes[index]
        if node.kind == .null { return nil }
        guard node.kind == .number else {
            throw Refusal(.badNumber, "\(unsafe node.excerpt(of: text)) is not a number")
        }
        guard let value = unsafe Quantity(json: node.raw(in: text)) else {
            throw Refusal(
                .badNumber, "\(unsafe node.excerpt(of: text)) is out of range or has more than 12 decimals")
        }
        return value
    }

    /// The same of a value in a record behind which thirty-two bytes can be read.
    @inline(__always)
    func plainQuantity(_ index: Int) throws(Refusal) -> Quantity? {
        let node = unsafe nodes[index]
        if node.kind == .number, let bytes = unsafe text.baseAddress,
            let short = unsafe ShortNumber(at: bytes + Int(node.start), length: node.length)
        {
            return Quantity(short)
        }
        return try quantity(index)
    }

    /// Who the event is; after ``requireAttributes()``.
    @inline(__always)
    func identity(under key: SipHash128) -> Digest128 {
        let source = unsafe nodes[attributes.source]
        let id = unsafe nodes[attributes.id]
        if !source.hasEscapes, !id.hasEscapes {
            return unsafe key.identity(source: source.raw(in: text), id: id.raw(in: text))
        }
        let sourceBytes = unsafe source.unescaped(from: text)
        let idBytes = unsafe id.unescaped(from: text)
        return unsafe sourceBytes.withUnsafeBufferPointer { source in
            unsafe idBytes.withUnsafeBufferPointer { unsafe key.identity(source: source, id: $0) }
        }
    }
}

extension JSONNode {
    /// The value as it is written, at most 64 bytes of it, for a message.
    func excerpt(of text: UnsafeBufferPointer<UInt8>) -> String {
        let raw = unsafe raw(in: text)
        let shown = unsafe String(decoding: raw.prefix(64), as: UTF8.self) + (raw.count > 64 ? "…" : "")
        return kind == .string ? "\"\(shown)\"" : shown
    }
}

extension Quantity {
    @inline(__always)
    fileprivate init(_ number: ShortNumber) {
        let scale = Quantity.powerOfTen(Quantity.decimalPlaces - number.decimals)
        let product = number.magnitude.multipliedFullWidth(by: scale)
        self.init(units: Int128(product.high) << 64 | Int128(product.low))
    }
}
