/// The keywords of one subschema, read with the checks that each one's value needs.
struct SchemaKeywords {
    let place: SchemaPlace
    let document: JSONDocument
    private let library: SchemaLibrary
    private let values: [String: Int]

    /// Leaves out what is not of the dialect.
    init(of place: SchemaPlace, in library: SchemaLibrary, vocabularies: SchemaVocabularies) {
        self.place = place
        self.library = library
        document = library.sources[place.document].document
        var values: [String: Int] = [:]
        for (name, value) in document.members(place.value) {
            // A keyword is ASCII, so that the equality of strings is that of bytes.
            guard name.allSatisfy({ $0 < 0x80 }) else { continue }
            let keyword = String(decoding: name, as: UTF8.self)
            if let vocabulary = SchemaVocabularies.of(keyword), !vocabularies.contains(vocabulary) { continue }
            values[keyword] = value
        }
        self.values = values
    }

    subscript(keyword: String) -> Int? { values[keyword] }

    func at(_ value: Int) -> SchemaPlace { SchemaPlace(document: place.document, value: value) }

    func error(_ value: Int, _ message: String) -> SchemaError { library.error(at: at(value), message) }

    func schema(_ keyword: String) throws(SchemaError) -> SchemaPlace? {
        guard let value = values[keyword] else { return nil }
        return try schema(at: value)
    }

    private func schema(at value: Int) throws(SchemaError) -> SchemaPlace {
        switch document.kind(value) {
        case .object, .true, .false: return at(value)
        default: throw error(value, "must be a schema: an object, true or false")
        }
    }

    func schemas(_ keyword: String) throws(SchemaError) -> [SchemaPlace]? {
        guard let value = values[keyword] else { return nil }
        let elements = document.elements(value)
        if elements.isEmpty { throw error(value, "must be an array of at least one schema") }
        var places: [SchemaPlace] = []
        for element in elements { places.append(try schema(at: element)) }
        return places
    }

    func schemaMap(_ keyword: String) throws(SchemaError) -> [(name: [UInt8], value: Int, place: SchemaPlace)] {
        var map: [(name: [UInt8], value: Int, place: SchemaPlace)] = []
        for (name, value) in try members(keyword) {
            map.append((name, value, try schema(at: value)))
        }
        return map
    }

    func members(_ keyword: String) throws(SchemaError) -> [(name: [UInt8], value: Int)] {
        guard let value = values[keyword] else { return [] }
        guard document.kind(value) == .object else { throw error(value, "must be an object") }
        return document.members(value)
    }

    func string(_ keyword: String) throws(SchemaError) -> [UInt8]? {
        guard let value = values[keyword] else { return nil }
        guard document.kind(value) == .string else { throw error(value, "must be a string") }
        return document.string(value)
    }

    func strings(_ keyword: String) throws(SchemaError) -> [[UInt8]] {
        guard let value = values[keyword] else { return [] }
        return try strings(at: value)
    }

    /// The elements of an array of strings that are all different.
    func strings(at value: Int) throws(SchemaError) -> [[UInt8]] {
        guard document.kind(value) == .array else { throw error(value, "must be an array of strings") }
        var strings: [[UInt8]] = []
        for element in document.elements(value) {
            guard document.kind(element) == .string else { throw error(element, "must be a string") }
            let string = document.string(element)
            if strings.contains(string) { throw error(element, "stands here twice") }
            strings.append(string)
        }
        return strings
    }

    /// A whole number from 0; what is more than 32 bits counts as the largest.
    func count(_ keyword: String) throws(SchemaError) -> UInt32? {
        guard let value = values[keyword] else { return nil }
        let limit = try decimal(value) { number -> UInt32? in
            guard number.isInteger, !number.isNegative || number.isZero else { return nil }
            if number.isZero { return 0 }
            if number.leading > 9 { return .max }
            return UInt32(
                exactly: (0...number.leading).reduce(UInt64(0)) { sum, place in sum * 10 + number.digit(at: place) })
                ?? .max
        }
        guard let limit else { throw error(value, "must be a whole number of at least 0") }
        return limit
    }

    /// The index of a number in the document.
    func number(_ keyword: String) throws(SchemaError) -> Int? {
        guard let value = values[keyword] else { return nil }
        guard document.kind(value) == .number else { throw error(value, "must be a number") }
        return value
    }

    /// A number that is more than 0.
    func positive(_ keyword: String) throws(SchemaError) -> Int? {
        guard let value = try number(keyword) else { return nil }
        guard try decimal(value, { !$0.isNegative && !$0.isZero }) else { throw error(value, "must be more than 0") }
        return value
    }

    func flag(_ keyword: String) throws(SchemaError) -> Bool {
        guard let value = values[keyword] else { return false }
        switch document.kind(value) {
        case .true: return true
        case .false: return false
        default: throw error(value, "must be true or false")
        }
    }

    private func decimal<Result>(_ value: Int, _ body: (DecimalText) -> Result) throws(SchemaError) -> Result {
        guard document.kind(value) == .number else { throw error(value, "must be a number") }
        return unsafe document.text(value).withUnsafeBufferPointer { unsafe body(DecimalText($0)) }
    }
}
