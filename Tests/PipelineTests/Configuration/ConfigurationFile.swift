import Foundation

@testable import Pipeline

/// A configuration in a directory of its own, which goes with it.
final class ConfigurationFile {
    let directory: URL

    init(_ text: String, others: [String: String] = [:]) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (name, content) in others.merging(["odometer.yaml": text], uniquingKeysWith: { $1 }) {
            try Data(content.utf8).write(to: directory.appendingPathComponent(name))
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func load() throws(ConfigurationError) -> Configuration {
        try Configuration.load(path: directory.appendingPathComponent("odometer.yaml").path)
    }

    /// What is wrong with it, without the directory; `nil` when nothing is.
    var problem: String? {
        do throws(ConfigurationError) {
            _ = try load()
            return nil
        } catch {
            return error.description.replacingOccurrences(of: directory.path + "/", with: "")
        }
    }

    /// One source and one meter, on lines 1 to 8; what is added begins on line 9.
    static let smallest = """
        sources:
          - name: gateway
            files: {include: ["logs/*.ndjson"]}
        meters:
          - name: requests
            event_type: api.request
            aggregation: count
            window: 1h

        """
}
