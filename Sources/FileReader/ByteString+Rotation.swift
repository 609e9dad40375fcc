import UsageModel

extension ByteString {
    /// The paths from which a rotation could have brought a file to this one: in the same directory or one above it.
    ///
    /// A rotation puts something behind the name (`app.log.1`, `app.log.gz`), or before its extension
    /// (`app-2026-11-26.log.gz`); or it keeps the name in another directory; or it changes the number of a file that has one:
    /// all of these are named with `#` for the number, as ``unnumbered`` names them.
    var originals: [ByteString] {
        let slash = bytes.lastIndex(of: 0x2F) ?? -1
        let name = bytes[(slash + 1)...]
        var names = ByteString.originalNames(name)
        names += (names + [name]).compactMap { ByteString.unnumbered($0) }
        var paths: [ByteString] = []
        var directory = bytes[..<Swift.max(0, slash)]
        var isAbove = false
        while true {
            for name in names + (isAbove ? [name] : []) {
                paths.append(ByteString(directory + [0x2F] + name))
            }
            guard let above = directory.lastIndex(of: 0x2F) else { return paths }
            directory = directory[..<above]
            isAbove = true
        }
    }

    /// The path with `#` instead of the number that a rotation counts up, `app.log.#` for `app.log.1`; `nil` without one.
    var unnumbered: ByteString? { ByteString.unnumbered(bytes[...]).map { ByteString(Array($0)) } }

    private static func unnumbered(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let dot = name.lastIndex(of: 0x2E), dot > name.startIndex, name.endIndex - dot > 1,
            name[(dot + 1)...].allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return name[...dot] + [0x23]
    }

    private static func originalNames(_ name: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var names: [ArraySlice<UInt8>] = []
        for end in name.indices.dropFirst() where !isLetterOrDigit(name[end]) {
            let stem = name[..<end]
            names.append(stem)
            for dot in name[end...].indices where name[dot] == 0x2E && dot > end {
                let next = name[(dot + 1)...].firstIndex(of: 0x2E) ?? name.endIndex
                names.append(stem + name[dot..<next])
            }
        }
        return names
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
