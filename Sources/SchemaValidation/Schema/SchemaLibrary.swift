import UsageModel

/// All schema documents of one compilation: which subschema has which URI, and what an anchor or pointer leads to.
struct SchemaLibrary {
    struct Source {
        /// What messages call it.
        var name: String
        var document: JSONDocument
    }

    /// The reach of one `$id`.
    struct Resource {
        var uri: [UInt8]
        var root: SchemaPlace
        var vocabularies: SchemaVocabularies
    }

    struct AnchorName: Hashable {
        var resource: Int
        var name: ByteString
    }

    struct Anchor {
        var place: SchemaPlace
        var isDynamic: Bool
    }

    var sources: [Source] = []
    var resources: [Resource] = []
    var anchors: [AnchorName: Anchor] = [:]
    var resourceByURI: [ByteString: Int] = [:]
    /// The resource of every subschema that was walked.
    var resourceOf: [SchemaPlace: Int] = [:]
    /// Documents that nothing has led to yet.
    var waiting: [ByteString: [UInt8]] = [:]

    mutating func offer(_ text: [UInt8], uri: String) {
        waiting[ByteString(URIReference(Array(uri.utf8)).absolute)] = text
    }

    /// Takes a document in and returns its root.
    mutating func add(_ text: [UInt8], name: String, uri: [UInt8]) throws(SchemaError) -> SchemaPlace {
        let document: JSONDocument
        do {
            document = try JSONDocument(text)
        } catch {
            throw SchemaError(file: name, line: SchemaLibrary.line(of: error, in: text), message: "\(error)")
        }
        let root = SchemaPlace(document: sources.count, value: document.root)
        sources.append(Source(name: name, document: document))
        let resource = resources.count
        resources.append(Resource(uri: uri, root: root, vocabularies: .all))
        resourceByURI[ByteString(uri)] = resource
        try walk(root, resource: resource, isRoot: true)
        return root
    }

    private static func line(of fault: JSONFault, in text: [UInt8]) -> Int {
        switch fault {
        case .malformed(_, let offset), .tooDeep(let offset), .badEncoding(let offset):
            text.prefix(offset).count { $0 == UInt8(ascii: "\n") } + 1
        }
    }

    /// An error at a value of a schema.
    func error(at place: SchemaPlace, _ message: String) -> SchemaError {
        let source = sources[place.document]
        let start = source.document.range(place.value).lowerBound
        let line = source.document.bytes.prefix(start).count { $0 == UInt8(ascii: "\n") } + 1
        return SchemaError(file: source.name, line: line, pointer: pointer(to: place), message: message)
    }

    func pointer(to place: SchemaPlace) -> String {
        unsafe sources[place.document].document.withTape { tape, text in unsafe tape.pointer(to: place.value, in: text)
        }
    }
}
