import Foundation
import Testing

/// A file system in memory that is soon full. It goes when it is freed.
final class SmallFileSystem {
    /// Whether this user may mount: tried once.
    static let isPossible: Bool = {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: directory) }
        return (try? SmallFileSystem(at: directory, kibibytes: 64)) != nil
    }()

    private let directory: URL
    private var mounts: [URL] = []

    init(at directory: URL, kibibytes: Int) throws {
        self.directory = directory
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try mount(["-t", "tmpfs", "-o", "size=\(kibibytes)k", "odometer-test", directory.path])
        mounts.append(directory)
    }

    deinit {
        for mounted in mounts.reversed() { try? run("umount", ["-l", mounted.path]) }
    }

    func grow(toKibibytes size: Int) throws {
        try mount(["-o", "remount,size=\(size)k", directory.path])
    }

    /// Shows a directory of another file system at a place in this one.
    func show(_ other: URL, at name: String) throws {
        let place = directory.appendingPathComponent(name)
        for directory in [other, place] {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        }
        try mount(["--bind", other.path, place.path])
        mounts.append(place)
    }

    private func mount(_ arguments: [String]) throws {
        try run("mount", arguments)
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let result = try ChildProcess(
            Programs.environment, [program] + arguments, in: URL(fileURLWithPath: "/")
        ).result()
        struct Refused: Error { var words: String }
        guard result.status == .exit(0) else { throw Refused(words: result.errors) }
    }
}
