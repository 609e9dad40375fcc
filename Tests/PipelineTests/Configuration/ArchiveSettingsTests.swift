import Foundation
import Testing
import UsageModel

@testable import Pipeline

@Suite("The archive in the configuration")
struct ArchiveSettingsTests {
    private static let sources = """
        ledger: {path: ./data/ledger}
        sources:
          - name: gateway
            files: {include: ["logs/*.ndjson"]}
          - {name: stream, kinesis: {stream: usage}}
          - {name: other, kinesis: {stream: other}}
        meters:
          - {name: requests, event_type: a, aggregation: count, window: 1h}

        """

    private static func problem(_ archive: String) throws -> String? {
        try ConfigurationFile(sources + "archive: \(archive)\n").problem
    }

    @Test("Without a list the streams are kept, and for ever")
    func streams() throws {
        let file = try ConfigurationFile(Self.sources + "archive: {path: ./kept}\n")
        let archive = try #require(try file.load().archive)
        #expect(archive.place == .directory(file.directory.path + "/kept", keep: nil))
        #expect(archive.sources == ["stream", "other"])
        #expect(try ConfigurationFile(Self.sources).load().archive == nil)
    }

    @Test("The sources that are named are kept, for as long as is said")
    func named() throws {
        let file = try ConfigurationFile(
            Self.sources + "archive: {path: /kept, keep: 400d, sources: [gateway, stream]}\n")
        let archive = try #require(try file.load().archive)
        #expect(archive.place == .directory("/kept", keep: .seconds(400 * 86_400)))
        #expect(archive.sources == ["gateway", "stream"])
    }

    @Test("What cannot be is refused with its line and key")
    func refused() throws {
        let line = "odometer.yaml:9: archive"
        #expect(
            try Self.problem("{path: ./kept, sources: [gateway, steam]}")
                == "\(line).sources[1]: there is no source \"steam\"; the sources are gateway, stream, other")
        let inside = "\(line).path: the archive must not lie in the ledger's directory; give it one of its own"
        for path in ["data/ledger", "./data/ledger/", "data/ledger/kept", "data/../data/ledger/x/y"] {
            #expect(try Self.problem("{path: \(path)}") == inside)
        }
        for path in ["data", "data/ledger2", "data/kept"] { #expect(try Self.problem("{path: \(path)}") == nil) }
        #expect(try Self.problem("{path: ./kept, keep: 0d}") == "\(line).keep: must be longer than 0")
        #expect(try Self.problem("{keep: 1d}") == "\(line): the key \"path\" is missing")
        #expect(
            try Self.problem("{s3: {bucket: b}}")
                == nil)
        #expect(
            try ConfigurationFile(ConfigurationFile.smallest + "archive: {path: ./kept}\n").problem
                == "\(line): no source is a stream; name the sources whose records are to be kept in \"sources\"")
    }

    @Test("A bucket takes the place of a directory, and its own rules that of keep")
    func bucket() throws {
        let file = try ConfigurationFile(
            Self.sources
                + "archive: {s3: {bucket: b, prefix: kept/, region: eu-west-1, path_style: true}, sources: [gateway]}\n"
        )
        let archive = try #require(try file.load().archive)
        #expect(
            archive.place
                == .bucket(
                    S3Place(
                        bucket: "b", prefixes: ["kept/"], service: ServicePlace(region: "eu-west-1"), isPathStyle: true)
                ))
        #expect(archive.sources == ["gateway"])
        for other in ["path: ./kept", "keep: 5d"] {
            let problem = try #require(try Self.problem("{s3: {bucket: b}, \(other)}"))
            #expect(problem.hasPrefix("odometer.yaml:9: archive."))
        }
        #expect(try Self.problem("{}")?.contains("path") == true)
    }

    @Test("A bucket that a source reads is refused where the source would read what is put there")
    func ownSource() throws {
        func problem(_ source: String, _ archive: String) throws -> String? {
            let sources = Self.sources.replacing(
                "files: {include: [\"logs/*.ndjson\"]}", with: "s3: {bucket: b, prefix: \(source)}")
            return try ConfigurationFile(sources + "archive: {s3: {bucket: b, prefix: \(archive)}}\n").problem
        }
        #expect(try problem("logs/", "kept/") == nil)
        let message =
            "odometer.yaml:9: archive.s3: source gateway reads what would be put there; give the archive another prefix"
        for (source, archive) in [("logs/", "logs/kept/"), ("logs/a", "logs/"), ("logs/", "logs/"), ("logs/", "\"\"")] {
            #expect(try problem(source, archive) == message)
        }
    }

    @Test("A link into the ledger's directory does not get around that")
    func link() throws {
        let file = try ConfigurationFile(Self.sources + "archive: {path: ./link/kept}\n")
        let files = FileManager.default
        try files.createDirectory(
            at: file.directory.appending(path: "data/ledger"), withIntermediateDirectories: true)
        try files.createSymbolicLink(
            at: file.directory.appending(path: "link"),
            withDestinationURL: file.directory.appending(path: "data/ledger"))
        #expect(file.problem?.contains("must not lie in the ledger's directory") == true)
    }
}
