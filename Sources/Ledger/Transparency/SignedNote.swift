import Foundation

/// A text with signatures below it (https://c2sp.org/signed-note).
struct SignedNote: Sendable, Hashable {
    /// A note has a few signatures; more bytes than this are none.
    static let maximumSize = 1 << 20

    struct Signature: Sendable, Hashable {
        var name: String
        /// The id of the key, 4 bytes.
        var id: [UInt8]
        var bytes: [UInt8]
    }

    /// With the line feed at its end.
    var text: String
    var signatures: [Signature]

    init(_ bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= SignedNote.maximumSize, let note = String(validating: bytes, as: UTF8.self),
            bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A })
        else { throw NoteError("it is no text") }
        guard let gap = note.range(of: "\n\n", options: [.backwards, .literal]), bytes.last == 0x0A else {
            throw NoteError("it is no signed note: no blank line with signatures behind it")
        }
        text = String(note[..<gap.lowerBound]) + "\n"
        signatures = []
        for line in note[gap.upperBound...].dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, parts[0] == "\u{2014}", !parts[1].isEmpty,
                let value = Data(base64Encoded: parts[2]), value.count > 4, value.base64EncodedString() == parts[2]
            else { throw NoteError("a line of its signatures is malformed") }
            signatures.append(
                Signature(name: parts[1], id: Array(value.prefix(4)), bytes: Array(value.dropFirst(4))))
        }
    }

    /// Whether the key has signed the text. A wrong signature by the key's name and id spoils the note; those of other
    /// keys mean nothing.
    func isSigned(by key: NoteVerifier) -> Bool {
        let own = signatures.filter { $0.name.utf8.elementsEqual(key.name.utf8) && $0.id == key.id }
        return !own.isEmpty && own.allSatisfy { key.isValid($0.bytes, of: Array(text.utf8)) }
    }
}

/// What is wrong with a note, for a person.
public struct NoteError: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}
