/// Why a text is not one JSON value that we take, and the offset of the byte where that shows.
public enum JSONFault: Error, Sendable, Hashable {
    /// Against the grammar of RFC 8259.
    case malformed(String, offset: Int)
    /// More than ``JSONTape/maximumDepth`` arrays and objects in one another.
    case tooDeep(offset: Int)
    /// Not UTF-8.
    case badEncoding(offset: Int)
}

extension JSONFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let what, let offset): "\(what) at byte \(offset)"
        case .tooDeep(let offset): "nested more than \(JSONTape.maximumDepth) deep at byte \(offset)"
        case .badEncoding(let offset): "not UTF-8 at byte \(offset)"
        }
    }
}
