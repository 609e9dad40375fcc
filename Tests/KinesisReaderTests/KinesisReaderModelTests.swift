import AWSClient
import KinesisReader
import StrictKinesis
import Synchronization
import Testing
import UsageModel

/// Random lives of a stream and of its readers, held against what was put.
@Suite struct KinesisReaderModelTests {
    /// A random life: records, plain and aggregated, splits and merges, readers that are killed and go on from what was
    /// committed, iterators that expire, an account that is asked too often, connections that break.
    private struct Life {
        var state: UInt64
        let stream: StreamFixture
        /// What each key was put, in order, and how much of all there is.
        var put: [String: [Int]] = [:]
        var count = 0
        var reading = StreamReading()
        var committed = StreamReading()

        init(seed: UInt64) {
            state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
            stream = StreamFixture(shards: 1 + Int(seed % 3), seed: seed)
        }

        mutating func draw(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 16) % bound
        }

        mutating func configure() {
            let (page, answer, empty, ends, children) = (
                1 + draw(5), 1 + draw(20), UInt64(draw(3) * 20), UInt64(draw(3) * 50), draw(2) == 0
            )
            stream.kinesis.configure {
                $0.pageShards = page
                $0.answerRecords = answer
                $0.emptyAnswers = empty
                $0.endsWithRecords = ends
                $0.givesChildShards = children
            }
        }

        mutating func reader() throws -> any SourceReader {
            let options = KinesisOptions(
                batchBytes: 1 + draw(100), recordsPerRequest: 1 + draw(30), follows: draw(2) == 0)
            return try stream.reader(.trimHorizon, options, resume: reading.resume)
        }

        mutating func append() {
            for _ in 0...draw(12) {
                let key = "key-\(draw(9))"
                var texts: [String] = []
                for _ in 0..<(draw(3) == 0 ? 1 + draw(6) : 1) {
                    texts.append("\(key) \(count)")
                    put[key, default: []].append(count)
                    count += 1
                }
                // One of one is aggregated too, sometimes.
                let isPlain = texts.count == 1 && draw(2) == 0
                let data = isPlain ? Array("\(texts[0])\n".utf8) : Aggregation.record(texts, key: key)
                stream.kinesis.put(data, key: key, into: StreamFixture.name)
                if draw(4) == 0 { stream.time.advance(seconds: Double(draw(100)) / 50) }
            }
        }

        mutating func reshard() {
            let open = stream.kinesis.openShards(of: StreamFixture.name)
            let index = draw(open.count)
            if draw(2) == 0, open.count < 8 {
                stream.kinesis.split(open[index], of: StreamFixture.name)
            } else if index + 1 < open.count {
                let isFirst = draw(2) == 0
                stream.kinesis.merge(
                    open[isFirst ? index : index + 1], open[isFirst ? index + 1 : index], of: StreamFixture.name)
            }
        }

        mutating func disturb() {
            switch draw(4) {
            case 0: stream.kinesis.expireIterators()
            case 1: stream.time.advance(seconds: Double(draw(400)))
            case 2:
                let left = Counter(draw(6))
                stream.faults.set { _, _ in left.countDown() > 0 ? .fail(.connectionLost("reset")) : .pass }
            default:
                let left = Counter(draw(8))
                stream.faults.set { _, _ in
                    left.countDown() > 0 ? Faults.error("ProvisionedThroughputExceededException") : .pass
                }
            }
        }

        mutating func run() async throws {
            configure()
            var reader = try reader()
            for _ in 0..<30 {
                switch draw(8) {
                case 0, 1: append()
                case 2: reshard()
                case 3: disturb()
                case 4:
                    reading = committed
                    if draw(2) == 0 { configure() }
                    reader = try self.reader()
                case 5: committed = reading
                default: await reading.drain(&reader, batches: draw(12))
                }
            }
            stream.faults.set(nil)
            stream.time.advance(seconds: 400)
            for _ in 0..<3 { await reading.drain(&reader) }
        }

        func expect(_ comment: Comment) {
            #expect(reading.texts.count == count, comment)
            var found: [String: [Int]] = [:]
            for text in reading.texts {
                let parts = text.split(separator: " ")
                found[String(parts[0]), default: []].append(Int(parts[1]) ?? -1)
            }
            #expect(found == put, comment)
            #expect(reading.errors == [], comment)
        }
    }

    /// `ODOMETER_LIVES` makes it longer.
    private static let lives = UInt64(Environment.number("ODOMETER_LIVES") ?? 1_000)

    @Test("Through random lives every record is given out once, and each key's in order")
    func lives() async throws {
        for seed in 1...Self.lives {
            var life = Life(seed: seed)
            try await life.run()
            life.expect("seed \(seed)")
        }
    }
}
