import Crypto
import Foundation
import Glibc
import UsageModel

/// Signs notes with Ed25519 (RFC 8032). Its text is that of Go's `golang.org/x/mod/sumdb/note`:
/// `PRIVATE+KEY+name+id+base64`, of the byte 1 and the 32 bytes of the seed.
struct NoteSigner: Sendable {
    let verifier: NoteVerifier
    private let key: Curve25519.Signing.PrivateKey

    var name: String { verifier.name }

    private init(name: String, key: Curve25519.Signing.PrivateKey) {
        self.key = key
        verifier = NoteVerifier(name: name, key: Array(key.publicKey.rawRepresentation))
    }

    /// A new key.
    static func random(name: String) -> NoteSigner {
        NoteSigner(name: name, key: Curve25519.Signing.PrivateKey())
    }

    /// Reads its text; `nil` when it is not one.
    init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY",
            let bytes = Data(base64Encoded: parts[4]), bytes.count == 33, bytes.first == NoteVerifier.ed25519,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.dropFirst())
        else { return nil }
        self.init(name: parts[2], key: key)
        guard Hexadecimal.text(verifier.id) == parts[3] else { return nil }
    }

    var text: String {
        let bytes = Data([NoteVerifier.ed25519]) + key.rawRepresentation
        return "PRIVATE+KEY+\(name)+\(Hexadecimal.text(verifier.id))+\(bytes.base64EncodedString())"
    }

    /// A note of a text that ends with a line feed, with this signature.
    func sign(_ text: [UInt8]) throws(LedgerError) -> [UInt8] {
        let signature: Data
        do {
            signature = try key.signature(for: text)
        } catch {
            throw .system(call: "sign", path: name, code: EIO)
        }
        let line = "\u{2014} \(name) \((Data(verifier.id) + signature).base64EncodedString())\n"
        return text + [0x0A] + Array(line.utf8)
    }
}
