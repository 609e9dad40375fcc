import ArgumentParser
import Foundation
import Pipeline

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Writes a starter configuration, schemas, tenants and sample events.",
        discussion: "Nothing that is there is written over.")

    @Argument(help: "The directory; made if missing.")
    var directory: String

    func run() throws {
        let root = URL(fileURLWithPath: directory, isDirectory: true)
        let files = Starter.files.map { (name: $0.name, url: root.appendingPathComponent($0.name), bytes: $0.bytes) }
        let present = files.filter { FileManager.default.fileExists(atPath: $0.url.path) }.map(\.name)
        if !present.isEmpty {
            throw CallerMistake("\(directory) has \(present.joined(separator: ", ")) already; nothing was written")
        }
        for file in files {
            do {
                try FileManager.default.createDirectory(
                    at: file.url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.bytes).write(to: file.url, options: .withoutOverwriting)
            } catch {
                throw CallerMistake("\(file.url.path) cannot be written: \(error.localizedDescription)")
            }
        }
        var output = StandardOutput()
        for file in files { try output.line("wrote \(directory)/\(file.name)") }
        try output.line("next: cd \(directory) && odometer run --until-idle && odometer usage --meter requests")
        try output.flush()
    }
}
