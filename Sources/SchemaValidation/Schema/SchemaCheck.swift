/// Something that a schema asks of a value and that names and kinds alone do not answer.
struct SchemaCheck {
    /// The subschema.
    var schema: Int
    /// The one instruction of it that asks; -1 when it is all of the subschema.
    var instruction: Int
    /// The value's index on the tape.
    var value: Int
}
