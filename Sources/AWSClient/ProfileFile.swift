/// A shared file of AWS's tools, with sections of settings
/// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
struct ProfileFile {
    /// By the section's words, such as `profile x` or `default`.
    private(set) var sections: [String: [String: String]] = [:]

    /// - Throws: `credentialsMissing` for a line that is none; the error tells its number only, since it may hold a key.
    init(_ contents: [UInt8], path: String) throws(AWSError) {
        var section: String?
        let lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            let line = String(decoding: bytes, as: UTF8.self)
            let text = ProfileFile.trimmed(ProfileFile.withoutComment(line))
            if text.isEmpty { continue }
            func fail(_ reason: String) -> AWSError {
                AWSError(kind: .credentialsMissing, message: "\(path), line \(index + 1): \(reason)")
            }
            if text.first == "[" {
                guard text.last == "]" else { throw fail("a section has no ] at its end") }
                let words = text.dropFirst().dropLast().split { $0 == " " || $0 == "\t" }
                section = words.joined(separator: " ")
                sections[words.joined(separator: " "), default: [:]] = sections[section ?? ""] ?? [:]
                continue
            }
            // Indented lines are settings within a setting, none of which matters here.
            if line.first == " " || line.first == "\t" { continue }
            guard let equals = text.firstIndex(of: "=") else { throw fail("neither a section nor a name = value") }
            guard let section else { throw fail("a setting stands before the first section") }
            let name = ProfileFile.trimmed(text[..<equals]).lowercased()
            sections[section]?[name] = ProfileFile.trimmed(text[text.index(after: equals)...])
        }
    }

    /// A comment begins the line, or stands behind a blank.
    private static func withoutComment(_ line: String) -> Substring {
        var before: Character = " "
        for index in line.indices {
            let character = line[index]
            if (character == "#" || character == ";") && (before == " " || before == "\t") { return line[..<index] }
            before = character
        }
        return line[...]
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(text[first...last])
    }
}
