import UsageModel

extension ByteString {
    /// For a message: a key may hold anything, and must not make lines of its own.
    var shown: String {
        var text = ""
        for scalar in description.unicodeScalars {
            if scalar.properties.generalCategory == .control {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
