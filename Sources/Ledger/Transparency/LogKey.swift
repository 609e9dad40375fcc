import Crypto
import Foundation
import UsageModel

/// The secrets of a ledger's log: what signs its checkpoints, and what the salts of its statements are made with.
///
/// They are two lines of the file `log-key`. Without it no proof of a statement can be made any more, and no checkpoint
/// that goes on from the last one.
struct LogKey: Sendable {
    static let saltSize = 32
    private static let saltPrefix = "SALT+KEY+"

    let signer: NoteSigner
    private let salts: SymmetricKey

    /// The name of a ledger's log: the origin of its checkpoints, and the name of its key.
    static func name(of ledger: LedgerID) -> String {
        "odometer/" + Hexadecimal.text(ledger.bytes)
    }

    /// The salt of a statement: HMAC-SHA256 (RFC 2104) of the frame's number and the tenant. It is an output of a
    /// pseudo-random function under a random secret key, which nobody without the key can tell from random bytes; so it
    /// need not be stored, and the log can be derived again from the segments.
    func salt(seq: UInt64, tenant: ByteString) -> [UInt8] {
        var writer = ByteWriter(capacity: 8 + tenant.bytes.count)
        writer.integer(seq)
        writer.raw(tenant.bytes)
        return Array(HMAC<SHA256>.authenticationCode(for: writer.bytes, using: salts))
    }

    /// The key of a ledger's log; `nil` when it has none.
    static func read(in directory: LedgerDirectory, of ledger: LedgerID) throws(LedgerError) -> LogKey? {
        guard let bytes = try directory.contents(of: directory.logKey) else { return nil }
        func damage(_ message: String) -> LedgerError {
            .damaged(segment: "log-key", offset: 0, message: message, advice: "restore it from a copy")
        }
        guard let key = LogKey(bytes) else { throw damage("it does not hold a signer and a salt key") }
        guard key.signer.name.utf8.elementsEqual(name(of: ledger).utf8) else {
            throw damage("it belongs to \(key.signer.name), not to \(name(of: ledger))")
        }
        return key
    }

    /// The key of a ledger's log, drawn now when it has none. Only while no checkpoint was signed: a new key cannot go on
    /// with an old log.
    static func obtain(in directory: LedgerDirectory, of ledger: LedgerID) throws(LedgerError) -> LogKey {
        if let key = try read(in: directory, of: ledger) { return key }
        guard !directory.disk.exists(directory.checkpoint), !directory.disk.exists(directory.logState) else {
            throw .damaged(
                segment: "log-key", offset: 0, message: "it is missing, and the log cannot go on without it",
                advice: "restore it from a copy")
        }
        let key = LogKey(signer: .random(name: name(of: ledger)), salts: SymmetricKey(size: .bits256))
        try directory.createBesideWriters("log-key", bytes: key.encoded, mode: 0o600)
        return key
    }

    private init(signer: NoteSigner, salts: SymmetricKey) {
        self.signer = signer
        self.salts = salts
    }

    private init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty, let signer = NoteSigner(String(lines[0])),
            lines[1].hasPrefix(LogKey.saltPrefix),
            let salts = Data(base64Encoded: String(lines[1].dropFirst(LogKey.saltPrefix.count))), salts.count == 32
        else { return nil }
        self.init(signer: signer, salts: SymmetricKey(data: salts))
    }

    private var encoded: [UInt8] {
        let salts = unsafe salts.withUnsafeBytes { unsafe Data($0) }
        return Array("\(signer.text)\n\(LogKey.saltPrefix)\(salts.base64EncodedString())\n".utf8)
    }
}
