import Crypto
import Foundation
import UsageModel

/// The public key of a signer of notes, with the name it signs by. Its text, which Go's `golang.org/x/mod/sumdb/note`
/// reads too, is `name+id+base64`: the key's id in 8 hexadecimal digits, and the byte 1 (Ed25519) with the 32 bytes of
/// the key (https://c2sp.org/signed-note).
public struct NoteVerifier: Sendable, Hashable, CustomStringConvertible {
    static let ed25519: UInt8 = 1

    public let name: String
    /// The first 4 bytes of SHA-256 of the name, a line feed, the byte 1 and the key.
    let id: [UInt8]
    /// 32 bytes.
    let key: [UInt8]

    init(name: String, key: [UInt8]) {
        self.name = name
        self.key = key
        id = Array(SHA256.hash(data: Array(name.utf8) + [0x0A, NoteVerifier.ed25519] + key).prefix(4))
    }

    public var description: String {
        "\(name)+\(Hexadecimal.text(id))+\(Data([NoteVerifier.ed25519] + key).base64EncodedString())"
    }

    func isValid(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
        return key.isValidSignature(signature, for: text)
    }
}
