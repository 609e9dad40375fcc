/// Bytes that are not what a codec wrote.
struct CodecError: Error, Hashable, CustomStringConvertible {
    /// Where in the bytes.
    var offset: Int
    var message: String

    var description: String { "\(message) (byte \(offset))" }
}
