/// A member of the root object whose value, a string, is the same in most records that have it: its bytes belong to the bytes
/// around it, so that it is no step of its own. A record in which it has another value has another shape.
struct ShapeConstant {
    var name: [UInt8]
    var value: [UInt8]
}
