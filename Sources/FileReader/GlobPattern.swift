import UsageModel

/// A pattern of absolute paths, matched byte by byte except that `?` is one UTF-8 character.
///
/// `*` is any run of bytes inside a name, `?` one character, `[a-z]` and `[!a-z]` one of some ASCII characters; `**` as
/// a whole component is any number of directories, none included, or at the end any file below. Names with a dot in
/// front are matched like others.
struct GlobPattern: Sendable {
    enum Component: Sendable {
        case literal([UInt8])
        case pattern([UInt8])
        case anyDirectories
    }

    let components: [Component]

    /// - Parameter path: absolute, or relative to `base`, which is absolute.
    /// - Throws: a text that says what is wrong.
    init(_ path: String, base: ByteString) throws(GlobError) {
        let bytes = Array(path.utf8)
        if bytes.isEmpty || bytes.contains(0) { throw GlobError(pattern: path, detail: "is empty or has a NUL byte") }
        var components: [Component] = bytes.first == 0x2F ? [] : GlobPattern.split(base.bytes).map { .literal($0) }
        for name in GlobPattern.split(bytes) {
            if name == [0x2A, 0x2A] {
                if case .anyDirectories = components.last { continue }
                components.append(.anyDirectories)
            } else if name.contains(where: { $0 == 0x2A || $0 == 0x3F || $0 == 0x5B }) {
                try GlobPattern.check(name, in: path)
                components.append(.pattern(name))
            } else {
                components.append(.literal(name))
            }
        }
        if case .anyDirectories = components.last { components.append(.pattern([0x2A])) }
        self.components = components
    }

    /// The names of a path; empty ones and `.` are left out.
    static func split(_ path: [UInt8]) -> [[UInt8]] {
        path.split(separator: 0x2F).map(Array.init).filter { $0 != [0x2E] }
    }

    private static func check(_ name: [UInt8], in path: String) throws(GlobError) {
        for (left, right) in zip(name, name.dropFirst()) where left == 0x2A && right == 0x2A {
            throw GlobError(pattern: path, detail: "has ** beside other characters; it must stand alone, as in a/**/b")
        }
        var index = 0
        while index < name.count {
            if name[index] == 0x5B {
                guard let end = classEnd(name, index) else {
                    throw GlobError(pattern: path, detail: "has a [ without its ]")
                }
                index = end
            }
            index += 1
        }
    }

    /// Where the `]` of the class stands that begins at `start`; a `]` in the first place is one of its characters.
    private static func classEnd(_ name: [UInt8], _ start: Int) -> Int? {
        var index = start + 1
        if index < name.count, name[index] == 0x21 || name[index] == 0x5E { index += 1 }
        index += 1
        while index < name.count, name[index] != 0x5D { index += 1 }
        return index < name.count ? index : nil
    }

    /// Whether the pattern covers an absolute path.
    func matches(_ path: ByteString) -> Bool {
        GlobPattern.matches(components[...], GlobPattern.split(path.bytes)[...])
    }

    private static func matches(_ pattern: ArraySlice<Component>, _ names: ArraySlice<[UInt8]>) -> Bool {
        guard let first = pattern.first else { return names.isEmpty }
        if case .anyDirectories = first {
            return matches(pattern.dropFirst(), names) || (!names.isEmpty && matches(pattern, names.dropFirst()))
        }
        guard let name = names.first, matches(first, name: name) else { return false }
        return matches(pattern.dropFirst(), names.dropFirst())
    }

    static func matches(_ component: Component, name: [UInt8]) -> Bool {
        switch component {
        case .literal(let literal): literal == name
        case .pattern(let pattern): matches(pattern, name)
        case .anyDirectories: true
        }
    }

    /// One name against one pattern: on a mismatch the last `*` takes one byte more. O(pattern × name).
    private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var place = 0
        var index = 0
        var retry: (place: Int, index: Int)?
        while index < name.count {
            if place < pattern.count, pattern[place] == 0x2A {
                retry = (place + 1, index)
                place += 1
            } else if place < pattern.count, let step = matchOne(pattern, place, name, index) {
                (place, index) = step
            } else if let last = retry {
                retry = (last.place, last.index + 1)
                (place, index) = (last.place, last.index + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == 0x2A }
    }

    /// The places after one character, when it fits.
    private static func matchOne(_ pattern: [UInt8], _ place: Int, _ name: [UInt8], _ index: Int) -> (Int, Int)? {
        let byte = name[index]
        switch pattern[place] {
        case 0x3F:
            var next = index + 1
            if byte >= 0xC0 { while next < name.count, name[next] & 0xC0 == 0x80 { next += 1 } }
            return (place + 1, next)
        case 0x5B:
            guard let end = classEnd(pattern, place) else { return nil }
            var start = place + 1
            let isNegated = pattern[start] == 0x21 || pattern[start] == 0x5E
            if isNegated { start += 1 }
            return inClass(pattern[start..<end], byte) != isNegated ? (end + 1, index + 1) : nil
        default:
            return pattern[place] == byte ? (place + 1, index + 1) : nil
        }
    }

    private static func inClass(_ characters: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
        var index = characters.startIndex
        while index < characters.endIndex {
            if index + 2 < characters.endIndex, characters[index + 1] == 0x2D {
                if characters[index] <= byte && byte <= characters[index + 2] { return true }
                index += 3
            } else {
                if characters[index] == byte { return true }
                index += 1
            }
        }
        return false
    }
}

/// A pattern that is none.
struct GlobError: Error, CustomStringConvertible {
    var pattern: String
    var detail: String

    var description: String { "the pattern \"\(pattern)\" \(detail)" }
}
