import Glibc
import UsageModel

/// A directory of one test, removed with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/odometer-files-XXXXXX".utf8CString)
        path = unsafe String(cString: mkdtemp(&template))
    }

    deinit {
        remove(path)
    }

    private func remove(_ path: String) {
        for name in names(path) { remove(path + "/" + name) }
        if unsafe unlink(path) != 0 { unsafe rmdir(path) }
    }

    private func names(_ path: String) -> [String] {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            let stream = unsafe opendir(path)
        else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Writes a file anew, or at its end.
    func write(_ name: String, _ contents: [UInt8], flags: CInt = O_TRUNC) {
        let descriptor = unsafe open(path + "/" + name, O_WRONLY | O_CREAT | flags, 0o644)
        precondition(descriptor >= 0, "the file can be written")
        defer { close(descriptor) }
        var done = 0
        while done < contents.count {
            let count = unsafe contents.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
                return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            precondition(count > 0, "the file can be written")
            done += count
        }
    }

    func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }
    func append(_ name: String, _ text: String) { write(name, Array(text.utf8), flags: O_APPEND) }
    func append(_ name: String, _ bytes: [UInt8]) { write(name, bytes, flags: O_APPEND) }

    /// Makes a directory and those above it.
    func make(_ name: String) {
        var made = path
        for part in name.split(separator: "/") {
            made += "/" + part
            unsafe mkdir(made, 0o755)
        }
    }

    func rename(_ old: String, _ new: String) { unsafe Glibc.rename(path + "/" + old, path + "/" + new) }
    func delete(_ name: String) { unsafe unlink(path + "/" + name) }
    func link(_ old: String, _ new: String) { unsafe symlink(path + "/" + old, path + "/" + new) }
    func hardLink(_ old: String, _ new: String) { unsafe Glibc.link(path + "/" + old, path + "/" + new) }
}
