/// Says before each change of the disk whether it may happen: tests make it fail, tear or stop here.
struct Disk: Sendable {
    enum Operation: Sendable, Hashable, CaseIterable {
        case create, write, sync, truncate, rename, syncDirectory
    }

    enum Fault: Sendable {
        /// The call fails with this `errno`.
        case fails(Int32)
        /// A write that takes this many bytes, and the next call goes on from there.
        case short(Int)
    }

    /// Asked before each operation on the file at a path; `nil` lets all of them happen.
    var fault: (@Sendable (Operation, String) -> Fault?)?

    /// How many of `count` bytes may be written now.
    func limit(_ operation: Operation, _ path: String, count: Int = 0) throws(LedgerError) -> Int {
        switch fault?(operation, path) {
        case nil: return count
        case .short(let limit): return min(limit, count)
        case .fails(let code): throw .system(call: "\(operation)", path: path, code: code)
        }
    }

    func check(_ operation: Operation, _ path: String) throws(LedgerError) {
        _ = try limit(operation, path)
    }
}
