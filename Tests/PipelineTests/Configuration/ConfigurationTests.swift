import AWSClient
import Foundation
import SchemaValidation
import Testing
import UsageModel

@testable import Pipeline

@Suite("Configuration")
struct ConfigurationTests {
    @Test("The smallest configuration has the defaults that are documented")
    func defaults() throws {
        let file = try ConfigurationFile(ConfigurationFile.smallest)
        let configuration = try file.load()
        let directory = file.directory.standardizedFileURL.path
        #expect(configuration.directory == directory)
        #expect(configuration.text == Array(ConfigurationFile.smallest.utf8))
        #expect(configuration.ledger.path == directory + "/ledger")
        #expect(configuration.ledger.commitInterval == .seconds(1))
        #expect(configuration.ledger.commitBytes == 64 * 1_024 * 1_024)
        #expect(configuration.lateness == .seconds(300))
        #expect(configuration.dedupHorizon == .seconds(35 * 86_400))
        #expect(configuration.timeZone == "UTC")
        #expect(configuration.tenants == nil)
        #expect(configuration.schema.cloudEvents.bytes == BuiltInSchema.usageEvent)
        #expect(configuration.schema.byType.isEmpty)
        #expect(
            configuration.sources == [
                Source(
                    name: "gateway",
                    place: .files(FilePlace(directory: directory, include: ["logs/*.ndjson"], exclude: [])),
                    format: .cloudEvents)
            ])
        #expect(
            configuration.meters == [
                Meter(
                    name: "requests", eventType: "api.request", aggregation: .count,
                    window: .tumbling(size: 3_600_000_000_000))
            ])
    }

    @Test("Every part of the contract's example that this version has is read")
    func full() throws {
        let text = """
            ledger:
              path: /var/lib/usage
              commit: {interval: 500ms, bytes: 1MB}
            sources:
              - name: web
                files: {include: ["access.log"], exclude: ["*.tmp"]}
                format: combined
                event:
                  type: "http.request"
                  subject: {field: remote_host}
                  time: {field: time}
                  id: position
            schema: {cloudevents: event.json, by_type: {api.request: request.json}}
            tenants: {file: tenants.csv}
            dedup: {horizon: 2d, keep: 400d}
            time_zone: Europe/Berlin
            meters:
              - name: egress_bytes
                event_type: api.request
                aggregation: sum
                value: /data/bytes
                group_by: [/data/region, "/data/a~1b"]
                filter: {/data/status: [200, 2.01e2, "x", true, null], /data/class: hot}
                window: 15m
            lateness: 0s
            """
        let file = try ConfigurationFile(
            text,
            others: ["event.json": "{}", "request.json": "true", "tenants.csv": "subject,tenant\n"])
        let configuration = try file.load()
        #expect(configuration.ledger.path == "/var/lib/usage")
        #expect(configuration.ledger.commitInterval == .milliseconds(500))
        #expect(configuration.ledger.commitBytes == 1_000_000)
        #expect(
            configuration.sources.first?.format
                == .combined(
                    EventMapping(
                        type: .constant("http.request"), subject: .field("remote_host"), time: "time", id: .position)))
        guard case .files(let files) = configuration.sources.first?.place else {
            return #expect(Bool(false), "no files")
        }
        #expect(files.exclude == ["*.tmp"])
        #expect(configuration.schema.cloudEvents.bytes == Array("{}".utf8))
        #expect(configuration.schema.byType.map(\.type) == ["api.request"])
        #expect(configuration.schema.byType.map(\.file.line) == [13])
        #expect(configuration.tenants?.bytes == Array("subject,tenant\n".utf8))
        #expect(configuration.dedupHorizon == .seconds(2 * 86_400))
        #expect(configuration.timeZone == "Europe/Berlin")
        #expect(configuration.lateness == .zero)
        #expect(configuration.future == .seconds(366 * 86_400))
        let meter = try #require(configuration.meters.first)
        #expect(meter.value?.description == "/data/bytes")
        #expect(meter.groupBy.map(\.text) == ["/data/region", "/data/a~1b"])
        #expect(meter.window == .tumbling(size: 900_000_000_000))
        #expect(
            meter.filter == [
                .init(
                    field: try #require(JSONPointer("/data/status")),
                    anyOf: [
                        .number(Quantity(whole: 200)), .number(Quantity(whole: 201)), .string("x"), .bool(true), .null,
                    ]),
                .init(field: try #require(JSONPointer("/data/class")), anyOf: [.string("hot")]),
            ])
    }

    @Test("Every format is read with where its events' parts come from")
    func formats() throws {
        func format(_ lines: String) throws -> RecordFormat? {
            let source = "    " + lines.split(separator: "\n").joined(separator: "\n    ")
            let text = ConfigurationFile.smallest.replacing("meters:", with: source + "\nmeters:")
            return try ConfigurationFile(text).load().sources.first?.format
        }
        let constant = EventMapping(type: .constant("t"), subject: .constant("s"))
        var json = constant
        json.time = "/time"
        let event = "event: {type: t, subject: s}"
        #expect(try format("format: common\n" + event) == .common(constant))
        #expect(try format("format: json\n" + event) == .json(json))
        #expect(try format("format: logfmt\n" + event) == .logfmt(constant))
        #expect(try format("format: csv\n" + event) == .csv(CSVDialect(), constant))
        #expect(
            try format("format: csv\ncolumns: [time, a b]\ndelimiter: \"\\t\"\n" + event)
                == .csv(CSVDialect(delimiter: 9, columns: ["time", "a b"]), constant))
        #expect(
            try format(
                "format: json\nevent: {type: {field: /kind}, subject: {field: /user/id}, time: {field: /a~1b}, id: {field: /id}}"
            )
                == .json(
                    EventMapping(
                        type: .field("/kind"), subject: .field("/user/id"), time: "/a~1b", id: .field("/id"))))
        #expect(try format("format: logfmt\n" + event)?.name == "logfmt")
    }

    @Test("An anchor stands for its value")
    func aliases() throws {
        let text =
            ConfigurationFile.smallest.replacing("window: 1h", with: "window: &w 1h") + """
                  - {name: more, event_type: api.request, aggregation: count, window: *w}
                """
        #expect(
            try ConfigurationFile(text).load().meters.map(\.window)
                == Array(repeating: .tumbling(size: 3_600_000_000_000), count: 2))
    }

    @Test("The schemas in the program are the files of the repository")
    func builtIn() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Schemas")
        let configuration = try Data(contentsOf: folder.appendingPathComponent("odometer.schema.json"))
        let event = try Data(contentsOf: folder.appendingPathComponent("usage-event.schema.json"))
        #expect(BuiltInSchema.configuration == [UInt8](configuration))
        #expect(BuiltInSchema.usageEvent == [UInt8](event))
    }

    @Test("Buckets and streams are read with all their keys")
    func services() throws {
        let file = try ConfigurationFile(
            """
            sources:
              - name: archive
                s3:
                  bucket: usage
                  prefix: [b/, a/]
                  region: eu-west-1
                  endpoint: "http://127.0.0.1:9000/base"
                  path_style: true
                  profile: billing
                  requester_pays: true
                  poll: 5s
                  look_back: 2h
                  relist: 1d
              - name: stream
                kinesis: {stream: usage, start: at_timestamp, timestamp: "2026-11-01T00:00:00Z", aged_out: continue}
              - name: plain
                s3: {bucket: other}
            meters:
              - {name: requests, event_type: a, aggregation: count, window: 1h}
            """)
        let sources = try file.load().sources
        let service = ServicePlace(
            region: "eu-west-1", endpoint: try AWSEndpoint(url: "http://127.0.0.1:9000/base"), profile: "billing")
        #expect(
            sources[0].place
                == .s3(
                    S3Place(
                        bucket: "usage", prefixes: ["b/", "a/"], service: service, isPathStyle: true,
                        paysRequests: true, poll: .seconds(5), lookBack: .seconds(7_200), relist: .seconds(86_400))))
        let time = try #require(Timestamp("2026-11-01T00:00:00Z"))
        #expect(
            sources[1].place
                == .kinesis(
                    KinesisPlace(stream: "usage", service: ServicePlace(), start: .at(time), acceptsGaps: true)))
        #expect(sources[2].place == .s3(S3Place(bucket: "other", service: ServicePlace())))
    }
}
