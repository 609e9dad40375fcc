import Ledger
import UsageModel

/// The files that are given to whoever is to be convinced: statements, proofs, checkpoint, and how to check them.
struct ProofBundle {
    struct File {
        var name: String
        var bytes: [UInt8]
    }

    let files: [File]

    /// - Parameter consistency: since an older checkpoint, where one is given.
    init(_ proofs: [InclusionProof], consistency: ConsistencyProof?, of log: TransparencyLog) {
        var files: [File] = []
        for proof in proofs {
            let name = "commit-\(proof.statement.commit)"
            files.append(File(name: name + ".statement", bytes: proof.statement.text))
            files.append(File(name: name + ".tlog-proof", bytes: proof.text))
        }
        files.append(File(name: "checkpoint", bytes: log.checkpoint.note))
        if let consistency { files.append(File(name: "consistency", bytes: consistency.text)) }
        files.append(File(name: "key.pub", bytes: Array("\(log.verifier)\n".utf8)))
        files.append(File(name: "VERIFY.txt", bytes: Array(ProofBundle.instructions.utf8)))
        self.files = files
    }

    private static let instructions = """
        How to check these files without Odometer.

        key.pub       the public key of the log, name+id+base64 (https://c2sp.org/signed-note). A copy that came with
                      the proof proves nothing: take the key from where you trusted it before.
        checkpoint    what the log holds: name, number of statements, root of a Merkle tree over them (RFC 6962), and an
                      Ed25519 signature (https://c2sp.org/tlog-checkpoint). Keep it: with it, it can be shown later that
                      nothing was changed since.
        commit-N.statement    what commit N of the ledger says of one tenant, as text
        commit-N.tlog-proof   the proof that the log holds it (https://c2sp.org/tlog-proof)
        consistency   where an older checkpoint was given: the proof that its tree is the beginning of this one, as a
                      witness takes it (https://c2sp.org/tlog-witness)

        1. The signature: the last line of the checkpoint is an em dash, the name, and the base64 of 4 bytes of the key's
           id and 64 bytes of an Ed25519 signature of all lines before the blank one, the line feeds with them.
        2. The entry: SHA-256 of the salt followed by the bytes of the statement. The salt is the base64 behind "extra"
           in the .tlog-proof.
        3. Inclusion: the leaf is SHA-256 of the byte 0 and the entry; from it, the hashes in the .tlog-proof lead to the
           checkpoint's root (RFC 9162, section 2.1.3.2), a node being SHA-256 of the byte 1 and its two children.
        4. Consistency: the size and root of the older checkpoint, the hashes in "consistency" and the new size and root
           (RFC 9162, section 2.1.4.2). Check the signature of the older checkpoint too.

        In Go, golang.org/x/mod/sumdb does each step: note.Open, tlog.RecordHash, tlog.CheckRecord, tlog.CheckTree.

        """
}
