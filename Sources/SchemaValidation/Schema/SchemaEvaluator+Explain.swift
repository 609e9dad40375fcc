extension SchemaEvaluator {
    /// What a value that was not accepted fails first. For rejected records only: it is slow and allocates.
    mutating func explain(
        _ schema: CompiledSchema, _ tape: borrowing JSONTape, node: Int, text: UnsafeBufferPointer<UInt8>
    ) -> SchemaViolation {
        unsafe violations(of: schema, tape, node: node, text: text, limit: 1).first
            ?? SchemaViolation(instance: "", keyword: schema.name, message: "does not keep the schema")
    }

    /// What a value fails, in the order of the text; empty when it keeps the schema.
    ///
    /// The limit bounds the work on a record that is wrong in a hundred thousand places.
    mutating func violations(
        of schema: CompiledSchema, _ tape: borrowing JSONTape, node: Int, text: UnsafeBufferPointer<UInt8>, limit: Int
    ) -> [SchemaViolation] {
        isExplaining = true
        fault = nil
        defer {
            isExplaining = false
            failures = []
        }
        let isValid = unsafe schema.plan.withView(of: tape, text) { evaluate(schema.root, node, -1, $0) }
        var found: [SchemaFailure] = []
        if let fault {
            found = [fault]
        } else if !isValid {
            let order = failures.indices.sorted {
                (failures[$0].instance, $0) < (failures[$1].instance, $1)
            }
            found = order.prefix(limit).map { failures[$0] }
        }
        return found.map { failure in
            let words = FailureMessage(failure: failure, plan: schema.plan, isFault: fault != nil)
            let keyword = failure.keyword.rawValue
            return SchemaViolation(
                instance: unsafe tape.pointer(to: failure.instance, in: text),
                keyword: schema.plan.locations[failure.node] + (keyword.isEmpty ? "" : "/\(keyword)"),
                message: unsafe words.text(tape, text))
        }
    }
}

extension CompiledSchema {
    /// What a whole document fails, such as a configuration, in the order of its text; empty when it keeps the schema.
    /// Of very many the first 200 or so.
    /// - Throws: ``JSONFault`` when the text is no JSON.
    public func violations(in text: [UInt8]) throws(JSONFault) -> [SchemaViolation] {
        violations(in: try JSONDocument(text))
    }

    func violations(in document: JSONDocument) -> [SchemaViolation] {
        unsafe document.withTape { tape, text in
            var evaluator = SchemaEvaluator()
            return unsafe evaluator.violations(
                of: self, tape, node: document.root, text: text, limit: SchemaEvaluator.maximumFailures)
        }
    }
}
