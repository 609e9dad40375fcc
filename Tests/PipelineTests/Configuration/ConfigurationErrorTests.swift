import Testing

@testable import Pipeline

@Suite("Errors of the configuration")
struct ConfigurationErrorTests {
    /// A configuration that cannot be used, and the one line that says why.
    struct BadFile: CustomTestStringConvertible {
        var text: String
        var message: String

        var testDescription: String { message }

        init(_ text: String, _ message: String) {
            self.text = text
            self.message = "odometer.yaml" + message
        }

        /// The smallest configuration with one part of it replaced.
        init(replacing old: String, with new: String, _ message: String) {
            self.init(ConfigurationFile.smallest.replacing(old, with: new), message)
        }

        /// The smallest configuration with more lines, the first of which is line 9.
        init(adding lines: String, _ message: String) {
            self.init(ConfigurationFile.smallest + lines, message)
        }
    }

    static let syntax = [
        BadFile("", ": the file is empty"),
        BadFile("# nothing\n", ": the file is empty"),
        BadFile("sources: [\n", ":2:1: not YAML: while parsing a flow node: did not find expected node content"),
        BadFile(
            "a:\n\t- b\n",
            ":2:1: not YAML: while scanning for the next token: found character that cannot start any token"),
        BadFile("a: b: c\n", ":1:5: not YAML: mapping values are not allowed in this context"),
        BadFile("a: 1\nb: 2\na: 3\n", ":1: the key \"a\" is given more than once"),
        BadFile("a: *b\n", ":1:4: not YAML: found undefined alias"),
        BadFile("a: &a [*a]\n", ":1:8: not YAML: found undefined alias"),
        BadFile("a: !money 3\n", ":1: the tag !money has no meaning here"),
        BadFile("? [a, b]\n: c\n", ":1: a key must be a string"),
        BadFile(
            "a: 1\n---\nb: 2\n", ":2:1: not YAML: expected a single document in the stream: but found another document"),
    ]

    static let structure = [
        BadFile(
            replacing: "aggregation", with: "agregation",
            ":7: meters[0].agregation: unknown key \"agregation\"; is \"aggregation\" meant?"),
        BadFile(
            "ledger:\n  path: ./ledger\nmetres: []\nsources: []\nmeters: []\n",
            ":3: metres: unknown key \"metres\"; is \"meters\" meant?"),
        BadFile(adding: "ledger: {comit: {}}\n", ":9: ledger.comit: unknown key \"comit\"; is \"commit\" meant?"),
        BadFile(
            replacing: "meters:", with: "    event: {type: a, subject: {field: time, path: x}}\nmeters:",
            ":4: sources[0].event.subject.path: unknown key \"path\"; allowed: field"),
        BadFile("- a\n", ":1: must be an object, is an array"),
        BadFile("sources: []\nmeters: []\n", ":1: sources: must have at least 1 items, has 0"),
        BadFile("sources:\n- name: a\n  files: {include: [x]}\n", ":1: the key \"meters\" is missing"),
        BadFile(
            replacing: "name: requests", with: "name: my requests",
            ":5: meters[0].name: must match ^[A-Za-z0-9_.-]+$, is \"my requests\""),
        BadFile(
            replacing: "event_type: api.request", with: "event_type: 5",
            ":6: meters[0].event_type: must be a string, is 5"),
        BadFile(
            replacing: "aggregation: count", with: "aggregation: sum", ":5: meters[0]: the key \"value\" is missing"),
        BadFile(
            replacing: "aggregation: count", with: "aggregation: total",
            ":7: meters[0].aggregation: must be one of \"count\", \"sum\", \"min\", \"max\", \"avg\", \"unique\", \"latest\", \"increase\", \"time_weighted\", is \"total\""
        ),
        BadFile(
            replacing: "files: {include: [\"logs/*.ndjson\"]}", with: "format: cloudevents",
            ":2: sources[0]: the key \"files\" is missing"),
        BadFile(
            replacing: "include: [\"logs/*.ndjson\"]", with: "include: []",
            ":3: sources[0].files.include: must have at least 1 items, has 0"),
        BadFile(adding: "tenants:\n", ":9: tenants: must be an object, is null"),
        BadFile(adding: "schema: {cloudevents: [a]}\n", ":9: schema.cloudevents: must be a string, is an array"),
        BadFile(
            replacing: "1h", with: "{every: 1h}",
            ":8: meters[0].window.every: unknown key \"every\"; allowed: hop, session, size"),
        BadFile(
            replacing: "1h", with: "1h\n    filter: {/data/x: [[1]]}",
            ":9: meters[0].filter./data/x[0]: must be null or true or false or a number or a string, is an array"),
    ]

    /// Keys that belong to CSV.
    static let columns = [
        BadFile(
            replacing: "meters:", with: "    columns: [a]\nmeters:", ":4: sources[0].columns: is not allowed"),
        BadFile(
            replacing: "meters:",
            with: "    format: json\n    delimiter: \",\"\n    event: {type: a, subject: b}\nmeters:",
            ":5: sources[0].delimiter: is not allowed"),
        BadFile(
            replacing: "meters:", with: "    format: csv\n    columns: []\n    event: {type: a, subject: b}\nmeters:",
            ":5: sources[0].columns: must have at least 1 items, has 0"),
        BadFile(
            replacing: "meters:", with: "    format: csv\n    columns: [time, a, a]\nmeters:",
            ":5: sources[0].columns: has \"a\" more than once"),
        BadFile(
            replacing: "meters:", with: "    format: csv\n    columns: [time, \"\"]\nmeters:",
            ":5: sources[0].columns[1]: must not be empty"),
        BadFile(
            replacing: "meters:", with: "    format: csv\n    columns: time\nmeters:",
            ":5: sources[0].columns: must be an array, is \"time\""),
        BadFile(
            replacing: "meters:", with: "    format: csv\n    delimiter: \"||\"\nmeters:",
            ":5: sources[0].delimiter: must match ^[\\t !#-~]$, is \"||\""),
        BadFile(
            replacing: "meters:", with: "    format: csv\n    delimiter: '\"'\nmeters:",
            ":5: sources[0].delimiter: must match ^[\\t !#-~]$, is \"\\\"\""),
    ]

    static let meaning = [
        BadFile(
            replacing: "logs/*.ndjson", with: "logs/[a",
            ":3: sources[0].files: the pattern \"logs/[a\" has a [ without its ]"),
        BadFile(
            adding: "time_zone: Mars/Olympus\n",
            ":9: time_zone: \"Mars/Olympus\" is not a known time zone; write it like Europe/Berlin"),
        BadFile(
            adding: "lateness: 5 minutes\n",
            ":9: lateness: \"5 minutes\" is not a duration; write it like 500ms, 1s, 5m, 1h or 35d"),
        BadFile(
            adding: "dedup:\n  keep: ever\n",
            ":10: dedup.keep: \"ever\" is not a duration; write it like 500ms, 1s, 5m, 1h or 35d"),
        BadFile(
            adding: "ledger:\n  commit: {bytes: 64Mb}\n",
            ":10: ledger.commit.bytes: \"64Mb\" is not a size; write it like 512KiB, 64MiB or 1MB"),
        BadFile(
            adding: "tenants: {file: nowhere.csv}\n",
            ":9: tenants.file: nowhere.csv: there is no such file"),
        BadFile(
            adding: "schema:\n  by_type:\n    x: no.json\n",
            ":11: schema.by_type.x: no.json: there is no such file"),
        BadFile(replacing: "1h", with: "7m", ":8: meters[0].window: \"7m\" does not divide a day"),
        BadFile(replacing: "1h", with: "30s", ":8: meters[0].window: a window is 1m to 1d, not \"30s\""),
        BadFile(replacing: "1h", with: "2d", ":8: meters[0].window: a window is 1m to 1d, not \"2d\""),
        BadFile(
            replacing: "1h", with: "{session: 8d}", ":8: meters[0].window.session: the gap between sessions is 1s to 7d"
        ),
        BadFile(
            replacing: "1h", with: "{session: 30m, hop: 1m}",
            ":8: meters[0].window.hop: a session has no hop and no size"),
        BadFile(
            replacing: "1h", with: "{hop: 5m, size: 12m}",
            ":8: meters[0].window.size: the size is a multiple of the hop"),
        BadFile(
            replacing: "1h", with: "{hop: 7m, size: 14m}", ":8: meters[0].window.hop: \"7m\" does not divide a day"),
        BadFile(replacing: "1h", with: "{hop: 5m}", ":8: meters[0].window: the key \"size\" is missing"),
        BadFile(
            replacing: "aggregation: count", with: "value: /data/x / 0\n    aggregation: sum",
            ":7: meters[0].value: \"/data/x / 0\": only a positive constant divides, before the one at character 12"),
        BadFile(
            replacing: "aggregation: count", with: "value: /data/x * 2\n    aggregation: unique",
            ":7: meters[0].value: unique counts the different values of one field; write a JSON Pointer such as /data/user"
        ),
        BadFile(
            replacing: "1h", with: "1h\n    hold: 5m", ":9: meters[0].hold: only time_weighted has values that hold"),
        BadFile(
            replacing: "1h", with: "1h\n    key: [/data/x]",
            ":9: meters[0].key: only increase, time_weighted and sessions have a key; use group_by"),
        BadFile(replacing: "1h", with: "1h\n    value: /data/x", ":9: meters[0].value: a count takes no value"),
        BadFile(
            replacing: "1h", with: "1h\n    group_by: [region]",
            ":9: meters[0].group_by[0]: \"region\" is not a JSON Pointer; write it like /data/region"),
        BadFile(
            replacing: "1h", with: "1h\n    group_by:\n      - /data/a\n      - /data/~2",
            ":11: meters[0].group_by[1]: \"/data/~2\" is not a JSON Pointer; write it like /data/region"),
        BadFile(
            replacing: "1h", with: "1h\n    filter: {status: 200}",
            ":9: meters[0].filter.status: \"status\" is not a JSON Pointer; write it like /data/status"),
        BadFile(
            replacing: "1h", with: "1h\n    filter:\n      /a: [1, 0.0000000000001]",
            ":10: meters[0].filter./a[1]: 0.0000000000001 is out of range or has more than 12 decimals"),
        BadFile(
            adding: "  - {name: requests, event_type: b, aggregation: count, window: 1h}\n",
            ":9: meters[1].name: another meter is named \"requests\""),
        BadFile(
            replacing: "meters:", with: "  - name: gateway\n    files: {include: [a]}\nmeters:",
            ":4: sources[1].name: another source is named \"gateway\""),
        BadFile(
            replacing: "files: {include: [\"logs/*.ndjson\"]}", with: "s3: {bucket: b, prefix: [a/, b/, a/c]}",
            ":3: sources[0].s3.prefix[2]: \"a/c\" and \"a/\" have keys in common"),
        BadFile(
            replacing: "files: {include: [\"logs/*.ndjson\"]}", with: "s3: {bucket: b, endpoint: \"ftp://x\"}",
            ":3: sources[0].s3.endpoint: the endpoint ftp://x has no http or https at its beginning; write https://host or http://host:port"
        ),
        BadFile(
            replacing: "files: {include: [\"logs/*.ndjson\"]}", with: "s3: {bucket: b, path_style: maybe}",
            ":3: sources[0].s3.path_style: must be true or false, is \"maybe\""),
        BadFile(
            replacing: "files: {include: [\"logs/*.ndjson\"]}", with: "kinesis: {stream: s, start: at_timestamp}",
            ":3: sources[0].kinesis: the key \"timestamp\" is missing"),
        BadFile(
            replacing: "files: {include: [\"logs/*.ndjson\"]}",
            with: "kinesis: {stream: s, timestamp: \"2026-11-01T00:00:00Z\"}",
            ":3: sources[0].kinesis.timestamp: it goes with start: at_timestamp only"),
        BadFile(
            replacing: "files: {include: [\"logs/*.ndjson\"]}",
            with: "kinesis: {stream: s}\n    format: csv\n    event: {type: a, subject: {field: b}}",
            ":3: sources[0].kinesis: the records of a stream have no header; name the columns of its CSV in columns"),
        BadFile(
            replacing: "meters:", with: "    event: {type: a, subject: b}\n    format: cloudevents\nmeters:",
            ":4: sources[0].event: a source of format cloudevents has its events already"),
        BadFile(
            replacing: "meters:", with: "    format: combined\nmeters:",
            ":2: sources[0]: the key \"event\" is missing, which every format but cloudevents needs"),
        BadFile(
            replacing: "meters:", with: "    format: combined\n    event: {type: a, subject: {field: host}}\nmeters:",
            ":5: sources[0].event.subject: the format combined has no field \"host\"; it has remote_host, ident, user, time, method, path, protocol, status, bytes, referer, user_agent"
        ),
        BadFile(
            replacing: "meters:", with: "    format: common\n    event: {type: a, subject: {field: referer}}\nmeters:",
            ":5: sources[0].event.subject: the format common has no field \"referer\"; it has remote_host, ident, user, time, method, path, protocol, status, bytes"
        ),
        BadFile(
            replacing: "meters:",
            with: "    format: json\n    event:\n      type: a\n      subject: {field: user}\nmeters:",
            ":7: sources[0].event.subject: \"user\" is not a JSON Pointer; write it like /user/id"),
        BadFile(
            replacing: "meters:",
            with: "    format: json\n    event: {type: a, subject: b, time: {field: time}}\nmeters:",
            ":5: sources[0].event.time: \"time\" is not a JSON Pointer; write it like /user/id"),
        BadFile(
            replacing: "meters:", with: "    format: logfmt\nmeters:",
            ":2: sources[0]: the key \"event\" is missing, which every format but cloudevents needs"),
        BadFile(
            replacing: "meters:",
            with: "    format: csv\n    columns: [time, x]\n    event: {type: a, subject: {field: tenant}}\nmeters:",
            ":6: sources[0].event.subject: there is no column \"tenant\"; the columns are time, x"),
        BadFile(
            replacing: "meters:", with: "    format: csv\n    columns: [x]\n    event: {type: a, subject: b}\nmeters:",
            ":6: sources[0].event: the key \"time\" is missing: there is no column \"time\"; the columns are x"),
        BadFile(
            replacing: "meters:", with: "    format: combined\n    event: {type: a, subject: b, id: place}\nmeters:",
            ":5: sources[0].event.id: must be position or {field: …}, is \"place\""),
    ]

    @Test("Text that is not YAML is refused with its place", arguments: syntax)
    func notYAML(_ file: BadFile) throws {
        #expect(try ConfigurationFile(file.text).problem == file.message)
    }

    @Test("What the schema does not allow is refused with its line and key", arguments: structure)
    func wrongStructure(_ file: BadFile) throws {
        #expect(try ConfigurationFile(file.text).problem == file.message)
    }

    @Test("Columns and delimiters are refused where they are none of CSV's", arguments: columns)
    func wrongColumns(_ file: BadFile) throws {
        #expect(try ConfigurationFile(file.text).problem == file.message)
    }

    @Test("What has no meaning is refused with its line and key", arguments: meaning)
    func noMeaning(_ file: BadFile) throws {
        #expect(try ConfigurationFile(file.text).problem == file.message)
    }

    @Test("A schema or a tenant table that cannot be used is named with its line")
    func referredFiles() throws {
        let file = try ConfigurationFile(
            ConfigurationFile.smallest + "schema: {cloudevents: event.json}\ntenants: {file: tenants.csv}\n",
            others: ["event.json": "{\n  \"type\": 5\n}\n", "tenants.csv": "subject,tenant\na,b,c\n"])
        let configuration = try file.load()
        let schema = try #require(throws: ConfigurationError.self) { try configuration.schemaSet() }
        #expect(schema.file == "event.json" && schema.line == 2)
        let table = try #require(throws: ConfigurationError.self) { try configuration.tenantTable() }
        #expect(table.file == "tenants.csv" && table.line == 2)
    }

    @Test("A file that is not there is named")
    func missing() {
        #expect(
            throws: ConfigurationError(file: "/nowhere/o.yaml", message: "there is no such file")
        ) {
            try Configuration.load(path: "/nowhere/o.yaml")
        }
    }

    @Test("A directory is not a configuration, and neither is nothing")
    func notAFile() {
        #expect(throws: ConfigurationError(file: "/usr", message: "it is a directory, not a file")) {
            try Configuration.load(path: "/usr")
        }
        #expect(throws: ConfigurationError(file: "configuration", message: "its file's name is empty")) {
            try Configuration.load(path: "")
        }
    }

    @Test("Aliases of aliases do not fill the memory")
    func manyAliases() throws {
        let lines = (1...12).map {
            "l\($0): &l\($0) [\(Array(repeating: "*l\($0 - 1)", count: 9).joined(separator: ", "))]"
        }
        let problem = try ConfigurationFile("l0: &l0 [x]\n" + lines.joined(separator: "\n")).problem
        #expect(problem?.hasSuffix("the aliases make too many values") == true)
    }
}
