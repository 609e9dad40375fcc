import AWSClient
import Glibc
import LoopbackServer
import StrictKinesis

/// Serves ``StrictKinesis`` over HTTP on the loopback, by the real clock: `strict-kinesis --port 4567`.
///
/// It says `ready on PORT` when it listens; port 0 takes a free one. Options before that change how it behaves:
/// `--page-shards N`, `--answer-records N`, `--empty-answers PERCENT`, `--no-child-shards`, `--no-throttles`.
@main
struct StrictKinesisServer {
    static func main() throws {
        var port = 4_567
        let kinesis = StrictKinesis(seed: 1, now: AWSTime.system.now)
        var arguments = CommandLine.arguments.dropFirst()
        func number(_ name: String) -> Int {
            guard let number = arguments.popFirst().flatMap({ Int($0) }) else { fatalError("\(name) wants a number") }
            return number
        }
        while let argument = arguments.popFirst() {
            switch argument {
            case "--port": port = number(argument)
            case "--page-shards":
                let count = number(argument)
                kinesis.configure { $0.pageShards = count }
            case "--answer-records":
                let count = number(argument)
                kinesis.configure { $0.answerRecords = count }
            case "--empty-answers":
                let percent = number(argument)
                kinesis.configure { $0.emptyAnswers = UInt64(percent) }
            case "--no-child-shards": kinesis.configure { $0.givesChildShards = false }
            case "--no-throttles": kinesis.configure { $0.throttles = false }
            default: fatalError("unknown option \(argument)")
            }
        }
        try serve(kinesis, port)
    }

    private static func serve(_ kinesis: StrictKinesis, _ port: Int) throws {
        let server = try LoopbackServer(port: port) { kinesis.respond(to: $0) }
        print("ready on \(server.port)")
        fflush(nil)
        try server.wait()
    }
}
