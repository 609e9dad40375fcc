import Foundation
import UsageModel

extension Configuration {
    /// Reads and checks a configuration file and the files that it names. O(size of the files).
    /// - Throws: what is wrong, in one line, with the file's line and the key.
    public static func load(path: String) throws(ConfigurationError) -> Configuration {
        if path.isEmpty { throw ConfigurationError(file: "configuration", message: "its file's name is empty") }
        let text = try read(path, named: path)
        guard let string = String(validating: text, as: UTF8.self) else {
            throw ConfigurationError(file: path, message: "is not UTF-8")
        }
        let root = try ConfigurationNode(yaml: string, file: path)
        let cursor = ConfigurationCursor(root: root, file: path)
        try checkStructure(of: cursor)
        let url = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
        return try Configuration(cursor, NamedFiles(directory: url.path), text: text)
    }

    /// A path of the configuration, from its directory on.
    static func resolve(_ path: String, in directory: String) -> String {
        URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: directory, isDirectory: true))
            .standardizedFileURL.path
    }

    private static func isDirectory(_ path: String) -> Bool {
        var answer: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &answer) && answer.boolValue
    }

    /// Reads a whole file, with the system's own words where it cannot be read.
    static func read(_ path: String, named name: String, line: Int? = nil) throws(ConfigurationError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            let words =
                switch (error as? CocoaError)?.code {
                case .fileReadNoSuchFile: "there is no such file"
                case .fileReadNoPermission: "it may not be read by this user"
                case _ where isDirectory(path): "it is a directory, not a file"
                default: error.localizedDescription
                }
            throw ConfigurationError(file: name, line: line, message: words)
        }
    }
}
