import Foundation
import LoopbackServer
import MemoryS3
import Synchronization
import Testing
import UsageModel

extension EndToEnd {
    @Suite("Buckets")
    struct Bucket {
        private static func store() -> MemoryS3 { MemoryS3(seconds: { Int64(Date().timeIntervalSince1970) }) }

        @Test("A bucket is read once, and again only what is new")
        func untilIdle() throws {
            let store = Self.store()
            let server = try Workspace.serve(store)
            let workspace = try Workspace.service(Workspace.bucket(server))
            for number in 0..<40 { store.put("logs/\(number)", Workspace.probeLines(number * 10..<number * 10 + 10)) }
            try workspace.runUntilIdle()
            #expect(try workspace.totalAmount() == "400")
            store.put("logs/05", Workspace.probeLines(400..<410))
            store.put("other/1", Workspace.probeLines(900..<910))
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.accepted == 410 && status.read == 410)
            #expect(try workspace.odometer("ledger", "verify", "-c", "odometer.yaml").status == .exit(0))
        }

        @Test("A run that follows a bucket is killed while it grows and fails, and every event is counted once")
        func kills() throws {
            let store = Self.store()
            let server = try Workspace.serve(store)
            let workspace = try Workspace.service(Workspace.bucket(server, ", poll: 50ms"))
            var random = SeededGenerator(seed: 11)
            var count = 0
            for round in 0..<12 {
                let run = try workspace.start(["run", "-c", "odometer.yaml", "--progress", "none"])
                for _ in 0..<4 {
                    let next = count + Int.random(in: 1...400, using: &random)
                    store.put(
                        "logs/\(Int.random(in: 0...99_999, using: &random))-\(round)",
                        Workspace.probeLines(count..<next))
                    count = next
                }
                store.state.withLock { state in
                    state.faults = (0..<20).map { _ in
                        [.slowDown, .reset, .truncated, .wrongLength, .brokenXML, nil, nil, nil]
                            .randomElement(using: &random) ?? nil
                    }
                }
                if round % 3 == 2 { workspace.waitForRecords(count) }
                run.send(SIGKILL)
                _ = try run.result()
            }
            store.state.withLock { $0.faults = [] }
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.read == count && status.accepted == count)
            #expect(try workspace.totalAmount() == "\(count)")
        }

        @Test("A backfill of a period takes the objects that have an event in it, and tells of objects")
        func period() throws {
            let store = Self.store()
            let server = try Workspace.serve(store)
            let workspace = try Workspace.service(Workspace.bucket(server))
            for day in 1...9 {
                store.put(
                    "logs/\(day)", Workspace.probeLines(day * 10..<day * 10 + 10, time: "2026-11-0\(day)T12:00:00Z"))
            }
            let result = try workspace.backfill("probe", "--from", "2026-11-03", "--to", "2026-11-05")
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(result.errors.contains("7 objects left alone"), "\(result.errors)")
            #expect(try workspace.totalAmount() == "20")
            #expect(try workspace.backfill("probe").status == .exit(0))
            #expect(try workspace.totalAmount() == "90")
        }

        @Test("A damaged object is one rejected record, and the others are counted")
        func damaged() throws {
            let store = Self.store()
            let server = try Workspace.serve(store)
            let workspace = try Workspace.service(Workspace.bucket(server))
            store.put("logs/1", Workspace.probeLines(0..<10))
            store.put("logs/2", [0x1F, 0x8B, 0x08, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
            store.put("logs/3", Workspace.probeLines(10..<20))
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.accepted == 20 && status.reasons == ["bad_encoding": 1])
            try workspace.runUntilIdle()
            #expect(try workspace.status() == status)
            let shown = try workspace.odometer("quarantine", "-c", "odometer.yaml", "--format", "json")
            #expect(String(decoding: shown.output, as: UTF8.self).contains("gzip"))
        }

        @Test("What cannot be reached or read is told on one line, and the status is 3")
        func unreachable() throws {
            let store = Self.store()
            let server = try Workspace.serve(store)
            let workspace = try Workspace.service(Workspace.bucket(server))
            store.put("logs/1", Workspace.probeLines(0..<10))
            store.put("logs/2", Workspace.probeLines(10..<20))
            store.deny("logs/1")
            let denied = try workspace.odometer("run", "-c", "odometer.yaml", "--until-idle", "--progress", "none")
            #expect(denied.status == .exit(3))
            #expect(denied.errors.contains("s3://usage/logs/1") && denied.errors.contains("AccessDenied"))
            #expect(try workspace.totalAmount() == "10")
            let nobody = try Workspace.service(#"s3: {bucket: usage, endpoint: "http://127.0.0.1:1"}"#)
            let unreachable = try nobody.odometer("run", "-c", "odometer.yaml", "--until-idle", "--progress", "none")
            #expect(unreachable.status == .exit(3))
            #expect(unreachable.errors.contains("no connection"), "\(unreachable.errors)")
        }

        @Test("What cannot be read is told also where nothing is left to commit, however fast the run ends")
        func nothingToCommit() throws {
            let store = Self.store()
            let server = try Workspace.serve(store)
            let workspace = try Workspace.service(Workspace.bucket(server))
            store.put("logs/1", Workspace.probeLines(0..<10))
            store.deny("logs/1")
            // Who ends first, the reader or the ledger, is a matter of luck.
            for _ in 0..<100 {
                let run = try workspace.odometer("run", "-c", "odometer.yaml", "--until-idle", "--progress", "none")
                try #require(run.status == .exit(3) && run.errors.contains("AccessDenied"), "\(run)")
            }
        }
    }
}
