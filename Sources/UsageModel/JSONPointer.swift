/// A JSON Pointer (RFC 6901): which value of a document is meant, such as `/data/region`.
public struct JSONPointer: Sendable, Hashable {
    /// The pointer as it was written.
    public let text: String
    /// Its reference tokens with `~1` and `~0` undone; empty for the whole document.
    public let tokens: [ByteString]

    /// `nil` when the text is neither empty nor begins with `/`, or has a `~` without 0 or 1 after it.
    public init?(_ text: String) {
        self.text = text
        guard text.isEmpty || text.utf8.first == 0x2F else { return nil }
        var tokens: [ByteString] = []
        for part in text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).dropFirst() {
            var token: [UInt8] = []
            var bytes = part.makeIterator()
            while let byte = bytes.next() {
                guard byte == 0x7E else {
                    token.append(byte)
                    continue
                }
                switch bytes.next() {
                case 0x30: token.append(0x7E)
                case 0x31: token.append(0x2F)
                default: return nil
                }
            }
            tokens.append(ByteString(token))
        }
        self.tokens = tokens
    }
}

extension JSONPointer: CustomStringConvertible {
    public var description: String { text }
}
