import UsageModel

extension SchemaLibrary {
    private static let single = [
        "items", "contains", "additionalProperties", "propertyNames", "if", "then", "else", "not", "unevaluatedItems",
        "unevaluatedProperties", "contentSchema",
    ]
    private static let lists = ["prefixItems", "allOf", "anyOf", "oneOf"]
    private static let maps = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"]

    /// Notes the `$id` and the anchors of a subschema and of all below it.
    mutating func walk(_ place: SchemaPlace, resource outer: Int, isRoot: Bool = false) throws(SchemaError) {
        if resourceOf[place] != nil { return }
        let document = sources[place.document].document
        var resource = outer
        let members = document.members(place.value)
        if let id = members.first(where: { $0.name == Array("$id".utf8) }) {
            resource = try identify(SchemaPlace(document: place.document, value: id.value), place, in: outer, isRoot)
        }
        resourceOf[place] = resource
        for (name, value) in members {
            let here = SchemaPlace(document: place.document, value: value)
            switch String(decoding: name, as: UTF8.self) {
            case "$schema":
                resources[resource].vocabularies = try vocabularies(of: here)
            case "$anchor":
                try nameAnchor(here, for: place, in: resource, isDynamic: false)
            case "$dynamicAnchor":
                try nameAnchor(here, for: place, in: resource, isDynamic: true)
            case let keyword where SchemaLibrary.single.contains(keyword):
                try walk(here, resource: resource)
            case let keyword where SchemaLibrary.lists.contains(keyword):
                for element in document.elements(value) {
                    try walk(SchemaPlace(document: place.document, value: element), resource: resource)
                }
            case let keyword where SchemaLibrary.maps.contains(keyword):
                for member in document.members(value) {
                    try walk(SchemaPlace(document: place.document, value: member.value), resource: resource)
                }
            default: break
            }
        }
    }

    func string(at place: SchemaPlace) throws(SchemaError) -> [UInt8] {
        let document = sources[place.document].document
        guard document.kind(place.value) == .string else { throw error(at: place, "must be a string") }
        return document.string(place.value)
    }

    private mutating func identify(
        _ id: SchemaPlace, _ place: SchemaPlace, in outer: Int, _ isRoot: Bool
    ) throws(SchemaError) -> Int {
        let uri = URIReference(try string(at: id)).resolved(against: URIReference(resources[outer].uri))
        if let fragment = uri.fragment, !fragment.isEmpty {
            throw error(at: id, "must not have a fragment; $anchor names a part of a schema")
        }
        let key = ByteString(uri.absolute)
        if let known = resourceByURI[key], resources[known].root != place {
            throw error(at: id, "is the $id of another schema as well")
        }
        if isRoot {
            resources[outer].uri = key.bytes
            resourceByURI[key] = outer
            return outer
        }
        resources.append(
            Resource(uri: key.bytes, root: place, vocabularies: resources[outer].vocabularies))
        resourceByURI[key] = resources.count - 1
        return resources.count - 1
    }

    private mutating func nameAnchor(
        _ anchor: SchemaPlace, for place: SchemaPlace, in resource: Int, isDynamic: Bool
    ) throws(SchemaError) {
        let name = try string(at: anchor)
        let isPlain =
            name.first.map { FormatScanner.isLetter($0) || $0 == UInt8(ascii: "_") } ?? false
            && name.allSatisfy { FormatScanner.isAlphanumeric($0) || "-_.".utf8.contains($0) }
        guard isPlain else { throw error(at: anchor, "must be a name of letters, digits, '-', '_' and '.'") }
        let key = AnchorName(resource: resource, name: ByteString(name))
        if let known = anchors[key], known.place != place {
            throw error(at: anchor, "is the anchor of another schema as well")
        }
        anchors[key] = Anchor(place: place, isDynamic: isDynamic || anchors[key]?.isDynamic == true)
    }
}
