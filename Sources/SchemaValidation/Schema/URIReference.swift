/// A URI or a relative reference, split into its parts (RFC 3986, appendix B).
struct URIReference {
    var scheme: [UInt8]?
    var authority: [UInt8]?
    var path: [UInt8]
    var query: [UInt8]?
    var fragment: [UInt8]?

    init(_ text: [UInt8]) {
        var rest = text[...]
        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
            fragment = Array(rest[(hash + 1)...])
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            query = Array(rest[(mark + 1)...])
            rest = rest[..<mark]
        }
        let end = rest.firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
        if let end, rest[end] == UInt8(ascii: ":"), let letter = rest.first, FormatScanner.isLetter(letter) {
            scheme = Array(rest[..<end])
            rest = rest[(end + 1)...]
        }
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            authority = Array(rest[..<slash])
            rest = rest[slash...]
        }
        path = Array(rest)
    }

    /// The URI without its fragment.
    var absolute: [UInt8] {
        var text: [UInt8] = []
        if let scheme { text += scheme + [UInt8(ascii: ":")] }
        if let authority { text += Array("//".utf8) + authority }
        text += path
        if let query { text += [UInt8(ascii: "?")] + query }
        return text
    }

    /// What this reference means where `base` is the base URI (RFC 3986, section 5.2.2).
    func resolved(against base: URIReference) -> URIReference {
        var target = self
        if scheme != nil {
            target.path = URIReference.withoutDots(path)
            return target
        }
        target.scheme = base.scheme
        if authority != nil {
            target.path = URIReference.withoutDots(path)
            return target
        }
        target.authority = base.authority
        if path.isEmpty {
            target.path = base.path
            target.query = query ?? base.query
        } else if path.first == UInt8(ascii: "/") {
            target.path = URIReference.withoutDots(path)
        } else {
            let slash = base.path.lastIndex(of: UInt8(ascii: "/"))
            let directory = slash.map { Array(base.path[...$0]) } ?? (base.authority != nil ? [UInt8(ascii: "/")] : [])
            target.path = URIReference.withoutDots(directory + path)
        }
        return target
    }

    private static func withoutDots(_ path: [UInt8]) -> [UInt8] {
        guard path.contains(UInt8(ascii: ".")) else { return path }
        let isRooted = path.first == UInt8(ascii: "/")
        var kept: [[UInt8]] = []
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        for (number, segment) in segments.enumerated() {
            let isLast = number == segments.count - 1
            if segment == Array(".".utf8) || segment == Array("..".utf8) {
                if segment.count == 2, kept.count > (isRooted ? 1 : 0) { kept.removeLast() }
                if isLast { kept.append([]) }
            } else {
                kept.append(segment)
            }
        }
        return Array(kept.joined(separator: [UInt8(ascii: "/")]))
    }

    /// The bytes with `%41` and the like undone.
    static func percentDecoded(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count,
                let byte = UInt8(String(decoding: text[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return bytes
    }
}
