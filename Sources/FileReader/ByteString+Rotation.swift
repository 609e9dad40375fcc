import UsageModel

extension ByteString {
    /// The paths from which a rotation could have brought a file to this one: in the same directory or one above it.
    ///
    /// A rotation puts something behind the name (`app.log.1`, `app.log.gz`), or before its extension
    /// (`app-2026-11-26.log.gz`); or it keeps the name in another directory.
    var originals: [ByteString] {
        let slash = bytes.lastIndex(of: 0x2F) ?? -1
        let names = ByteString.originalNames(bytes[(slash + 1)...])
        var paths: [ByteString] = []
        var directory = bytes[..<Swift.max(0, slash)]
        var isAbove = false
        while true {
            for name in names + (isAbove ? [bytes[(slash + 1)...]] : []) {
                paths.append(ByteString(directory + [0x2F] + name))
            }
            guard let above = directory.lastIndex(of: 0x2F) else { return paths }
            directory = directory[..<above]
            isAbove = true
        }
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
