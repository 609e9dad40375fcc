import Foundation
import Testing
import UsageModel

@testable import Ledger

extension EndToEnd {
    @Suite("Proofs for a third party")
    struct Proof {
        /// One change of what the third party is given, by the name of the file, the line and what becomes of it.
        private struct Change {
            var what: String
            var file: String
            var line: Int
            var change: (String) -> String
        }

        @Test("A verifier in Python takes what is proved, and refuses each part of it that was changed")
        func python() throws {
            try check(with: .python)
        }

        @Test(
            "So does one over Go's checksum database",
            .enabled(if: ProofVerifier.hasGo, "go or its x/mod is not here; `make test-proofs` installs them"))
        func go() throws {
            try check(with: .go)
        }

        private func check(with verifier: ProofVerifier) throws {
            let workspace = try Self.provedWorkspace()
            try verifier.prepare(in: workspace)
            let names = try FileManager.default.contentsOfDirectory(atPath: workspace.file("proofs").path)
            let statement = try #require(names.filter { $0.hasSuffix(".statement") }.sorted().first)
            let right = try verifier.check("proofs", since: "old", in: workspace)
            #expect(right.status == .exit(0), "\(right.errors)")
            let found = String(decoding: right.output, as: UTF8.self)
            #expect(found.hasPrefix("\(names.count { $0.hasSuffix(".statement") }) statements in a tree of "))

            let proof = statement.replacingOccurrences(of: ".statement", with: ".tlog-proof")
            for change in Self.changes(statement: "proofs/\(statement)", proof: "proofs/\(proof)") {
                let before = try Data(contentsOf: workspace.file(change.file))
                var lines = String(decoding: before, as: UTF8.self).components(separatedBy: "\n")
                let line = change.line < 0 ? lines.count + change.line : change.line
                let changed = change.change(lines[line])
                #expect(changed != lines[line], "\(change.what)")
                lines[line] = changed
                try workspace.write(lines.joined(separator: "\n"), to: change.file)
                let result = try verifier.check("proofs", since: "old", in: workspace)
                #expect(result.status == .exit(1), "\(change.what)")
                #expect(result.errors.hasPrefix("refused: "), "\(change.what): \(result.errors)")
                try before.write(to: workspace.file(change.file))
            }
            try workspace.write(NoteSigner.random(name: "odometer/other").verifier.description + "\n", to: "other.pub")
            #expect(try verifier.check("proofs", key: "other.pub", in: workspace).status == .exit(1))
            #expect(try verifier.check("proofs", since: "old", in: workspace).status == .exit(0))
        }

        @Test("Who rewrites history and signs it anew cannot prove it to one who kept a checkpoint")
        func rewritten() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1", amount: "5"), to: "a.ndjson")
            try workspace.runUntilIdle()
            try Self.keepCheckpoint(of: workspace)
            try workspace.write(Workspace.probeLine(id: "2", amount: "7"), to: "b.ndjson")
            try workspace.runUntilIdle()
            let honest = try Self.prove("honest", in: workspace)
            #expect(honest.status == .exit(0), "\(honest.errors)")

            // The same ledger again, by its id and its keys, with one value changed and no trace of what was signed.
            try Self.forgeLedger(of: workspace)
            try workspace.write(Workspace.probeLine(id: "1", amount: "6"), to: "a.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.odometer("ledger", "verify", "-c", "odometer.yaml").status == .exit(0))
            let refused = try Self.prove("forged", in: workspace)
            #expect(refused.status == .exit(1))
            #expect(refused.errors.contains("not a continuation of old"))
            #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
            #expect(!FileManager.default.fileExists(atPath: workspace.file("forged").path))

            // Nor with a proof of consistency that belongs to the honest ledger.
            let forged = try workspace.odometer(
                "ledger", "prove", "-c", "odometer.yaml", "--tenant", "unmapped:s-1", "--out", "forged")
            #expect(forged.status == .exit(0), "\(forged.errors)")
            try FileManager.default.copyItem(
                at: workspace.file("honest/consistency"), to: workspace.file("forged/consistency"))
            #expect(try ProofVerifier.python.check("forged", in: workspace).status == .exit(0))
            #expect(try ProofVerifier.python.check("honest", since: "old", in: workspace).status == .exit(0))
            #expect(try ProofVerifier.python.check("forged", since: "old", in: workspace).status == .exit(1))
        }

        @Test("A ledger that contradicts its own checkpoint signs nothing, and does not verify")
        func contradiction() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1", amount: "5"), to: "a.ndjson")
            try workspace.runUntilIdle()
            try Self.keepCheckpoint(of: workspace)
            try FileManager.default.moveItem(at: workspace.file("ledger/log"), to: workspace.file("log"))
            try Self.forgeLedger(of: workspace)
            try workspace.write(Workspace.probeLine(id: "1", amount: "6"), to: "a.ndjson")
            try workspace.runUntilIdle()
            try FileManager.default.moveItem(at: workspace.file("log"), to: workspace.file("ledger/log"))
            let checkpoint = try workspace.odometer("ledger", "checkpoint", "-c", "odometer.yaml")
            #expect(checkpoint.status == .exit(3))
            #expect(checkpoint.errors.contains("history was rewritten"))
            #expect(checkpoint.output.isEmpty)
            let verify = try workspace.odometer("ledger", "verify", "-c", "odometer.yaml")
            #expect(verify.status == .exit(1))
            #expect(String(decoding: verify.output, as: UTF8.self).contains("history was rewritten"))
        }

        @Test("What cannot be proved is the caller's mistake, told on one line, and nothing is written")
        func mistakes() throws {
            let workspace = try Workspace.probe()
            let prove = ["ledger", "prove", "-c", "odometer.yaml", "--out", "out", "--tenant"]
            #expect(try workspace.start(prove + ["unmapped:s-1"]).result().status == .exit(2))
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            try workspace.runUntilIdle()
            try Self.keepCheckpoint(of: workspace)
            let old = String(decoding: try Data(contentsOf: workspace.file("old")), as: UTF8.self)
            try workspace.write(old.replacingOccurrences(of: "\n1\n", with: "\n2\n"), to: "changed")
            let other = try NoteSigner.random(name: "odometer/other").sign(Array("odometer/other\n0\n".utf8))
            try Data(other).write(to: workspace.file("other"))
            let cases = [
                ["nobody"], ["unmapped:s-1", "--commit", "1"], ["unmapped:s-1", "--commit", "99"],
                ["unmapped:s-1", "--commit", "x"], ["unmapped:s-1", "--since", "nowhere"],
                ["unmapped:s-1", "--since", "a.ndjson"], ["unmapped:s-1", "--since", "changed"],
                ["unmapped:s-1", "--since", "other"],
            ]
            for arguments in cases {
                let result = try workspace.start(prove + arguments).result()
                #expect(result.status == .exit(2), "\(arguments)")
                #expect(result.errors.split(separator: "\n").count == 1, "\(arguments): \(result.errors)")
                #expect(result.output.isEmpty && !FileManager.default.fileExists(atPath: workspace.file("out").path))
            }
            #expect(try workspace.start(prove + ["unmapped:s-1", "--since", "old"]).result().status == .exit(0))
            #expect(try workspace.start(prove + ["unmapped:s-1"]).result().status == .exit(2))
        }

        // MARK: Workspaces

        /// A ledger with a checkpoint of its beginning in `old`, more events since, and `proofs` of all that one tenant has.
        private static func provedWorkspace() throws -> Workspace {
            let workspace = try Workspace.generated(records: 6_000, seed: 8, files: 6)
            let later = (3..<6).map { "logs/events-00\($0).ndjson" }
            for file in later {
                try FileManager.default.moveItem(at: workspace.file(file), to: workspace.file(file + ".later"))
            }
            try workspace.runUntilIdle()
            try keepCheckpoint(of: workspace)
            for file in later {
                try FileManager.default.moveItem(at: workspace.file(file + ".later"), to: workspace.file(file))
                try workspace.runUntilIdle()
            }
            let result = try prove("proofs", tenant: "tenant-001", in: workspace)
            try #require(result.status == .exit(0), "\(result.errors)")
            return workspace
        }

        private static func keepCheckpoint(of workspace: Workspace) throws {
            for (option, file) in [([], "old"), (["--key"], "key.pub")] {
                let result = try workspace.succeed(
                    Programs.odometer, ["ledger", "checkpoint", "-c", "odometer.yaml"] + option)
                try result.output.write(to: workspace.file(file))
            }
        }

        private static func prove(
            _ directory: String, tenant: String = "unmapped:s-1", in workspace: Workspace
        ) throws -> ChildProcess.Result {
            try workspace.odometer(
                "ledger", "prove", "-c", "odometer.yaml", "--tenant", tenant, "--since", "old", "--out", directory)
        }

        /// Empties a ledger, but for its id and its keys.
        private static func forgeLedger(of workspace: Workspace) throws {
            let path = workspace.file("ledger").path
            let id = try Segment.all(in: DirectoryStore(LedgerDirectory(path: path)))[0].header.ledger
            let names = ["key", "log-key"]
            let keys = try names.map { try Data(contentsOf: workspace.file("ledger/\($0)")) }
            try FileManager.default.removeItem(atPath: path)
            let directory = LedgerDirectory(path: path)
            try directory.create()
            for (name, key) in zip(names, keys) { try key.write(to: workspace.file("ledger/\(name)")) }
            _ = try Segment(
                SegmentHeader(ledger: id, firstSeq: 1, epoch: 0, previous: .none), in: DirectoryStore(directory))
        }

        /// One change of each thing that has to hold.
        private static func changes(statement: String, proof: String) -> [Change] {
            func another(_ text: String) -> String {
                (text.first == "A" ? "B" : "A") + text.dropFirst()
            }
            func behind(_ prefix: String) -> (String) -> String {
                { prefix + another(String($0.dropFirst(prefix.count))) }
            }
            func digits(_ text: String) -> String { text + "0" }
            func signature(_ line: String) -> String {
                var parts = line.components(separatedBy: " ")
                let middle = parts[2].index(parts[2].startIndex, offsetBy: 40)
                parts[2] = String(parts[2][..<middle]) + another(String(parts[2][middle...]))
                return parts.joined(separator: " ")
            }
            return [
                Change(what: "a value of the statement", file: statement, line: 7) {
                    $0.replacingOccurrences(of: "events=", with: "events=1")
                },
                Change(what: "the tenant of the statement", file: statement, line: 4) { $0 + "0" },
                Change(what: "the end of the statement", file: statement, line: -1) { _ in "\n" },
                Change(what: "the salt", file: proof, line: 1, change: behind("extra ")),
                Change(what: "the index", file: proof, line: 2) { _ in "index 0" },
                Change(what: "the first hash", file: proof, line: 3, change: another),
                Change(what: "the size in the proof", file: proof, line: -5, change: digits),
                Change(what: "the root in the proof", file: proof, line: -4, change: another),
                Change(what: "the signature in the proof", file: proof, line: -2, change: signature),
                Change(what: "the size", file: "proofs/checkpoint", line: 1, change: digits),
                Change(what: "the root", file: "proofs/checkpoint", line: 2, change: another),
                Change(what: "the origin", file: "proofs/checkpoint", line: 0) { $0 + "0" },
                Change(what: "the signature", file: "proofs/checkpoint", line: 4, change: signature),
                Change(what: "the old size in the proof", file: "proofs/consistency", line: 0, change: digits),
                Change(what: "a hash of consistency", file: "proofs/consistency", line: 1, change: another),
                Change(what: "the old size", file: "old", line: 1, change: digits),
                Change(what: "the old root", file: "old", line: 2, change: another),
                Change(what: "the old signature", file: "old", line: 4, change: signature),
                Change(what: "the key", file: "key.pub", line: 0) { $0.replacingOccurrences(of: "+A", with: "+B") },
            ]
        }
    }
}
