import Compression
import Glibc
import SourceConformance
import UsageModel

/// A program that writes a log, and a rotation that renames, copies, compresses and deletes it, on real files; with every line
/// that a reader has to give out once.
struct RotatingLog {
    let directory: TemporaryDirectory
    private(set) var expected: [String] = []
    private var random: RandomContents
    /// The file that the program has open: `app.log`, or where that was renamed to.
    private var target = "app.log"
    /// The file while the program goes on in it under its new name: what has no line end there is no line while it is open.
    private var behind: OpenLog?
    /// The two parts of a line of which the first is written.
    private var part: (written: [UInt8], rest: [UInt8])?
    /// Rotated files by number, the newest first, with what stands behind the number.
    private var suffixes: [String] = []
    private var count = 0
    /// Whether the log is never rotated but by copying and cutting, as logrotate does one or the other. Then something may be
    /// written and read between the two: that a copy is shorter than what was read is known while the cut file is there.
    private let isOnlyCut: Bool

    init(_ directory: TemporaryDirectory, seed: UInt64) {
        self.directory = directory
        random = RandomContents(seed: seed)
        isOnlyCut = random.next(3) == 0
    }

    private var hasTarget: Bool { directory.size(target) != nil }

    private mutating func line() -> String {
        count += 1
        let length = random.next(12) == 0 ? 200 + random.next(1_500) : random.next(50)
        let letters = (0..<length).map { _ in UInt8(97 + random.next(26)) }
        return "\(count):" + String(decoding: letters, as: UTF8.self)
    }

    mutating func write() {
        completeLine()
        for _ in 0...random.next(6) {
            let line = line()
            append(Array((line + "\n").utf8))
            expected.append(line)
        }
    }

    mutating func writePart() {
        if part != nil { return }
        let line = Array(line().utf8)
        // With its number, or it could be the beginning of another log that is still there, and is taken for a copy of it.
        let least = String(count).utf8.count + 1
        let count = least + random.next(line.count + 1 - least)
        append(Array(line.prefix(count)))
        part = (Array(line.prefix(count)), Array(line.dropFirst(count)))
    }

    mutating func completeLine() {
        guard let part else { return }
        append(part.rest + [0x0A])
        expected.append(String(decoding: part.written + part.rest, as: UTF8.self))
        self.part = nil
    }

    private func append(_ bytes: [UInt8]) {
        if let behind { behind.append(bytes) } else { directory.append(target, bytes) }
    }

    /// Goes on in `app.log`. An unfinished line in the renamed file stays what it is: a line, as nobody writes there any more.
    mutating func reopen() {
        if behind != nil, random.next(2) == 0, let part {
            expected.append(String(decoding: part.written, as: UTF8.self))
            self.part = nil
        }
        completeLine()
        behind = nil
        target = "app.log"
    }

    /// Ends the program, and renames the rotated files once more: one that was met under such a name is known to be closed
    /// when it leaves it.
    mutating func finish() {
        reopen()
        shift()
    }

    /// The next rotation by renaming. The program may go on in the renamed file until it opens its log again.
    mutating func rename() {
        reopen()
        if !hasTarget || isOnlyCut { return }
        shift()
        if random.next(2) == 0 {
            behind = OpenLog(directory, "app.log")
            target = "app.log.1"
            if random.next(2) == 0 { writePart() }
        }
        directory.rename("app.log", "app.log.1")
    }

    /// Copies the log and cuts it. What comes between the two is read before it is gone, and is not in the copy.
    /// - Parameter settle: reads all there is.
    mutating func copyAndCut(_ look: () async -> Void, settle: () async -> Void) async {
        reopen()
        guard hasTarget else { return }
        shift()
        let contents = directory.contents("app.log")
        let half = random.next(contents.count + 1)
        directory.write("app.log.1", Array(contents[..<half]))
        await look()
        directory.append("app.log.1", Array(contents[half...]))
        await look()
        // After a restart a shorter copy is known by its first 1,024 bytes.
        if isOnlyCut, contents.count >= 1_024, random.next(2) == 0 {
            write()
            await settle()
        }
        directory.write("app.log", "")
    }

    mutating func compress(_ look: () async -> Void) async {
        let plain = suffixes.indices.filter { suffixes[$0].isEmpty && "app.log.\($0 + 1)" != target }
        if plain.isEmpty { return }
        let index = plain[random.next(plain.count)]
        let name = "app.log.\(index + 1)"
        let kind = CompressionKind.allCases[random.next(CompressionKind.allCases.count)]
        let bytes = Compressed.bytes(directory.contents(name), kind)
        let half = random.next(bytes.count + 1)
        directory.write(name + ".z", Array(bytes[..<half]))
        await look()
        directory.append(name + ".z", Array(bytes[half...]))
        await look()
        directory.delete(name)
        suffixes[index] = ".z"
    }

    /// Deletes the oldest file, which everything must have been read of: not one whose last line has no end, as that may wait.
    mutating func deleteOldest() {
        guard let last = suffixes.last, "app.log.\(suffixes.count)" != target else { return }
        let name = "app.log.\(suffixes.count)" + last
        if last.isEmpty, directory.contents(name).last ?? 0x0A != 0x0A { return }
        directory.delete(name)
        suffixes.removeLast()
    }

    /// Deletes the log; the program makes another one with its next line.
    mutating func delete() {
        reopen()
        if isOnlyCut { return }
        directory.delete("app.log")
    }

    /// Moves every rotated file on by one number.
    private mutating func shift() {
        for index in suffixes.indices.reversed() {
            directory.rename("app.log.\(index + 1)" + suffixes[index], "app.log.\(index + 2)" + suffixes[index])
        }
        suffixes.insert("", at: 0)
    }
}

extension TemporaryDirectory {
    func size(_ name: String) -> Int? {
        var status = stat()
        return unsafe stat(path + "/" + name, &status) == 0 ? Int(status.st_size) : nil
    }

    func contents(_ name: String) -> [UInt8] {
        let descriptor = unsafe open(path + "/" + name, O_RDONLY)
        precondition(descriptor >= 0, "the file is there")
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: size(name) ?? 0)
        let got = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        precondition(got == bytes.count, "the file can be read")
        return bytes
    }
}
