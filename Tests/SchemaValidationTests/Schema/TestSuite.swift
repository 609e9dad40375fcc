import Foundation

/// The JSON Schema test suite as it lies beside the tests.
struct TestSuite {
    struct Case {
        var file: String
        var group: String
        var name: String
        /// The schema's and the instance's JSON text.
        var schema: [UInt8]
        var instance: [UInt8]
        var isValid: Bool
    }

    static let directory = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("JSONSchemaTestSuite")

    /// Files of a folder and the folders in it, by their paths from the folder.
    static func files(in folder: String) throws -> [(path: String, text: [UInt8])] {
        let root = directory.appendingPathComponent(folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".json") }
        return try paths.sorted().map { ($0, [UInt8](try Data(contentsOf: root.appendingPathComponent($0)))) }
    }

    /// What the schemas of the suite refer to.
    static func documents() throws -> [(uri: String, text: [UInt8])] {
        let remotes = try files(in: "remotes").map { ("http://localhost:1234/\($0.path)", $0.text) }
        let metaschema = try files(in: "metaschema").map { file in
            let name = file.path.dropLast(".json".count)
            let folder = name == "schema" ? "" : "meta/"
            return ("https://json-schema.org/draft/2020-12/\(folder)\(name)", file.text)
        }
        return remotes + metaschema
    }
}
