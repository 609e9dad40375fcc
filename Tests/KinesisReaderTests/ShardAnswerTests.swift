import AWSClient
import FoundationEssentials
import Testing
import UsageModel

@testable import KinesisReader

/// How an answer is read, against Foundation's JSON and base64.
@Suite struct ShardAnswerTests {
    private static let numbers = (0..<3).map { "4959033827149025660855969253836157109592157598913658889\($0)" }

    private func answer(_ json: String, taken: ShardPosition? = nil) throws -> ShardAnswer {
        try ShardAnswer(json: Array(json.utf8), taken: taken, hashes: .all)
    }

    private func record(_ number: Int, _ data: [UInt8], more: String = "") -> String {
        """
        {"SequenceNumber":"\(Self.numbers[number])","Data":"\(Data(data).base64EncodedString())",\
        "PartitionKey":"k"\(more)}
        """
    }

    @Test("Base64 is read as Foundation reads it, and what is none is refused")
    func base64() {
        var random = SystemRandomNumberGenerator()
        for count in 0..<300 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Array(Data(bytes).base64EncodedString().utf8)
            var result: [UInt8] = [9]
            #expect(Base64.decode(text[...], into: &result))
            #expect(result == [9] + bytes)
            guard !text.isEmpty else { continue }
            for byte in [UInt8(ascii: "-"), UInt8(ascii: " "), 0x80, 0] {
                var damaged = text
                damaged[Int.random(in: text.indices, using: &random)] = byte
                var result: [UInt8] = []
                #expect(!Base64.decode(damaged[...], into: &result))
            }
        }
        var result: [UInt8] = []
        for text in ["A", "AA", "AAA", "=AAA", "A===", "====", "AA=A"] {
            #expect(!Base64.decode(Array(text.utf8)[...], into: &result), "\(text)")
        }
    }

    @Test("Numbers of records are read as the model reads them, up to the largest")
    func sequenceNumbers() {
        let largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
        var texts = [
            "", "0", "00012", "9", largest,
            "115792089237316195423570985008687907853269984665640564039457584007913129639936", "1a", "-1", "+1",
        ]
        texts += (1...90).map { String(repeating: "9", count: $0) }
        texts += (0..<200).map { _ in
            String((0..<Int.random(in: 1...60)).map { _ in Character(String(Int.random(in: 0...9))) })
        }
        for text in texts where text.utf8.count <= 78 {
            let bytes = [0x22] + Array(text.utf8) + [0x22]
            #expect(SequenceNumber(digits: bytes, in: 1..<bytes.count - 1) == SequenceNumber(text), "\(text)")
        }
    }

    @Test("Members come in any order, with escapes, white space and what is not known")
    func members() throws {
        let json = """
             { "MillisBehindLatest" : 2.1E3, "New" : {"a":[1,{"b":"]}"},null,true]} ,
            "Records":[ {"PartitionKey":"a\\"b", "Data":"Pz8\\/", "ApproximateArrivalTimestamp":1.441215410867E9,
            "EncryptionType":null, "SequenceNumber":"\(Self.numbers[0])"} , \(record(1, [0x61], more: ",\"ApproximateArrivalTimestamp\":1441215410.5"))],
            "NextShardIterator":"a\\u00e9\\ud83d\\ude00/" }
            """
        let answer = try answer(json)
        #expect(answer.millisBehindLatest == 2_100)
        #expect(answer.nextIterator == "aé😀/")
        #expect(answer.slab == Array("???a".utf8))
        #expect(answer.carriers.map { "\($0.number)" } == Array(Self.numbers.prefix(2)))
        #expect(answer.carriers.map(\.arrival?.nanoseconds) == [1_441_215_410_867_000_000, 1_441_215_410_500_000_000])
        #expect(answer.payloadBytes == 4 + 4 + 1)
        #expect(!answer.isEnd && !answer.isTip)
    }

    @Test("The end of a shard tells of its children")
    func children() throws {
        let json = """
            {"Records":[],"MillisBehindLatest":0,"NextShardIterator":null,"ChildShards":[{"ShardId":"shardId-2",
            "ParentShards":["shardId-0","shardId-1"],"HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"99"}}]}
            """
        let answer = try answer(json)
        #expect(answer.isEnd && answer.isTip)
        #expect(
            answer.children == [
                ListedShard(id: "shardId-2", parents: ["shardId-0", "shardId-1"], hashes: HashKeyRange(0...99))
            ])
    }

    @Test("What was given out before is left out, also inside an aggregated record")
    func taken() throws {
        let aggregated = Aggregation.record(["a", "b", "c"])
        let json = "{\"Records\":[\(record(0, [0x30])),\(record(1, aggregated)),\(record(2, [0x32]))]}"
        let number = try #require(SequenceNumber(Self.numbers[1]))
        func texts(_ answer: ShardAnswer) -> String {
            answer.entries.map {
                String(decoding: answer.slab[Int($0.start)..<Int($0.start + $0.length)], as: UTF8.self)
            }
            .joined()
        }
        #expect(texts(try answer(json)) == "0abc2")
        #expect(texts(try answer(json, taken: .behind(number, sub: 0))) == "bc2")
        #expect(texts(try answer(json, taken: .behind(number, sub: 2))) == "2")
        let rest = try answer(json, taken: .behind(number, sub: nil))
        #expect(texts(rest) == "2")
        #expect(rest.sawExpected && rest.hasRecords)
        #expect(
            try answer("{\"Records\":[\(record(2, [0x32]))]}", taken: .behind(number, sub: nil)).sawExpected == false)
    }

    @Test("What is no such answer is refused, at whatever byte it ends or changes, and never a crash")
    func damage() throws {
        let json = Array("{\"Records\":[\(record(0, [1, 2, 3])),\(record(1, [4]))],\"MillisBehindLatest\":0}".utf8)
        for count in json.indices {
            #expect(throws: AWSDecodingError.self) {
                try ShardAnswer(json: Array(json.prefix(count)), taken: nil, hashes: .all)
            }
        }
        for index in json.indices {
            for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x2D, 0xFF] {
                var damaged = json
                damaged[index] = byte
                _ = try? ShardAnswer(json: damaged, taken: nil, hashes: .all)
            }
        }
        for text in [
            "", "[]", "{}", "{\"Records\":{}}", "{\"Records\":[{\"Data\":\"AA==\"}]}",
            "{\"Records\":[{\"Data\":\"A\"}]}",
            "{\"Records\":[],\"MillisBehindLatest\":\"1\"}", "{\"Records\":[],\"MillisBehindLatest\":1e99}",
        ] { #expect(throws: AWSDecodingError.self) { try answer(text) } }
    }
}
