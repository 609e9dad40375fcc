/// A URI with a scheme (RFC 3986, section 3).
extension FormatScanner {
    var isURI: Bool {
        guard let colon = first(0x3A, in: 0..<count), FormatScanner.isLetter(self[0]),
            (1..<max(colon, 1)).allSatisfy({ index in
                let byte = self[index]
                return FormatScanner.isAlphanumeric(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E
            })
        else { return false }
        let fragment = first(0x23, in: colon..<count) ?? count
        let query = first(0x3F, in: colon..<fragment) ?? fragment
        var path = colon + 1
        if self[path] == 0x2F, self[path + 1] == 0x2F {
            let end = first(0x2F, in: min(path + 2, query)..<query) ?? query
            guard isAuthority(path + 2..<end) else { return false }
            path = end
        }
        return isPart(path..<query, slash: true)
            && (query == fragment || isPart(query + 1..<fragment, slash: true, question: true))
            && (fragment == count || isPart(fragment + 1..<count, slash: true, question: true))
    }

    /// `*( pchar / … )`: unreserved, percent-encoded, sub-delims, `:` and `@`.
    private func isPart(_ range: Range<Int>, slash: Bool = false, question: Bool = false) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = self[index]
            if byte == 0x25 {
                guard index + 2 < range.upperBound, FormatScanner.isHexadecimal(self[index + 1]),
                    FormatScanner.isHexadecimal(self[index + 2])
                else { return false }
                index += 3
                continue
            }
            guard
                isUnreserved(byte) || isSubDelimiter(byte) || byte == 0x3A || byte == 0x40 || (slash && byte == 0x2F)
                    || (question && byte == 0x3F)
            else { return false }
            index += 1
        }
        return true
    }

    private func isUnreserved(_ byte: UInt8) -> Bool {
        FormatScanner.isAlphanumeric(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E
    }

    private func isSubDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x24, 0x26...0x2C, 0x3B, 0x3D: true
        default: false
        }
    }

    private func isAuthority(_ range: Range<Int>) -> Bool {
        var host = range.lowerBound
        if let at = first(0x40, in: range) {
            guard isPart(host..<at) else { return false }
            host = at + 1
        }
        var port = range.upperBound
        if host < range.upperBound, self[host] == 0x5B {
            guard let close = first(0x5D, in: host..<range.upperBound), isLiteral(host + 1..<close) else {
                return false
            }
            port = close + 1
        } else {
            port = first(0x3A, in: host..<range.upperBound) ?? range.upperBound
            guard !(host..<port).contains(where: { self[$0] == 0x40 }), isPart(host..<port) else {
                return false
            }
        }
        if port == range.upperBound { return true }
        return self[port] == 0x3A && (port + 1..<range.upperBound).allSatisfy { FormatScanner.isDigit(self[$0]) }
    }

    /// What stands in brackets: an IPv6 address, or `v` and hexadecimal digits, a dot and more.
    private func isLiteral(_ range: Range<Int>) -> Bool {
        if isIPv6(range) { return true }
        guard self[range.lowerBound] | 0x20 == 0x76, let dot = first(0x2E, in: range) else { return false }
        let version = range.lowerBound + 1..<max(dot, range.lowerBound + 1)
        let rest = dot + 1..<range.upperBound
        return !version.isEmpty && version.allSatisfy { FormatScanner.isHexadecimal(self[$0]) } && !rest.isEmpty
            && rest.allSatisfy { isUnreserved(self[$0]) || isSubDelimiter(self[$0]) || self[$0] == 0x3A }
    }
}
