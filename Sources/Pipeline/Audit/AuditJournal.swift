import Crypto
import Foundation
import Glibc
import Ledger
import Synchronization
import UsageModel

/// What an audit has checked so far, in a file beside the ledger, so that one that was interrupted goes on from there.
///
/// It notes commits in which nothing differs: a line each, with the hash of the frame, so that a frame that was altered since
/// is checked again, and with the repeats that it refused. Commits that differ are made again, and are told again. A crash of the machine may cost it lines,
/// which are checked again then.
public final class AuditJournal: Sendable {
    private let path: String
    private let file: FileHandle
    private let known: [UInt64: Line]

    /// What was found of a commit.
    struct Line {
        var hash: String
        var events: UInt64
        /// By 64 bits of their identities.
        var refused: [UInt64]
    }

    /// For how long it is believed, in seconds: a day. Sources that were checked may change.
    private static let lifetime: TimeInterval = 86_400

    /// How many commits an audit before this one has checked.
    public var checked: Int { known.count }

    /// Opens the journal of a ledger's audit, or begins one where there is none of the same audit.
    /// - Parameters:
    ///   - anew: whether what is there is thrown away.
    /// - Returns: `nil` where no file can be made there, or another audit of the ledger is at work.
    public init?(of configuration: Configuration, _ selection: AuditSelection, version: String, anew: Bool) {
        var path = configuration.ledger.path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        path += ".audit"
        self.path = path
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { return nil }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
        let header = AuditJournal.header(configuration, selection, version)
        do {
            let text = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            // Something else that happens to have the name.
            if !text.isEmpty, !text.hasPrefix("odometer audit ") { return nil }
            let age = Date().timeIntervalSince(
                try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date ?? .distantPast)
            if !anew, age < AuditJournal.lifetime, lines.first.map(String.init) == header {
                // What stands behind the last line feed was being written.
                known = AuditJournal.known(lines.dropFirst().dropLast())
                let end = text.utf8.count - (lines.last?.utf8.count ?? 0)
                try file.truncate(atOffset: UInt64(end))
            } else {
                known = [:]
                try file.truncate(atOffset: 0)
                try file.write(contentsOf: Data((header + "\n").utf8))
            }
        } catch {
            return nil
        }
    }

    /// What was found of a commit that was checked before; `nil` where it was not, or has another frame now.
    func line(of frame: CommittedFrame) -> Line? {
        guard let line = known[frame.seq], line.hash == frame.hash.description else { return nil }
        return line
    }

    /// Notes that nothing differs in a commit.
    func note(_ frame: CommittedFrame, events: UInt64, refused: [UInt64]) {
        if known[frame.seq] != nil { return }
        let repeats = refused.map { " " + String($0, radix: 16) }.joined()
        // One write, so that lines of workers do not mix. Where it fails the commit is checked again next time.
        try? file.write(contentsOf: Data("\(frame.seq) \(frame.hash) \(events)\(repeats)\n".utf8))
    }

    /// Takes the file away, when all is checked.
    public func finish() { _ = unsafe unlink(path) }

    private static func known(_ lines: ArraySlice<Substring>) -> [UInt64: Line] {
        var known: [UInt64: Line] = [:]
        for line in lines {
            let parts = line.split(separator: " ")
            guard parts.count >= 3, let seq = UInt64(parts[0]), let events = UInt64(parts[2]) else { continue }
            let refused = parts.dropFirst(3).compactMap { UInt64($0, radix: 16) }
            guard refused.count == parts.count - 3 else { continue }
            known[seq] = Line(hash: String(parts[1]), events: events, refused: refused)
        }
        return known
    }

    /// What two audits have in common whose results are the same: the first line.
    private static func header(_ configuration: Configuration, _ selection: AuditSelection, _ version: String) -> String
    {
        var hash = SHA256()
        hash.update(data: configuration.document)
        hash.update(data: configuration.tenantDocument)
        hash.update(data: Data("\(selection)".utf8))
        return "odometer audit \(version) \(Digest256(bytes: Array(hash.finalize())))"
    }
}
