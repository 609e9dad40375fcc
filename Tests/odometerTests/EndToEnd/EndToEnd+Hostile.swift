import Foundation
import Testing

extension EndToEnd {
    @Suite("Hostile input")
    struct Hostile {
        /// What must become of one file of `Fixtures/hostile`.
        struct Expectation: CustomTestStringConvertible {
            var file: String
            var accepted: Int
            var duplicates = 0
            var conflicts = 0
            var reasons: [String: Int] = [:]
            var isPending = false
            /// The exact sum of the amounts; `nil` when nothing was accepted.
            var total: String?

            var testDescription: String { file }
        }

        static let expectations = [
            Expectation(file: "broken-utf8", accepted: 2, reasons: ["bad_encoding": 3], total: "2"),
            Expectation(file: "nul-byte", accepted: 2, reasons: ["malformed_json": 2], total: "2"),
            Expectation(file: "deep-nesting", accepted: 2, reasons: ["too_deep": 1], total: "2"),
            Expectation(file: "empty", accepted: 0),
            Expectation(file: "no-newline", accepted: 2, total: "2"),
            Expectation(file: "unfinished", accepted: 1, isPending: true, total: "1"),
            Expectation(file: "crlf", accepted: 3, duplicates: 1, total: "3"),
            Expectation(
                file: "numbers", accepted: 4, reasons: ["bad_number": 4, "malformed_json": 2], total: "15.4"),
            Expectation(file: "repeated-key", accepted: 2, reasons: ["malformed_json": 1], total: "2"),
            Expectation(file: "normalisation", accepted: 2, conflicts: 1, total: "2"),
            Expectation(file: "times", accepted: 3, reasons: ["bad_time": 4], total: "3"),
        ]

        @Test("Every record of a hostile file has one clear outcome", arguments: expectations)
        func hasOneOutcome(_ expected: Expectation) throws {
            let workspace = try Workspace.probe()
            let name = expected.file + ".ndjson"
            try FileManager.default.copyItem(
                at: Programs.package.appendingPathComponent("Fixtures/hostile/" + name), to: workspace.file(name))
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.isComplete)
            #expect(status.accepted == expected.accepted)
            #expect(status.duplicates == expected.duplicates)
            #expect(status.conflicts == expected.conflicts)
            #expect(status.reasons == expected.reasons)
            #expect((status.pendingBytes > 0) == expected.isPending)
            #expect(try workspace.totalAmount() == expected.total)
        }

        @Test("Every hostile file is described where the samples are")
        func isDescribed() throws {
            let folder = Programs.package.appendingPathComponent("Fixtures")
            let readme = String(
                decoding: try Data(contentsOf: folder.appendingPathComponent("README.md")), as: UTF8.self)
            let files = try FileManager.default.contentsOfDirectory(
                atPath: folder.appendingPathComponent("hostile").path
            ).filter { $0.hasSuffix(".ndjson") }
            #expect(Set(files) == Set(Self.expectations.map { $0.file + ".ndjson" }))
            for file in files { #expect(readme.contains("`\(file)`"), "\(file) is not described") }
        }

        @Test("A line of 10 MB and one of 512 MiB are too long, and memory stays bounded")
        func longLines() throws {
            let workspace = try Workspace.probe()
            let filler = String(repeating: "1", count: 10_000_000)
            try workspace.write(
                Workspace.probeLine(id: "1") + Workspace.probeLine(id: "2", amount: filler), to: "long.ndjson")
            // A hole in the file reads as 512 MiB of zeros without taking room on the disk.
            let handle = try FileHandle(forWritingTo: workspace.file("long.ndjson"))
            try handle.truncate(atOffset: try handle.seekToEnd() + 512 << 20)
            try handle.close()
            try workspace.append("\n" + Workspace.probeLine(id: "3"), to: "long.ndjson")

            let peak = """
                import resource, subprocess, sys
                status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
                print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                sys.exit(status)
                """
            let run = try workspace.succeed(
                Programs.environment,
                ["python3", "-c", peak, Programs.odometer.path, "run", "-c", "odometer.yaml", "--until-idle"])
            let kibibytes = try #require(Int(String(decoding: run.output.dropLast(), as: UTF8.self)))
            #expect(kibibytes < 300_000)

            let status = try workspace.status()
            #expect(status.accepted == 2)
            #expect(status.reasons == ["too_long": 2])
            #expect(status.isComplete)
        }
    }
}
