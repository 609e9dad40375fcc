/// Where a subschema stands: the number of its document in the library and its index on the document's tape.
struct SchemaPlace: Hashable {
    var document: Int
    var value: Int
}
