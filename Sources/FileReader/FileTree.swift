import Glibc
import UsageModel

/// Finds the files that patterns name.
struct FileTree {
    /// A file as it was found: by its first name in byte order.
    struct Entry: Sendable {
        var path: ByteString
        var status: FileStatus
    }

    var include: [GlobPattern]
    var exclude: [GlobPattern]
    /// Is told of the directories in which files are looked for.
    var watch: DirectoryWatch?
    /// The directories and files that could not be looked at.
    private(set) var failures: [FileError] = []
    private var found: Set<ByteString> = []

    init(include: [GlobPattern], exclude: [GlobPattern]) {
        self.include = include
        self.exclude = exclude
    }

    /// All regular files that an include pattern names and no exclude pattern, each once, in byte order.
    ///
    /// Symbolic links are followed, except to directories under `**`, where they could lead in circles.
    mutating func entries() -> [Entry] {
        found = []
        failures = []
        for pattern in include { expand([], pattern.components[...]) }
        var entries: [Entry] = []
        var seen: Set<FileIdentity> = []
        for path in found.sorted() where !exclude.contains(where: { $0.matches(path) }) {
            do throws(FileError) {
                let status = try FileStatus.of(path)
                if status.kind == .regular, seen.insert(status.identity).inserted {
                    entries.append(Entry(path: path, status: status))
                }
            } catch {
                note(error)
            }
        }
        return entries
    }

    /// Whether a file at this path is one of these.
    func includes(_ path: ByteString) -> Bool {
        include.contains { $0.matches(path) } && !exclude.contains { $0.matches(path) }
    }

    /// A path that is not there, or not any more, is no failure: files come and go.
    private mutating func note(_ error: FileError) {
        if error.code != ENOENT && error.code != ENOTDIR { failures.append(error) }
    }

    private mutating func expand(_ directory: [UInt8], _ components: ArraySlice<GlobPattern.Component>) {
        guard let first = components.first else {
            if !directory.isEmpty { found.insert(ByteString(directory)) }
            return
        }
        let rest = components.dropFirst()
        switch first {
        case .literal(let name):
            if rest.isEmpty { watch?.add(ByteString(directory.isEmpty ? [0x2F] : directory)) }
            expand(directory + [0x2F] + name, rest)
        case .pattern:
            for name in names(directory) where GlobPattern.matches(first, name: name.bytes) {
                let path = directory + [0x2F] + name.bytes
                if rest.isEmpty {
                    if name.kind != DT_DIR { found.insert(ByteString(path)) }
                } else if name.kind != DT_REG {
                    expand(path, rest)
                }
            }
        case .anyDirectories:
            expand(directory, rest)
            for name in names(directory) where isDirectory(name, in: directory) {
                expand(directory + [0x2F] + name.bytes, components)
            }
        }
    }

    private struct Name {
        var bytes: [UInt8]
        var kind: Int
    }

    /// Whether it is a directory and not a link to one.
    private func isDirectory(_ name: Name, in directory: [UInt8]) -> Bool {
        if name.kind != DT_UNKNOWN { return name.kind == DT_DIR }
        var status = stat()
        let path = ByteString(directory + [0x2F] + name.bytes)
        return unsafe lstat(path.cPath, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private mutating func names(_ directory: [UInt8]) -> [Name] {
        let path = ByteString(directory.isEmpty ? [0x2F] : directory)
        // Before it is read, so that what comes after is told of.
        watch?.add(path)
        guard let stream = unsafe opendir(path.cPath) else {
            note(FileError(operation: "list", path: path, code: errno))
            return []
        }
        defer { unsafe closedir(stream) }
        var names: [Name] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let kind = unsafe Int(entry.pointee.d_type)
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            if bytes != [0x2E] && bytes != [0x2E, 0x2E] { names.append(Name(bytes: bytes, kind: kind)) }
        }
        if errno != 0 { note(FileError(operation: "list", path: path, code: errno)) }
        return names
    }
}
