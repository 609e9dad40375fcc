import TenantMapping
import Testing
import UsageModel

@Suite struct TenantTableErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var csv: String
        var line: Int
        var column: Int
        var says: String

        var testDescription: String { says }
    }

    static let cases = [
        Case(csv: "", line: 1, column: 1, says: "is empty"),
        Case(csv: "subject,name\n", line: 1, column: 9, says: "\"name\" is not known"),
        Case(csv: "Subject,tenant\n", line: 1, column: 1, says: "\"Subject\" is not known"),
        Case(csv: "subject,subject\n", line: 1, column: 9, says: "stands twice"),
        Case(csv: "tenant\n", line: 1, column: 1, says: "no column \"subject\""),
        Case(csv: "subject,valid_to\n", line: 1, column: 1, says: "no column \"tenant\""),
        Case(csv: "subject,tenant\na,b\nc,d,e\n", line: 3, column: 5, says: "3 fields and the header 2"),
        Case(csv: "subject,tenant\na\n", line: 2, column: 1, says: "1 fields and the header 2"),
        Case(csv: "subject,tenant\n,b\n", line: 2, column: 1, says: "subject is empty"),
        Case(csv: "subject,tenant\né,\n", line: 2, column: 3, says: "tenant is empty"),
        Case(csv: "subject,tenant\na,\"\"\n", line: 2, column: 3, says: "tenant is empty"),
        Case(csv: "subject,tenant\na,unmapped:a\n", line: 2, column: 3, says: "may not begin with \"unmapped:\""),
        Case(csv: "subject,tenant,valid_from\na,b,2026-13-01T00:00:00Z\n", line: 2, column: 5, says: "RFC 3339"),
        Case(csv: "subject,tenant,valid_from\na,b,2026-01-01\n", line: 2, column: 5, says: "RFC 3339"),
        Case(
            csv: "subject,tenant,valid_from,valid_to\na,b,2026-01-01T00:00:00Z,2026-01-01T01:00:00+01:00\n",
            line: 2, column: 26, says: "valid_to is not after valid_from"),
        Case(csv: "subject,tenant\na,b\nb,c\na,b\n", line: 4, column: 1, says: "repeats line 2"),
        Case(csv: "subject,tenant\na,b\nb,c\na,d\n", line: 4, column: 1, says: "overlaps line 2"),
        Case(
            csv: "subject,tenant,valid_from,valid_to\na,b,2026-03-01T00:00:00Z,\na,c,,2026-03-01T00:00:00.000000001Z\n",
            line: 3, column: 1, says: "overlaps line 2"),
        Case(csv: "subject,tenant\n\"a\nb\",c\n\"x\"y,c\n", line: 4, column: 4, says: "after a closing quote"),
        Case(csv: "subject,tenant\na,\"b\n", line: 2, column: 3, says: "not closed"),
        Case(csv: "subject,tenant\na,b\"c\n", line: 2, column: 4, says: "inside an unquoted field"),
        Case(csv: "subject,tenant\na\rb,c\n", line: 2, column: 2, says: "without a line feed"),
        Case(csv: "subject,tenant\na,b\0c\n", line: 2, column: 4, says: "NUL"),
    ]

    @Test("A wrong file is refused with line, column and what to do", arguments: cases)
    func refused(_ example: Case) {
        let error = #expect(throws: TenantTableError.self) {
            try TenantTable(csv: Array(example.csv.utf8), file: "tenants.csv")
        }
        #expect(error?.line == example.line)
        #expect(error?.column == example.column)
        #expect(error?.message.contains(example.says) == true, "\(error?.message ?? "")")
        #expect(error?.description.hasPrefix("tenants.csv:\(example.line):\(example.column): ") == true)
    }

    @Test("Bytes that are not UTF-8 are refused where they stand")
    func invalidUTF8() {
        let error = #expect(throws: TenantTableError.self) {
            try TenantTable(csv: Array("subject,tenant\nab".utf8) + [0xC3, 0x28] + Array(",t\n".utf8), file: "t")
        }
        #expect(error?.line == 2)
        #expect(error?.column == 3)
        #expect(error?.message.contains("UTF-8") == true)
    }
}
