import UsageModel

extension SchemaLibrary {
    mutating func vocabularies(of place: SchemaPlace) throws(SchemaError) -> SchemaVocabularies {
        let uri = URIReference(try string(at: place)).absolute
        if uri == Array(SchemaVocabularies.dialect.utf8) { return .all }
        guard let resource = try resource(with: uri) else {
            throw error(
                at: place,
                "unknown dialect \(String(decoding: uri, as: UTF8.self)); supported is \(SchemaVocabularies.dialect)")
        }
        let root = resources[resource].root
        let document = sources[root.document].document
        guard let list = document.member("$vocabulary", of: root.value) else { return .all }
        var known: SchemaVocabularies = []
        for (name, value) in document.members(list) {
            if let vocabulary = SchemaVocabularies(uri: name) {
                known.formUnion(vocabulary)
            } else if document.kind(value) == .true {
                throw error(at: place, "needs the unknown vocabulary \(String(decoding: name, as: UTF8.self))")
            }
        }
        return known
    }

    /// The resource with this URI, from a document that is taken in now if need be.
    mutating func resource(with uri: [UInt8]) throws(SchemaError) -> Int? {
        let key = ByteString(uri)
        if let known = resourceByURI[key] { return known }
        guard let text = waiting.removeValue(forKey: key) else { return nil }
        _ = try add(text, name: key.description, uri: uri)
        return resourceByURI[key]
    }

    /// What a reference at `place` leads to, and the name when that is a dynamic anchor.
    mutating func resolve(
        _ reference: [UInt8], at place: SchemaPlace, in resource: Int
    ) throws(SchemaError) -> (place: SchemaPlace, dynamicName: ByteString?) {
        let uri = URIReference(reference).resolved(against: URIReference(resources[resource].uri))
        let text = String(decoding: reference, as: UTF8.self)
        guard let target = try self.resource(with: uri.absolute) else {
            throw error(at: place, "\"\(text)\" leads to no schema that is known here")
        }
        let fragment = URIReference.percentDecoded(uri.fragment ?? [])
        if !fragment.isEmpty, fragment.first != UInt8(ascii: "/") {
            guard let anchor = anchors[AnchorName(resource: target, name: ByteString(fragment))] else {
                throw error(at: place, "\"\(text)\" names no anchor of that schema")
            }
            return (anchor.place, anchor.isDynamic ? ByteString(fragment) : nil)
        }
        guard let found = try follow(fragment, from: target) else {
            throw error(at: place, "\"\(text)\" points to no schema")
        }
        return (found, nil)
    }

    private mutating func follow(_ pointer: [UInt8], from resource: Int) throws(SchemaError) -> SchemaPlace? {
        guard let tokens = JSONPointer(String(decoding: pointer, as: UTF8.self))?.tokens else { return nil }
        var place = resources[resource].root
        var current = resource
        let document = sources[place.document].document
        for token in tokens {
            switch document.kind(place.value) {
            case .object:
                guard let member = document.members(place.value).first(where: { $0.name == token.bytes }) else {
                    return nil
                }
                place.value = member.value
            case .array:
                guard let index = Int(token.description), document.elements(place.value).indices.contains(index) else {
                    return nil
                }
                place.value = document.elements(place.value)[index]
            default:
                return nil
            }
            current = resourceOf[place] ?? current
        }
        if resourceOf[place] == nil { try walk(place, resource: current) }
        return place
    }

    /// All dynamic anchors with this name.
    func dynamicAnchors(named name: ByteString) -> [(resource: Int, place: SchemaPlace)] {
        anchors.filter { $0.key.name == name && $0.value.isDynamic }
            .map { ($0.key.resource, $0.value.place) }.sorted { $0.resource < $1.resource }
    }
}
