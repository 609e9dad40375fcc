import Foundation
import Testing

extension EndToEnd {
    /// What goes wrong while files are followed: it is said, the rest goes on, and nothing is lost.
    @Suite("Trouble with files")
    struct Trouble {
        private static let hasOtherUser: Bool = {
            if geteuid() != 0 { return true }
            guard let workspace = try? Workspace(), let child = try? start(["--help"], in: workspace) else {
                return false
            }
            return (try? child.result().status) == .exit(0)
        }()

        /// The program as a user whom rights bind. A copy of it, as that user may not come to where it was built.
        private static func start(_ arguments: [String], in workspace: Workspace) throws -> ChildProcess {
            if geteuid() != 0 { return try workspace.start(arguments) }
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o777], ofItemAtPath: workspace.directory.path)
            let program = workspace.file("program")
            try FileManager.default.copyItem(at: Programs.odometer, to: program)
            let identity = ["--reuid=65534", "--regid=65534", "--clear-groups"]
            return try ChildProcess(
                URL(fileURLWithPath: "/usr/bin/setpriv"), identity + [program.path] + arguments,
                in: workspace.directory)
        }

        private func setMode(_ mode: Int, of name: String, in workspace: Workspace) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: workspace.file(name).path)
        }

        @Test(
            "A file without the right to read it is named with what to do, and read when the right is given",
            .enabled(if: hasOtherUser, "root may read everything, and cannot be another user here, by setpriv"))
        func permission() throws {
            let workspace = try Workspace.probe()
            for name in ["a", "b", "c"] { try workspace.write(Workspace.probeLine(id: name), to: "\(name).ndjson") }
            try setMode(0, of: "b.ndjson", in: workspace)
            let run = try Self.start(["run", "-c", "odometer.yaml", "--progress", "none"], in: workspace)
            workspace.waitForRecords(2)
            try workspace.append(Workspace.probeLine(id: "d"), to: "a.ndjson")
            workspace.waitForRecords(3)
            try setMode(0o644, of: "b.ndjson", in: workspace)
            workspace.waitForRecords(4)
            run.send(SIGTERM)
            let result = try run.result()
            #expect(result.status == .exit(0))
            let lines = result.errors.split(separator: "\n")
            #expect(lines.count == 1, "\(result.errors)")
            #expect(lines.allSatisfy { $0.contains("b.ndjson: Permission denied") && $0.contains("give this user") })
            #expect(try workspace.totalAmount() == "4")
        }

        @Test("A directory that vanishes takes nothing with it but what is in it, and may come back")
        func vanishing() throws {
            let workspace = try Workspace.probe()
            let text = try String(contentsOf: workspace.file("odometer.yaml"), encoding: .utf8)
            try workspace.write(text.replacingOccurrences(of: "*.ndjson", with: "**/*.ndjson"), to: "odometer.yaml")
            let logs = workspace.file("logs/deep")
            func make() throws {
                try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
            }
            try make()
            try workspace.write(Workspace.probeLine(id: "1"), to: "logs/deep/a.ndjson")
            try workspace.write(Workspace.probeLine(id: "2"), to: "other.ndjson")
            let run = try workspace.start(["run", "-c", "odometer.yaml", "--progress", "none"])
            workspace.waitForRecords(2)
            try FileManager.default.removeItem(at: workspace.file("logs"))
            try workspace.append(Workspace.probeLine(id: "3"), to: "other.ndjson")
            workspace.waitForRecords(3)
            try make()
            try workspace.write(Workspace.probeLine(id: "4"), to: "logs/deep/a.ndjson")
            workspace.waitForRecords(4)
            run.send(SIGTERM)
            let result = try run.result()
            #expect(result.status == .exit(0) && result.errors.isEmpty, "\(result.errors)")
            #expect(try workspace.totalAmount() == "4")
        }

        @Test("A run with few handles reads all files, or says what to do and leaves nothing out the next time")
        func handles() throws {
            var (whole, refused) = (0, 0)
            for limit in stride(from: 8, through: 64, by: 4) {
                let workspace = try Workspace.probe()
                for number in 0..<100 {
                    try workspace.write(Workspace.probeLine(id: "\(number)"), to: "f\(number).ndjson")
                }
                let result = try ChildProcess(
                    URL(fileURLWithPath: "/bin/sh"),
                    [
                        "-c", "ulimit -n \(limit); exec \"$0\" run -c odometer.yaml --until-idle --progress none",
                        Programs.odometer.path,
                    ], in: workspace.directory
                ).result()
                switch result.status {
                case .exit(0): whole += 1
                case .exit(2), .exit(3):
                    refused += 1
                    // SQLite does not tell the system's words on, but the advice is the same.
                    let isClear = ["Too many open files", "ulimit -n"].contains { result.errors.contains($0) }
                    #expect(isClear, "\(limit): \(result.errors)")
                case let status: Issue.record("\(limit) handles: \(status) \(result.errors)")
                }
                if result.status != .exit(0) { try workspace.runUntilIdle() }
                #expect(try workspace.totalAmount() == "100", "\(limit)")
            }
            #expect(whole > 0 && refused > 0)
            print("handles: \(whole) limits in which all was read, \(refused) in which the run said why not")
        }

        @Test("A tailer killed between the halves of a line counts one record")
        func halves() throws {
            let workspace = try Workspace.probe()
            let line = Workspace.probeLine(id: "halves", amount: "5")
            let half = line.utf8.count / 2
            try workspace.write(Workspace.probeLine(id: "1") + String(line.prefix(half)), to: "a.ndjson")
            for (piece, records) in [("", 1), (String(line.dropFirst(half)), 2)] {
                try workspace.append(piece, to: "a.ndjson")
                let run = try workspace.start(["run", "-c", "odometer.yaml"])
                workspace.waitForRecords(records)
                run.kill()
                #expect(try run.result().status == .signal(SIGKILL))
            }
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.read == 2 && status.accepted == 2)
            #expect(try workspace.totalAmount() == "6")
        }
    }
}
