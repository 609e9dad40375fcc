/// An element of an XML document that holds text only, with the names of the elements around it.
///
/// It reads what AWS's services answer with: no document type, no entity but the predefined ones and characters by
/// number (https://www.w3.org/TR/xml/).
struct XMLLeaf: Hashable {
    /// From the root to the element itself, without name-space prefixes.
    var path: [String]
    var text: String

    /// All of a document, in their order; `nil` where it is not well-formed. Linear in its length.
    static func all(in document: some Collection<UInt8>) -> [XMLLeaf]? {
        var scanner = Scanner(rest: Array(document)[...])
        return scanner.run()
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>
        var open: [String] = []
        var text: [UInt8] = []
        /// Whether no element has ended since the last one began.
        var isLeaf = false
        var leaves: [XMLLeaf] = []
        var hasRoot = false

        mutating func run() -> [XMLLeaf]? {
            if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
            while let byte = rest.first {
                guard byte == UInt8(ascii: "<") else {
                    guard takeText() else { return nil }
                    continue
                }
                guard takeMarkup() else { return nil }
            }
            return hasRoot && open.isEmpty ? leaves : nil
        }

        private mutating func takeText() -> Bool {
            let piece = rest.prefix { $0 != UInt8(ascii: "<") }
            rest = rest[piece.endIndex...]
            if open.isEmpty { return piece.allSatisfy { $0 <= 0x20 } }
            return unescape(piece)
        }

        private mutating func takeMarkup() -> Bool {
            if rest.starts(with: "<?".utf8) { return take(upTo: "?>") != nil }
            if rest.starts(with: "<!--".utf8) { return take(upTo: "-->") != nil }
            if rest.starts(with: "<![CDATA[".utf8) {
                guard !open.isEmpty, let piece = take(upTo: "]]>") else { return false }
                text += piece.dropFirst(9)
                return true
            }
            if rest.starts(with: "</".utf8) {
                guard let piece = take(upTo: ">") else { return false }
                return close(XMLLeaf.localName(piece.dropFirst(2)))
            }
            if rest.starts(with: "<!".utf8) { return false }
            guard let tag = takeTag() else { return false }
            if hasRoot && open.isEmpty { return false }
            let isEmpty = tag.last == UInt8(ascii: "/")
            let name = XMLLeaf.localName(tag)
            if name.isEmpty { return false }
            hasRoot = true
            open.append(name)
            text = []
            isLeaf = true
            return isEmpty ? close(name) : true
        }

        private mutating func close(_ name: String) -> Bool {
            guard open.last == name else { return false }
            if isLeaf { leaves.append(XMLLeaf(path: open, text: String(decoding: text, as: UTF8.self))) }
            open.removeLast()
            isLeaf = false
            text = []
            return true
        }

        /// Takes up to and with `end`; returns what stood before it.
        private mutating func take(upTo end: StaticString) -> ArraySlice<UInt8>? {
            let end = Array("\(end)".utf8)
            guard let range = rest.firstRange(of: end) else { return nil }
            defer { rest = rest[range.upperBound...] }
            return rest[..<range.lowerBound]
        }

        /// Takes a start tag, whose attributes may hold `>`; returns what stands in it.
        private mutating func takeTag() -> ArraySlice<UInt8>? {
            var quote: UInt8?
            for index in rest.indices.dropFirst() {
                let byte = rest[index]
                if let open = quote {
                    if byte == open { quote = nil }
                } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                    quote = byte
                } else if byte == UInt8(ascii: ">") {
                    defer { rest = rest[(index + 1)...] }
                    return rest[rest.startIndex + 1..<index]
                }
            }
            return nil
        }

        private mutating func unescape(_ piece: ArraySlice<UInt8>) -> Bool {
            var piece = piece
            while let ampersand = piece.firstIndex(of: UInt8(ascii: "&")) {
                text += piece[..<ampersand]
                guard let end = piece[ampersand...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
                    let character = XMLLeaf.entity(String(decoding: piece[ampersand + 1..<end], as: UTF8.self))
                else { return false }
                text += Array(String(character).utf8)
                piece = piece[(end + 1)...]
            }
            text += piece
            return true
        }
    }

    private static func localName(_ tag: ArraySlice<UInt8>) -> String {
        let name = tag.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }
        let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
        return String(decoding: local, as: UTF8.self)
    }

    private static func entity(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "lt": "<"
        case "gt": ">"
        case "amp": "&"
        case "quot": "\""
        case "apos": "'"
        default:
            if name.hasPrefix("#x") {
                UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            } else if name.hasPrefix("#") {
                UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
            } else {
                nil
            }
        }
    }
}
