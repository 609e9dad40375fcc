import Foundation
import LoopbackServer
import MemoryS3
import StrictKinesis
import UsageModel

extension Workspace {
    /// A workspace whose one source is what `place` says, such as `s3: {…}`.
    static func service(_ place: String) throws -> Workspace {
        let workspace = try Workspace.probe()
        let files = #"files: {include: ["*.ndjson"]}"#
        try workspace.replaceInConfiguration(files, with: place)
        workspace.environment = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_REGION": "eu-west-1"]
        return workspace
    }

    static func serve(_ store: MemoryS3) throws -> LoopbackServer {
        try LoopbackServer { try store.respond(to: $0) }
    }

    static func bucket(_ server: LoopbackServer, _ more: String = "") -> String {
        #"s3: {bucket: usage, prefix: "logs/", endpoint: "http://127.0.0.1:\#(server.port)"\#(more)}"#
    }

    static func stream(_ server: LoopbackServer, _ more: String = "") -> String {
        #"kinesis: {stream: usage, endpoint: "http://127.0.0.1:\#(server.port)"\#(more)}"#
    }

    /// Events with consecutive numbers as ids, each with the amount 1.
    static func probeLines(_ numbers: Range<Int>, time: String = "2026-11-01T00:00:00Z") -> String {
        numbers.map { probeLine(id: "\($0)", time: time) }.joined()
    }
}

extension MemoryS3 {
    /// The wall clock, as a program's own is.
    convenience init(seconds: @escaping @Sendable () -> Int64) {
        self.init(now: { Timestamp(nanoseconds: seconds() * 1_000_000_000) })
    }
}
