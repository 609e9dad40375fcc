import Testing

@testable import SchemaValidation

@Suite("The plan against a plain evaluator")
struct DifferentialTests {
    @Test("Random schemas and instances get the same answer, by both paths", arguments: 0..<8)
    func sameAnswer(seed: Int) throws {
        var generator = SchemaGenerator(random: SplitMix64(state: UInt64(seed)))
        var accepted = 0
        var compared = 0
        for _ in 0..<400 {
            let text = generator.schema()
            let compiled = try CompiledSchema.compile(Array(text.utf8), name: "schema")
            let document = try JSONDocument(Array(text.utf8))
            let schema = PlainValue(document, document.root)
            for _ in 0..<20 {
                let instance = generator.instance()
                let parsed = try JSONDocument(Array(instance.utf8))
                let expected =
                    PlainEvaluator(root: schema).evaluate(PlainValue(parsed, parsed.root), schema) != nil
                let answer = SchemaChecks.accepts(compiled, Array(instance.utf8))
                try #require(answer == expected, "\(text) on \(instance)")
                try #require(compiled.violations(in: parsed).isEmpty == expected, "\(text) on \(instance)")
                compared += 1
                accepted += expected ? 1 : 0
            }
        }
        // Both answers must come about often, or nothing is compared.
        #expect(accepted > compared / 10 && accepted < compared * 9 / 10)
    }
}
