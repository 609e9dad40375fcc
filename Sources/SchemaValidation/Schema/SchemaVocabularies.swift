/// Which keywords a schema's dialect has (JSON Schema core, section 8.1.2).
struct SchemaVocabularies: OptionSet {
    let rawValue: UInt8

    static let applicator = SchemaVocabularies(rawValue: 1)
    static let unevaluated = SchemaVocabularies(rawValue: 2)
    static let validation = SchemaVocabularies(rawValue: 4)
    static let format = SchemaVocabularies(rawValue: 8)
    static let all: SchemaVocabularies = [.applicator, .unevaluated, .validation, .format]

    static let dialect = "https://json-schema.org/draft/2020-12/schema"
    private static let prefix = "https://json-schema.org/draft/2020-12/vocab/"

    /// The vocabulary with this URI, empty for one without a say in validation; `nil` for one we do not know.
    init?(uri: [UInt8]) {
        let text = String(decoding: uri, as: UTF8.self)
        guard text.hasPrefix(SchemaVocabularies.prefix) else { return nil }
        switch text.dropFirst(SchemaVocabularies.prefix.count) {
        case "core", "meta-data", "content": self = []
        case "applicator": self = .applicator
        case "unevaluated": self = .unevaluated
        case "validation": self = .validation
        case "format-annotation", "format-assertion": self = .format
        default: return nil
        }
    }

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// What the keyword belongs to; `nil` for core and unknown ones.
    static func of(_ keyword: String) -> SchemaVocabularies? {
        switch keyword {
        case "unevaluatedItems", "unevaluatedProperties": .unevaluated
        case "format": .format
        case "prefixItems", "items", "contains", "additionalProperties", "properties", "patternProperties",
            "dependentSchemas", "propertyNames", "if", "then", "else", "allOf", "anyOf", "oneOf", "not":
            .applicator
        case "type", "const", "enum", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
            "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains",
            "maxProperties", "minProperties", "required", "dependentRequired":
            .validation
        default: nil
        }
    }
}
