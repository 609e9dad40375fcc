import Testing

@testable import SchemaValidation

@Suite("The JSON Schema test suite")
struct TestSuiteTests {
    /// Cases that we answer differently on purpose. One that would pass fails the test, so that none stays by mistake.
    ///
    /// `format.json` takes the default of the specification, where `format` is an annotation; we assert these eight.
    static let exceptions: [(file: String, group: String, name: String)] =
        StringFormat.allCases.map { format in
            let name = format.name
            return ("format.json", "\(name) format", "invalid \(name) string is only an annotation by default")
        }

    @Test("All cases of draft 2020-12 get the suite's answer")
    func allCases() throws {
        let documents = try TestSuite.documents()
        var ran = 0
        var skipped = 0
        for file in try TestSuite.files(in: "tests") {
            let suite = try JSONDocument(file.text)
            for group in suite.elements(suite.root) {
                let groupName = text(suite, "description", group)
                let schema = json(suite, try #require(suite.member("schema", of: group)))
                let compiled: CompiledSchema
                do {
                    compiled = try CompiledSchema.compile(schema, name: "schema", documents: documents)
                } catch {
                    Issue.record("\(file.path): \(groupName): \(error)")
                    continue
                }
                let cases = try #require(suite.member("tests", of: group))
                for test in suite.elements(cases) {
                    let name = text(suite, "description", test)
                    let data = json(suite, try #require(suite.member("data", of: test)))
                    let expected = suite.kind(try #require(suite.member("valid", of: test))) == .true
                    let isExcepted = TestSuiteTests.exceptions.contains {
                        $0.file == file.path && $0.group == groupName && $0.name == name
                    }
                    let answer = SchemaChecks.accepts(compiled, data)
                    let isExplained = try compiled.violations(in: data).isEmpty
                    #expect(answer == isExplained, "\(file.path): \(groupName): \(name): the two paths differ")
                    #expect((answer == expected) != isExcepted, "\(file.path): \(groupName): \(name)")
                    ran += 1
                    skipped += isExcepted ? 1 : 0
                }
            }
        }
        print("JSON Schema test suite: \(ran) cases ran, \(skipped) of them excepted")
        #expect(ran > 1_500)
        #expect(skipped == TestSuiteTests.exceptions.count)
    }

    private func text(_ document: JSONDocument, _ name: String, _ object: Int) -> String {
        document.member(name, of: object).map { String(decoding: document.string($0), as: UTF8.self) } ?? ""
    }

    /// The JSON text of a value.
    private func json(_ document: JSONDocument, _ value: Int) -> [UInt8] {
        let quote: [UInt8] = document.kind(value) == .string ? [UInt8(ascii: "\"")] : []
        return quote + document.text(value) + quote
    }
}
