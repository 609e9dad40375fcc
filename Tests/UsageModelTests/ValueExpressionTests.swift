import Testing
import UsageModel

@Suite("Value expressions")
struct ValueExpressionTests {
    /// The value of an expression where `/data/a` is `a` and so on.
    private static func value(_ text: String, _ operands: [String: String]) throws -> String? {
        let expression = try ValueExpression(parsing: text)
        let values = try expression.operands.map { try #require(Quantity(operands[String($0.text.suffix(1))] ?? "")) }
        return expression.sum(of: values)?.divided(by: expression.divisor)?.description
    }

    @Test(
        "Sums, products, constants and a scale are exact",
        arguments: [
            ("/data/a", "0.1"), ("a", "0.1"), ("7", "7"), ("-2.5", "-2.5"), ("1e3", "1000"), ("a + b", "0.3"),
            ("/data/a * /data/b", "0.02"), ("a - b * 3", "-0.5"), ("(a + b) * (a - b)", "-0.03"), ("a*b+1", "1.02"),
            ("c / 1e9", "0.000012345678"), ("c / 1073741824", "0.000011497809"), ("c/3", "4115.226"),
            ("-(a - b)", "0.1"),
            ("a / 2 + b / 3", "0.116666666667"), ("(a + b) / 4 / 2", "0.0375"), ("a - a", "0"), ("a * 0 + 4", "4"),
            ("c * c", "152415765.279684"), ("2 * a * b * 5", "0.2"),
        ] as [(String, String)])
    func values(_ text: String, _ expected: String) throws {
        #expect(try Self.value(text, ["a": "0.1", "b": "0.2", "c": "12345.678"]) == expected)
    }

    @Test("What means the same is the same, and is read again as it is written")
    func canonical() throws {
        for (one, other) in [
            ("a * b", "b * a"), ("(a + b) * 2", "2*b + a*2"), ("a / 2 / 3", "a / 6"), ("bytes", "/data/bytes"),
            ("1 + 1", "2"),
        ] {
            let (left, right) = (try ValueExpression(parsing: one), try ValueExpression(parsing: other))
            #expect(left == right)
            #expect(try ValueExpression(parsing: left.description) == left)
        }
        #expect(try ValueExpression(parsing: "/data/a").isPlain)
        #expect(try ValueExpression(parsing: "a / 8").isPlain)
        #expect(try !ValueExpression(parsing: "a * 2").isPlain)
        #expect(try ValueExpression(parsing: "/data/a b").operands.map(\.text) == ["/data/a b"])
    }

    @Test(
        "What is no expression is refused with its place",
        arguments: [
            ("", "a value is missing: a JSON Pointer, a name or a number at character 1"),
            ("a +", "a value is missing: a JSON Pointer, a name or a number at character 4"),
            ("a b", "an operator is missing at character 3"), ("(a", "a closing parenthesis is missing at character 3"),
            ("1 / a", "only a positive constant divides, before the one at character 6"),
            ("a / 0", "only a positive constant divides, before the one at character 6"),
            ("a / -2", "only a positive constant divides, before the one at character 7"),
            ("0.0000000000001 * a", "0.0000000000001 is no number in range with up to 12 decimals"),
            ("1e20 * 1e20", "a constant is out of range or has more than 12 decimals at character 12"),
            ("/data/a~2 * 2", "\"/data/a~2\" is not a JSON Pointer; write it like /data/bytes"),
            (String(repeating: "(", count: 65), "too many parentheses at character 65"),
        ] as [(String, String)])
    func refused(_ text: String, _ message: String) {
        #expect { try ValueExpression(parsing: text) } throws: { "\($0)" == message }
    }

    @Test("A product with too many decimals, or out of range, is no value")
    func inexact() throws {
        #expect(try Self.value("a * b", ["a": "0.0000001", "b": "0.0000001"]) == nil)
        #expect(try Self.value("a * b", ["a": "0.0000001", "b": "0.00001"]) == "0.000000000001")
        #expect(try Self.value("a * b", ["a": "10000000000000", "b": "100000000000000"]) == nil)
        #expect(try Self.value("a + a", ["a": "170141183460469231731687303"]) == nil)
    }
}
