import Foundation
import LoopbackServer
import MemoryS3
import StrictKinesis
import Synchronization
import Testing
import UsageModel

extension EndToEnd {
    @Suite("Archives in buckets")
    struct ArchiveBucket {
        /// A stream and a bucket, and a workspace that keeps the one in the other.
        private struct Setting {
            let kinesis = StrictKinesis(seed: 5) {
                Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000)
            }
            let store = MemoryS3(seconds: { Int64(Date().timeIntervalSince1970) })
            let servers: [LoopbackServer]
            let workspace: Workspace

            init() throws {
                kinesis.createStream("usage", shards: 2)
                let stream = try LoopbackServer { [kinesis] in kinesis.respond(to: $0) }
                let bucket = try Workspace.serve(store)
                servers = [stream, bucket]
                workspace = try Workspace.service(Workspace.stream(stream))
                try workspace.append(
                    """
                    archive:
                      s3: {bucket: usage, prefix: "kept/", endpoint: "http://127.0.0.1:\(bucket.port)", path_style: true}

                    """, to: "odometer.yaml")
            }

            func put(_ numbers: Range<Int>) {
                for number in numbers {
                    let line = Workspace.probeLine(id: "\(number)")
                    _ = kinesis.put(Array(line.utf8), key: "\(number % 17)", into: "usage")
                }
            }

            func audit() throws -> (status: ChildProcess.Status, text: String) {
                let result = try workspace.odometer("audit")
                return (result.status, String(decoding: result.output, as: UTF8.self) + result.errors)
            }

            var keys: [ByteString] { store.state.withLock { $0.objects.keys.sorted() } }
        }

        @Test("A stream that has forgotten everything is audited and explained from the bucket")
        func audited() throws {
            let setting = try Setting()
            for run in 0..<3 {
                setting.put(run * 100..<run * 100 + 100)
                try setting.workspace.runUntilIdle()
            }
            setting.kinesis.deleteStream("usage")
            let (status, text) = try setting.audit()
            #expect(status == .exit(0), "\(text)")
            #expect(text.contains("300 events"))
            let row = try #require(try setting.workspace.usage(of: "amount").rows.first)
            let explained = try setting.workspace.odometer(
                "explain", "--meter", "amount", "--tenant", try #require(row.tenant), "--window-start",
                try #require(row.windowStart), "--events")
            #expect(explained.status == .exit(0))
            #expect(String(decoding: explained.output, as: UTF8.self).components(separatedBy: "\"id\":").count == 301)
        }

        @Test("An object that is removed is gone, one that is changed is found")
        func removed() throws {
            let setting = try Setting()
            for run in 0..<2 {
                setting.put(run * 100..<run * 100 + 100)
                try setting.workspace.runUntilIdle()
            }
            let keys = setting.keys
            #expect(keys.count >= 2)
            var bytes = try #require(setting.store.state.withLock { $0.objects[keys[0]]?.bytes })
            bytes[bytes.count / 2] ^= 1
            setting.store.put(keys[0].description, bytes)
            let (status, text) = try setting.audit()
            #expect(status == .exit(1))
            #expect(text.contains("source bytes changed") && text.contains(keys[0].description), "\(text)")
            setting.store.remove(keys[0].description)
            let (without, more) = try setting.audit()
            #expect(without == .exit(1))
            #expect(more.contains("source gone"), "\(more)")
        }

        @Test("Killed at any moment before a bucket that fails, a run has all that is committed there")
        func kills() throws {
            let setting = try Setting()
            try setting.workspace.replaceInConfiguration(
                "path: ./ledger", with: "path: ./ledger\n  commit: {interval: 5ms}")
            var random = SeededGenerator(seed: 2)
            var count = 0
            for round in 0..<8 {
                setting.store.state.withLock { state in
                    state.faults = (0..<20).map { _ in
                        [.slowDown, .reset, .internalError, nil, nil, nil].randomElement(using: &random) ?? nil
                    }
                }
                let run = try setting.workspace.start(["run", "--progress", "none"])
                setting.put(count..<count + 200)
                count += 200
                if round % 2 == 1 { setting.workspace.waitForRecords(count) }
                run.send(SIGKILL)
                _ = try run.result()
            }
            setting.store.state.withLock { $0.faults = [] }
            try setting.workspace.runUntilIdle()
            let (status, text) = try setting.audit()
            #expect(status == .exit(0), "\(text)")
            #expect(text.contains("\(count) events"))
        }

        @Test("Where the bucket takes nothing, nothing is committed, and the run ends with 3")
        func denied() throws {
            let setting = try Setting()
            setting.put(0..<50)
            setting.store.state.withLock { $0.deniesPuts = true }
            let result = try setting.workspace.odometer("run", "--until-idle", "--progress", "none")
            #expect(result.status == .exit(3))
            #expect(result.errors.contains("AccessDenied") && result.errors.contains("archive"), "\(result.errors)")
            #expect(try setting.workspace.status().read == 0)
            setting.store.state.withLock { $0.deniesPuts = false }
            try setting.workspace.runUntilIdle()
            #expect(try setting.workspace.totalAmount() == "50")
            #expect(try setting.audit().status == .exit(0))
        }
    }
}
