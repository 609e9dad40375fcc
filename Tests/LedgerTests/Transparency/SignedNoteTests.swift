import Foundation
import Testing
import UsageModel

@testable import Ledger

/// The vector is the example of Go's `golang.org/x/mod/sumdb/note`.
@Suite("Signed notes")
struct SignedNoteTests {
    private static let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    private static let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let text = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        """
    private static let note =
        text + "\n\u{2014} PeterNeumann"
        + " x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    @Test("Keys and signature are those of the vector")
    func vector() throws {
        let signer = try #require(NoteSigner(Self.secret))
        #expect(signer.text == Self.secret)
        #expect(signer.verifier.description == Self.key)
        #expect(try signer.sign(Array(Self.text.utf8)) == Array(Self.note.utf8))
        let note = try SignedNote(Array(Self.note.utf8))
        #expect(note.text == Self.text)
        #expect(note.isSigned(by: signer.verifier))
        #expect(!note.isSigned(by: NoteSigner.random(name: "PeterNeumann").verifier))
        #expect(NoteSigner(Self.secret.replacingOccurrences(of: "c74f20a3", with: "c74f20a4")) == nil)
        #expect(NoteSigner("PRIVATE+KEY+PeterNeumann") == nil)
    }

    @Test("Another signature beside it changes nothing, and a wrong one of the same key spoils it")
    func more() throws {
        let signer = try #require(NoteSigner(Self.secret))
        let witness = NoteSigner.random(name: "witness")
        let other = try witness.sign(Array(Self.text.utf8)).dropFirst(Self.text.utf8.count + 1)
        #expect(try SignedNote(Array(Self.note.utf8) + other).isSigned(by: signer.verifier))
        let wrong = try signer.sign(Array("other\n".utf8)).dropFirst("other\n\n".utf8.count)
        #expect(try !SignedNote(Array(Self.note.utf8) + wrong).isSigned(by: signer.verifier))
        #expect(try !SignedNote(Array(Self.text.utf8) + [0x0A] + other).isSigned(by: signer.verifier))
    }

    @Test("A note with any byte changed is no note, or is not signed")
    func everyByte() throws {
        let signer = try #require(NoteSigner(Self.secret))
        let note = Array(Self.note.utf8)
        for index in note.indices {
            for bit in [UInt8(1), 0x20, 0x80] {
                var changed = note
                changed[index] ^= bit
                // Base64 has one form for the bytes of a signature, so that not even its own letters can be others.
                #expect((try? SignedNote(changed))?.isSigned(by: signer.verifier) != true, "byte \(index)")
            }
        }
    }

    @Test(
        "What is no checkpoint is refused",
        arguments: [
            "PeterNeumann\n01\nqg==\n", "PeterNeumann\n1\nqg==\n", "PeterNeumann\n1\n", "PeterNeumann\n-1\n\(root)\n",
            "PeterNeumann\n18446744073709551616\n\(root)\n", "somebody\n1\n\(root)\n", "\n1\n\(root)\n",
            "PeterNeumann\n1\n\(root)\n\n",
        ])
    func noCheckpoint(_ text: String) throws {
        let signer = try #require(NoteSigner(Self.secret))
        let note = try signer.sign(Array(text.utf8))
        #expect(throws: NoteError.self) { try LogCheckpoint(note, signedBy: signer.verifier) }
    }

    @Test("A checkpoint is read as it was signed")
    func checkpoint() throws {
        let signer = try #require(NoteSigner(Self.secret))
        let tree = SignedTree(size: 12, root: MerkleHash.leaf([1]))
        let checkpoint = try LogCheckpoint(tree, by: signer)
        #expect(try LogCheckpoint(checkpoint.note, signedBy: signer.verifier) == checkpoint)
        let other = NoteSigner.random(name: "PeterNeumann")
        #expect(throws: NoteError.self) { try LogCheckpoint(checkpoint.note, signedBy: other.verifier) }
        #expect(throws: NoteError.self) { try LogCheckpoint([], signedBy: signer.verifier) }
    }

    private static let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
}
