/// The keywords that a value can fail.
enum SchemaKeyword: String {
    case type, const, `enum`, anyOf, oneOf, not
    case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
    case minLength, maxLength, pattern, format
    case minItems, maxItems, uniqueItems, contains, minContains, maxContains
    case minProperties, maxProperties, required, dependentRequired, patternProperties
    case additionalProperties, unevaluatedProperties, unevaluatedItems
    /// The schema `false`.
    case nothing = ""
    /// The schema applies itself to the same value again and again.
    case depth = "$dynamicRef"
}
