import Testing

@testable import SchemaValidation

@Suite("Equality of JSON values")
struct EqualityTests {
    private let unique = #"{"uniqueItems": true}"#

    @Test("Among many items two equal ones are found, whatever they look like")
    func manyItems() throws {
        let items = (0..<20_000).map { $0 % 3 == 0 ? "\($0)" : ($0 % 3 == 1 ? "\"\($0)\"" : "{\"k\":[\($0)]}") }
        func accepts(_ extra: String) throws -> Bool {
            try SchemaChecks.accepts(unique, "[\((items + [extra]).joined(separator: ","))]")
        }
        #expect(try accepts("-1"))
        #expect(try accepts("\"0\""))
        #expect(try accepts("{\"k\":[0]}"))
        #expect(try !accepts("6.00"))
        #expect(try !accepts("0.9e1"))
        #expect(try !accepts("\"\\u0034\""))
        #expect(try !accepts("{\"\\u006b\":[2.0]}"))
    }

    @Test("The order of members does not count, however many there are", arguments: [2, 16, 17, 5_000])
    func memberOrder(count: Int) throws {
        let members = (0..<count).map { "\"key-\($0)\":\($0)" }
        let forward = "{\(members.joined(separator: ","))}"
        let backward = "{\(members.reversed().joined(separator: ","))}"
        let changed = "{\(members.dropLast().reversed().joined(separator: ",")),\"key-\(count - 1)\":-1}"
        #expect(try !SchemaChecks.accepts(unique, "[\(forward),\(backward)]"))
        #expect(try SchemaChecks.accepts(unique, "[\(forward),\(changed)]"))
        #expect(try SchemaChecks.accepts("{\"const\": \(forward)}", backward))
        #expect(try !SchemaChecks.accepts("{\"enum\": [\(forward)]}", changed))
    }

    @Test(
        "Kinds are different values",
        arguments: ["0", "false", "null", "\"\"", "[]", "{}", "\"0\"", "[0]", "{\"0\":0}"])
    func kinds(value: String) throws {
        for other in ["0", "false", "null", "\"\"", "[]", "{}", "\"0\"", "[0]", "{\"0\":0}"] {
            #expect(try SchemaChecks.accepts("{\"const\": \(value)}", other) == (value == other))
        }
    }
}
