import Glibc
public import UsageModel

/// Why the ledger cannot do what it was asked.
public enum LedgerError: Error, Sendable, Hashable {
    /// No ledger lies at the path.
    case missing(path: String)
    /// Another process writes to it. `pid` is 0 when the lock's file does not tell it.
    case locked(path: String, pid: Int32)
    /// The records of another ledger lie in the directory that was named for this one's.
    case foreignArchive(path: String)
    /// A writer of a newer epoch has taken over: this one may not write any more.
    case fenced(epoch: UInt64, by: UInt64)
    /// What lies on disk is not what was written. Nothing was changed.
    case damaged(segment: String, offset: UInt64, message: String, advice: String)
    /// A system call failed: its name, the file, and `errno`.
    case system(call: String, path: String, code: Int32)
    /// An earlier write failed, so what is on disk is not known: the writer takes nothing more.
    case poisoned(cause: String)
    /// The writer or the reader was closed.
    case closed
    /// A commit that must not be written, such as one whose counts do not add up: a programmer's error, told in time.
    case invalidCommit(String)
    /// A total does not fit its number: the index cannot hold it, the segments still hold every part of it.
    case overflow(meter: String, tenant: ByteString, window: Window)
    /// There is no such frame: the last one has another number.
    case noFrame(seq: UInt64, last: UInt64)
    /// SQLite failed, or the index cannot be used as it is.
    case index(String)
}

extension LedgerError: CustomStringConvertible {
    /// One line for a person: what failed, where, and what to do.
    public var description: String {
        switch self {
        case .missing(let path):
            "ledger \(path) does not exist; run `odometer run` first"
        case .locked(let path, let pid):
            pid > 0 ? "ledger \(path) is being written by process \(pid)" : "ledger \(path) is being written"
        case .foreignArchive(let path):
            "archive \(path) has the records of another ledger; name another directory in archive.path, or delete what is there"
        case .fenced(let epoch, let newest):
            "another writer has taken over the ledger: it is of epoch \(newest), this one of \(epoch); stop one of them"
        case .damaged(let segment, let offset, let message, let advice):
            "ledger is damaged: \(segment) at byte \(offset): \(message); nothing was changed; \(advice)"
        case .system(let call, let path, let code):
            "\(call) \(path): \(SystemError.text(code))\(LedgerError.advice(code))"
        case .poisoned(let cause):
            "an earlier write to the ledger failed (\(cause)); start again to recover"
        case .closed:
            "the ledger is closed"
        case .invalidCommit(let message):
            "the commit is not consistent: \(message)"
        case .overflow(let meter, let tenant, let window):
            "the total of meter \(meter), tenant \(tenant), window \(window.start) does not fit its number"
        case .noFrame(let seq, let last):
            "the ledger has no frame \(seq); its last is \(last)"
        case .index(let message):
            "ledger index: \(message)"
        }
    }

    private static func advice(_ code: Int32) -> String {
        guard code == ENOSPC || code == EDQUOT else { return "" }
        return "; free some space and run it again, nothing that was committed is lost"
    }
}
