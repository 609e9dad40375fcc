import Foundation
import LoopbackServer
import StrictKinesis
import Synchronization
import Testing
import UsageModel

extension EndToEnd {
    @Suite("Streams")
    struct Stream {
        private static func kinesis() -> StrictKinesis {
            StrictKinesis(seed: 3) { Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000) }
        }

        private static func put(_ numbers: Range<Int>, into kinesis: StrictKinesis) {
            for number in numbers {
                _ = kinesis.put(Array(Workspace.probeLine(id: "\(number)").utf8), key: "\(number % 17)", into: "usage")
            }
        }

        @Test("Shards are read to their ends through splits and merges, and what comes later by the next run")
        func untilIdle() throws {
            let kinesis = Self.kinesis()
            kinesis.createStream("usage", shards: 3)
            let server = try LoopbackServer { kinesis.respond(to: $0) }
            let workspace = try Workspace.service(Workspace.stream(server))
            Self.put(0..<300, into: kinesis)
            #expect(kinesis.split(kinesis.openShards(of: "usage")[0], of: "usage"))
            Self.put(300..<500, into: kinesis)
            try workspace.runUntilIdle()
            #expect(try workspace.totalAmount() == "500")
            let open = kinesis.openShards(of: "usage")
            #expect(kinesis.split(open[1], of: "usage"))
            Self.put(500..<600, into: kinesis)
            try workspace.runUntilIdle()
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.read == 600 && status.accepted == 600)
        }

        @Test("A run that follows a stream is killed while it is resharded, and every event is counted once")
        func kills() throws {
            let kinesis = Self.kinesis()
            kinesis.createStream("usage", shards: 2)
            let server = try LoopbackServer { kinesis.respond(to: $0) }
            let workspace = try Workspace.service(Workspace.stream(server))
            var count = 0
            for round in 0..<10 {
                let run = try workspace.start(["run", "-c", "odometer.yaml", "--progress", "none"])
                Self.put(count..<count + 200, into: kinesis)
                count += 200
                let open = kinesis.openShards(of: "usage")
                _ = kinesis.split(open[round % open.count], of: "usage")
                Self.put(count..<count + 100, into: kinesis)
                count += 100
                if round % 2 == 1 { workspace.waitForRecords(count) }
                run.send(SIGKILL)
                _ = try run.result()
            }
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.read == count && status.accepted == count)
            #expect(try workspace.totalAmount() == "\(count)")
        }

        @Test("A stream that is begun at its latest loses nothing through a restart")
        func latest() throws {
            // The time it is begun at is the service's, which tells whole seconds.
            let before = Mutex(10.0)
            let kinesis = StrictKinesis(seed: 3) {
                let seconds = Date().timeIntervalSince1970 - before.withLock { $0 }
                return Timestamp(nanoseconds: Int64(seconds * 1_000) * 1_000_000)
            }
            kinesis.createStream("usage", shards: 2)
            Self.put(0..<50, into: kinesis)
            before.withLock { $0 = 0 }
            let server = try LoopbackServer { kinesis.respond(to: $0) }
            let workspace = try Workspace.service(Workspace.stream(server, ", start: latest"))
            try workspace.runUntilIdle()
            #expect(try workspace.status().read == 0)
            Self.put(50..<150, into: kinesis)
            try workspace.runUntilIdle()
            #expect(try workspace.totalAmount() == "100")
        }

        @Test("A stream that is not there is told, with status 3")
        func missing() throws {
            let kinesis = Self.kinesis()
            let server = try LoopbackServer { kinesis.respond(to: $0) }
            let workspace = try Workspace.service(Workspace.stream(server))
            let result = try workspace.odometer("run", "-c", "odometer.yaml", "--until-idle", "--progress", "none")
            #expect(result.status == .exit(3))
            #expect(result.errors.contains("ResourceNotFoundException"), "\(result.errors)")
        }
    }
}
