import FoundationEssentials
import Testing

@testable import AWSClient

/// A request of AWS's own test suite with its published signature; see `Vectors/README.md`.
struct SignedVector: CustomTestStringConvertible {
    let name: String
    /// As it was before it was signed, with the path as the suite has it.
    var request: HTTPRequest
    var authorization = ""
    var sessionToken: String?

    var testDescription: String { name }
    var isNormalized: Bool { !name.hasSuffix("-unnormalized") }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors")

    static let all: [SignedVector] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted().compactMap(SignedVector.init)
    }()

    private init?(file: String) {
        guard let data = FileManager.default.contents(atPath: SignedVector.folder.appending(path: file).path()) else {
            return nil
        }
        name = String(file.dropLast(4))
        let text = String(decoding: data, as: UTF8.self)
        let halves = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        // A line that begins with blanks is one more value of the header before: that is how the suite counts folded ones.
        var lines: [Substring] = []
        for line in halves[0].split(separator: "\n") {
            let name = line.first == " " ? lines.last?.prefix { $0 != ":" } ?? "" : ""
            lines.append(name.isEmpty ? line : name + ":" + line)
        }
        let words = lines[0].split(separator: " ")
        let target = lines[0].dropFirst(words[0].count + 1).dropLast(" HTTP/1.1".count)
        let parts = target.split(separator: "?", maxSplits: 1)
        request = HTTPRequest(method: String(words[0]), host: "example.amazonaws.com", path: String(parts[0]))
        for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let halves = pair.split(separator: "=", maxSplits: 1)
            request.query.append((PercentEncoding.decode(halves[0]), PercentEncoding.decode(halves[1])))
        }
        for line in lines.dropFirst() {
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = String(line[colon...].dropFirst())
            switch line[..<colon] {
            case "Authorization": authorization = value
            case "X-Amz-Date": #expect(value == "20150830T123600Z")
            case "X-Amz-Security-Token": sessionToken = value
            case let name: request.headers.append((String(name), value))
            }
        }
        request.body = Array(halves.dropFirst().joined().utf8)
    }
}
