/// IP addresses (RFC 2673 section 3.2, RFC 4291 section 2.2) and mailboxes (RFC 5321 section 4.1.2).
extension FormatScanner {
    /// Four decimal numbers up to 255, without leading zeros.
    func isIPv4(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        for part in 0..<4 {
            if part > 0 {
                guard index < range.upperBound, self[index] == 0x2E else { return false }
                index += 1
            }
            let first = index
            var value = 0
            while index < range.upperBound, FormatScanner.isDigit(self[index]), index < first + 4 {
                value = value * 10 + Int(self[index] - 0x30)
                index += 1
            }
            if index == first || value > 255 || (self[first] == 0x30 && index > first + 1) { return false }
        }
        return index == range.upperBound
    }

    /// Eight groups of hexadecimal digits, one run of which may be `::`, the last two of which may be an IPv4 address.
    func isIPv6(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        var groups = 0
        var compressed = false
        if self[index] == 0x3A, index + 1 < range.upperBound, self[index + 1] == 0x3A {
            compressed = true
            index += 2
        }
        while index < range.upperBound {
            let first = index
            while index < range.upperBound, FormatScanner.isHexadecimal(self[index]) { index += 1 }
            if index < range.upperBound, self[index] == 0x2E {
                guard isIPv4(first..<range.upperBound) else { return false }
                groups += 2
                index = range.upperBound
                break
            }
            guard index > first, index - first <= 4 else { return false }
            groups += 1
            if index == range.upperBound { break }
            guard self[index] == 0x3A, index + 1 < range.upperBound else { return false }
            index += 1
            if self[index] == 0x3A {
                if compressed { return false }
                compressed = true
                index += 1
            }
        }
        return compressed ? groups <= 7 : groups == 8
    }

    var isEmail: Bool {
        var at = 0
        if self[0] == 0x22 {
            guard let end = quotedStringEnd(from: 0) else { return false }
            at = end
        } else {
            while isAtomText(self[at]) || self[at] == 0x2E { at += 1 }
            if at == 0 || !isDotted(0..<at) { return false }
        }
        guard self[at] == 0x40, at <= 64 else { return false }
        return isMailDomain(at + 1..<max(count, at + 1))
    }

    private func isAtomText(_ byte: UInt8) -> Bool {
        if FormatScanner.isAlphanumeric(byte) { return true }
        switch byte {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E: return true
        default: return false
        }
    }

    /// No dot at either end and no two in a row.
    private func isDotted(_ range: Range<Int>) -> Bool {
        self[range.lowerBound] != 0x2E && self[range.upperBound - 1] != 0x2E
            && !range.contains { self[$0] == 0x2E && self[$0 + 1] == 0x2E }
    }

    private func quotedStringEnd(from start: Int) -> Int? {
        var index = start + 1
        while index < count {
            switch self[index] {
            case 0x22: return index + 1
            case 0x5C where (0x20...0x7E).contains(self[index + 1]): index += 2
            case 0x20...0x5B, 0x5D...0x7E: index += 1
            default: return nil
            }
        }
        return nil
    }

    private func isMailDomain(_ range: Range<Int>) -> Bool {
        if range.isEmpty { return false }
        if self[range.lowerBound] == 0x5B {
            let inner = range.lowerBound + 1..<max(range.upperBound - 1, range.lowerBound + 1)
            guard self[range.upperBound - 1] == 0x5D, !inner.isEmpty else { return false }
            // "IPv6:", in any case.
            let isTagged = zip(inner, "ipv6:".utf8).allSatisfy { self[$0] | 0x20 == $1 | 0x20 }
            return isTagged && inner.count > 5 ? isIPv6(inner.dropFirst(5)) : isIPv4(inner)
        }
        return isHostName(range)
    }

    /// Labels of letters, digits and inner hyphens, at most 63 bytes each (RFC 1123).
    private func isHostName(_ range: Range<Int>) -> Bool {
        var first = range.lowerBound
        for index in range.lowerBound...range.upperBound where index == range.upperBound || self[index] == 0x2E {
            let label = first..<index
            guard !label.isEmpty, label.count <= 63, self[first] != 0x2D, self[index - 1] != 0x2D,
                label.allSatisfy({ FormatScanner.isAlphanumeric(self[$0]) || self[$0] == 0x2D })
            else { return false }
            first = index + 1
        }
        return range.count <= 255
    }
}
