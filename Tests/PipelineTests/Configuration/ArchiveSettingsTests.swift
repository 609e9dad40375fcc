import Foundation
import Testing

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
        #expect(archive.path == file.directory.path + "/kept")
        #expect(archive.keep == nil)
        #expect(archive.sources == ["stream", "other"])
        #expect(try ConfigurationFile(Self.sources).load().archive == nil)
    }

    @Test("The sources that are named are kept, for as long as is said")
    func named() throws {
        let file = try ConfigurationFile(
            Self.sources + "archive: {path: /kept, keep: 400d, sources: [gateway, stream]}\n")
        let archive = try #require(try file.load().archive)
        #expect(archive.keep == .seconds(400 * 86_400))
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
                == "\(line).s3: unknown key \"s3\"; allowed: keep, path, sources")
        #expect(
            try ConfigurationFile(ConfigurationFile.smallest + "archive: {path: ./kept}\n").problem
                == "\(line): no source is a stream; name the sources whose records are to be kept in \"sources\"")
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
