import Foundation
import GRDB
import Testing
import UsageModel

@testable import Ledger

extension EndToEnd {
    /// A hundred ways in which somebody may have tampered with sources, ledger or tenants, one at a time: each is found and
    /// named, and nothing else is reported.
    @Suite("Tampering")
    struct Tampering {
        /// What an audit has to say of one change, and of nothing else.
        private struct Expected {
            var cause: String
            /// The partition that every difference of the sources is in.
            var partition: String?
            /// The commit that every difference is of.
            var seq: UInt64?
            /// Whether numbers have to differ.
            var hasNumbers = false
            var what: String
        }

        private struct Report: Decodable {
            struct Difference: Decodable {
                var meter: String?
                var tenant: String?
                var cause: String
                var detail: String
                var partition: String?
                var seq: UInt64?
            }

            var identical: Bool
            var differences: [Difference]
        }

        /// A place with a ledger of twelve commits of as many files, every fourth of them compressed.
        private struct Place {
            let workspace: Workspace
            var files: [String] = []

            init() throws {
                workspace = try Workspace()
                try workspace.write(
                    """
                    ledger: {path: ./ledger}
                    sources:
                      - {name: probe, files: {include: ["*.ndjson", "*.ndjson.gz"]}, format: cloudevents}
                    tenants: {file: tenants.csv}
                    meters:
                      - {name: probes, event_type: probe, aggregation: count, window: 1h}
                      - {name: amount, event_type: probe, aggregation: sum, value: /data/amount, window: 1h}

                    """, to: "odometer.yaml")
                try workspace.write("subject,tenant\ns-1,alpha\ns-2,beta\n", to: "tenants.csv")
                for number in 0..<12 {
                    let name = "log-\(number).ndjson"
                    let lines = (0..<40).map { line in
                        Workspace.probeLine(
                            id: "\(number)-\(line)", amount: "\(line + 1)",
                            time: "2026-11-01T\(10 + number / 3):\(10 + line):00Z"
                        ).replacing("\"s-1\"", with: line % 2 == 0 ? "\"s-1\"" : "\"s-2\"")
                    }
                    try workspace.write(lines.joined(), to: name)
                    if number % 4 == 3 {
                        try workspace.succeed(URL(filePath: "/usr/bin/gzip"), ["-n", name])
                    }
                    files.append(number % 4 == 3 ? name + ".gz" : name)
                    try workspace.runUntilIdle()
                }
            }

            var ledgerDirectory: LedgerDirectory { LedgerDirectory(path: workspace.file("ledger").path) }

            /// The frames of the ledger with their places.
            func frames() throws -> [(frame: Frame, segment: String, offset: Int)] {
                let store = DirectoryStore(ledgerDirectory)
                var reader = try SegmentReader(try Segment.all(in: store), in: store)
                var frames: [(frame: Frame, segment: String, offset: Int)] = []
                while case .frame(let frame, let segment, let offset) = try reader.next() {
                    frames.append((frame, "ledger/segments/" + segment.name, Int(offset)))
                }
                return frames
            }

            /// Changes a file in its place, and puts it back behind `body`.
            func changing(_ name: String, _ change: (inout Data) -> Void, _ body: () throws -> Void) throws {
                let before = try Data(contentsOf: workspace.file(name))
                var after = before
                change(&after)
                try overwrite(name, after)
                try body()
                try overwrite(name, before)
            }

            private func overwrite(_ name: String, _ bytes: Data) throws {
                let handle = try FileHandle(forWritingTo: workspace.file(name))
                try handle.truncate(atOffset: 0)
                try handle.write(contentsOf: bytes)
                try handle.close()
            }

            /// A frame's bytes with another commit in it, and every checksum and hash of its own put right.
            func rewritten(_ frame: Frame, _ commit: Commit) throws -> [UInt8] {
                let header = frame.header
                return Frame.encode(
                    kind: .commit, payload: try CommitCodec.encode(commit), seq: header.seq, epoch: header.epoch,
                    durableFloor: header.durableFloor, time: header.time, previous: header.previous,
                    in: try Segment.all(in: DirectoryStore(ledgerDirectory))[0].header.ledger
                ).bytes
            }

            func audit() throws -> Report {
                let result = try workspace.odometer("audit", "--format", "json")
                let report = try JSONDecoder().decode(Report.self, from: result.output)
                #expect(result.status == .exit(report.identical ? 0 : 1))
                return report
            }
        }

        @Test("A hundred random changes are found, each by its own cause and with nothing else")
        func hundred() throws {
            let place = try Place()
            var random = SeededGenerator(seed: 7)
            #expect(try place.audit().identical)
            for number in 0..<100 {
                let kind = number % 8
                try tamper(place, kind, &random) { expected in
                    let report = try place.audit()
                    let what: Comment = "\(number): \(expected.what): \(report.differences)"
                    #expect(!report.identical, what)
                    #expect(report.differences.allSatisfy { $0.cause == expected.cause }, what)
                    #expect(
                        report.differences.allSatisfy { ($0.partition ?? expected.partition) == expected.partition },
                        what)
                    if let seq = expected.seq { #expect(report.differences.allSatisfy { $0.seq == seq }, what) }
                    if expected.hasNumbers { #expect(report.differences.contains { $0.meter != nil }, what) }
                }
            }
            #expect(try place.audit().identical)
        }

        /// How the last commit was forged, with all hashes put right and the index made anew of it.
        enum Forgery: String, CaseIterable {
            case repeatCounts = "1 events count in this commit and in commit"
            case eventRefused = "1 records were refused as repeats"
            case eventFromNowhere = "1 events count in this commit that are not in the bytes"
            case usageFromNowhere = "the commit has usage or events, and no bytes"
        }

        @Test("A last commit that counts or refuses what it should not is found", arguments: Forgery.allCases)
        func forged(_ forgery: Forgery) throws {
            let place = try Place()
            // Nobody vouches for the last frame once the index was made anew of it.
            try place.workspace.append(
                Workspace.probeLine(id: "new", time: "2026-11-01T13:30:00Z"), to: "log-10.ndjson")
            try place.workspace.append(
                Workspace.probeLine(id: "0-0", amount: "1", time: "2026-11-01T10:10:00Z"), to: "log-10.ndjson")
            try place.workspace.runUntilIdle()
            let (frame, segment, offset) = try #require(try place.frames().last)
            var commit = try CommitCodec.decode(frame.payload)
            try #require(commit.identities.count == 1)
            let other = try #require(
                try place.frames().lazy.compactMap { try? CommitCodec.decode($0.frame.payload) }.first?.identities
                    .first)
            switch forgery {
            case .repeatCounts:
                commit.identities.insert(other, at: 0)
                commit.ranges[0].counts.accepted += 1
                commit.ranges[0].counts.duplicates -= 1
                var entries = commit.delta.entries
                for index in entries.indices {
                    entries[index].window = Window(
                        start: try #require(Timestamp(seconds: Int64(other.hour) * 3_600)),
                        end: try #require(Timestamp(seconds: Int64(other.hour) * 3_600 + 3_600)))
                }
                commit.delta.entries = entries + commit.delta.entries
            case .eventRefused:
                commit.identities = []
                commit.ranges[0].counts.accepted -= 1
                commit.ranges[0].counts.duplicates += 1
                commit.delta.entries = []
            case .eventFromNowhere:
                let identity = Digest128(high: 1, low: 2)
                commit.identities.append(EventIdentity(identity: identity, content: 3, hour: other.hour))
            case .usageFromNowhere:
                (commit.ranges, commit.identities) = ([], [])
            }
            let header = frame.header
            let bytes = try place.rewritten(frame, commit)
            try place.changing(segment) {
                $0.replaceSubrange(offset..<offset + header.frameSize, with: bytes)
            } _: {
                try FileManager.default.removeItem(at: place.workspace.file("ledger/index.sqlite"))
                _ = try place.workspace.status()
                let report = try place.audit()
                #expect(
                    report.differences.contains { $0.detail.contains(forgery.rawValue) }, "\(report.differences)")
                #expect(report.differences.allSatisfy { $0.seq == header.seq }, "\(report.differences)")
            }
        }

        private func tamper(
            _ place: Place, _ kind: Int, _ random: inout SeededGenerator, _ check: (Expected) throws -> Void
        ) throws {
            switch kind {
            case 0: try flip(place, &random, check)
            case 1: try delete(place, &random, check)
            case 2: try flipFrame(place, &random, check)
            case 3: try alterDelta(place, &random, check)
            case 4: try mapping(place, &random, check)
            case 5: try index(place, &random, check)
            case 6: try cut(place, &random, check)
            default: try removeFrame(place, &random, check)
            }
        }

        /// One bit of a file; of a compressed one behind its header, whose time nobody reads.
        private func flip(_ place: Place, _ random: inout SeededGenerator, _ check: (Expected) throws -> Void) throws {
            let name = place.files.randomElement(using: &random) ?? ""
            let size = try Data(contentsOf: place.workspace.file(name)).count
            let byte = Int.random(in: (name.hasSuffix("gz") ? 10 : 0)..<size, using: &random)
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            try place.changing(name) {
                $0[byte] ^= bit
            } _: {
                try check(
                    Expected(
                        cause: "source bytes changed", partition: name + "#0", what: "bit \(bit) of \(name) \(byte)"))
            }
        }

        private func delete(_ place: Place, _ random: inout SeededGenerator, _ check: (Expected) throws -> Void) throws
        {
            let name = place.files.randomElement(using: &random) ?? ""
            let aside = place.workspace.file("aside")
            try FileManager.default.moveItem(at: place.workspace.file(name), to: aside)
            try check(Expected(cause: "source gone", partition: name + "#0", hasNumbers: true, what: "\(name) deleted"))
            try FileManager.default.moveItem(at: aside, to: place.workspace.file(name))
        }

        /// The end of a file.
        private func cut(_ place: Place, _ random: inout SeededGenerator, _ check: (Expected) throws -> Void) throws {
            let name = place.files.filter { $0.hasSuffix("ndjson") }.randomElement(using: &random) ?? ""
            let size = try Data(contentsOf: place.workspace.file(name)).count
            let left = Int.random(in: 0..<size, using: &random)
            try place.changing(name) {
                $0 = $0.prefix(left)
            } _: {
                try check(
                    Expected(cause: "source bytes changed", partition: name + "#0", what: "\(name) cut at \(left)"))
            }
        }

        private func flipFrame(
            _ place: Place, _ random: inout SeededGenerator, _ check: (Expected) throws -> Void
        ) throws {
            let (frame, segment, offset) = try #require(try place.frames().randomElement(using: &random))
            let byte = offset + Int.random(in: 0..<frame.header.frameSize, using: &random)
            try place.changing(segment) {
                $0[byte] ^= 4
            } _: {
                let seq = frame.header.seq
                try check(Expected(cause: "ledger altered", seq: seq, what: "byte \(byte) of frame \(seq)"))
            }
        }

        /// A delta that counts more, with every checksum and hash of its frame put right.
        private func alterDelta(
            _ place: Place, _ random: inout SeededGenerator, _ check: (Expected) throws -> Void
        ) throws {
            let frames = try place.frames().filter { $0.frame.header.kind == .commit }
            let (frame, segment, offset) = try #require(frames.randomElement(using: &random))
            var commit = try CommitCodec.decode(frame.payload)
            let entry = Int.random(in: commit.delta.entries.indices, using: &random)
            commit.delta.entries[entry].aggregate =
                switch commit.delta.entries[entry].aggregate {
                case .count(let count): .count(events: count + 1)
                case .sum(let sum, let events): .sum(try #require(sum.adding(Quantity(whole: 1))), events: events)
                case let other: other
                }
            let header = frame.header
            let bytes = try place.rewritten(frame, commit)
            try place.changing(segment) {
                $0.replaceSubrange(offset..<offset + header.frameSize, with: bytes)
            } _: {
                try check(
                    Expected(
                        cause: "ledger altered", seq: header.seq, hasNumbers: true, what: "delta of frame \(header.seq)"
                    ))
            }
        }

        private func removeFrame(
            _ place: Place, _ random: inout SeededGenerator, _ check: (Expected) throws -> Void
        ) throws {
            let commits = try place.frames().filter { $0.frame.header.kind == .commit }
            let (frame, segment, offset) = try #require(commits.randomElement(using: &random))
            try place.changing(segment) {
                $0.removeSubrange(offset..<offset + frame.header.frameSize)
            } _: {
                let seq = frame.header.seq
                try check(Expected(cause: "ledger altered", seq: seq, what: "frame \(seq) taken away"))
            }
        }

        /// The table says of a time in the past that a subject was another tenant's.
        private func mapping(
            _ place: Place, _ random: inout SeededGenerator, _ check: (Expected) throws -> Void
        ) throws {
            let hour = Int.random(in: 10..<14, using: &random)
            let change = "2026-11-01T\(hour):\(Int.random(in: 10..<50, using: &random)):00Z"
            try place.changing("tenants.csv") {
                $0 = Data(
                    """
                    subject,tenant,valid_from,valid_to
                    s-1,alpha,,\(change)
                    s-1,gamma,\(change),
                    s-2,beta,,

                    """.utf8)
            } _: {
                try check(Expected(cause: "mapping changed", hasNumbers: true, what: "s-1 moved at \(change)"))
            }
        }

        /// A number of the index, which is what bills are read from.
        private func index(_ place: Place, _ random: inout SeededGenerator, _ check: (Expected) throws -> Void) throws {
            let change = Int.random(in: 1..<100, using: &random)
            func add(_ change: Int) throws {
                let queue = try DatabaseQueue(path: place.workspace.file("ledger/index.sqlite").path)
                try queue.write { db in
                    try db.execute(
                        sql: "UPDATE usage SET low = low + ? WHERE series = (SELECT max(series) FROM usage)",
                        arguments: [change])
                }
                try queue.close()
            }
            try add(change)
            try check(Expected(cause: "ledger altered", what: "\(change) more in the index"))
            try add(-change)
        }
    }
}
