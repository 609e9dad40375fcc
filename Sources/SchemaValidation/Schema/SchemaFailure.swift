/// One failed keyword, as the run notes it down; turned into words only when somebody asks.
struct SchemaFailure {
    var keyword: SchemaKeyword
    /// The subschema's index in the plan.
    var node: Int
    /// The value's index on the tape; of a key that is not allowed the key's.
    var instance: Int
    /// What else the message needs: an index into the plan or a count.
    var detail = 0
}
