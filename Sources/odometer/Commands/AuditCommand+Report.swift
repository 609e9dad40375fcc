import Foundation
import Pipeline

extension AuditCommand {
    /// An audit may take hours: where its page cannot be written is told before it.
    func checkReport() throws(CallerMistake) {
        guard let report else { return }
        if report.isEmpty { throw CallerMistake("--report names no file; give one, such as report.html") }
        // What is there is replaced as a whole: a device or a link would not be one any more.
        let type = try? FileManager.default.attributesOfItem(atPath: report)[.type] as? FileAttributeType
        if let type, type != .typeRegular {
            throw CallerMistake("--report: \(report) is no regular file; name another, such as report.html")
        }
        if type != nil, !AuditCommand.isPage(report) {
            throw CallerMistake("--report: \(report) is there and is no HTML page; it is not written over")
        }
        var isDirectory: ObjCBool = false
        let directory = URL(fileURLWithPath: report).deletingLastPathComponent().path
        let isThere = unsafe FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory)
        guard isThere, isDirectory.boolValue else {
            throw CallerMistake("--report: there is no directory \(directory); make it first")
        }
        guard FileManager.default.isWritableFile(atPath: directory) else {
            throw CallerMistake("--report: the directory \(directory) is not writable")
        }
    }

    /// Whether a file may be written over: a slip of the hand must not cost the configuration or a log.
    private static func isPage(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        guard let start = try? file.read(upToCount: AuditPage.doctype.utf8.count), !start.isEmpty else { return true }
        return start == Data(AuditPage.doctype.utf8)
    }

    /// As a whole or not at all.
    func write(_ page: AuditPage) throws(RunError) {
        guard let report else { return }
        do {
            try Data(page.html.utf8).write(to: URL(fileURLWithPath: report), options: .atomic)
        } catch {
            throw RunError("\(report) cannot be written: \(error.localizedDescription)")
        }
    }
}
