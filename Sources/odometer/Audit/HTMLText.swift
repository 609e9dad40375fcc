/// Text of unknown origin on a page: it is shown, and is never markup.
///
/// Characters that cannot be seen, or that change how their neighbours are seen, are written out as `U+202E`: a tenant whose
/// name turns the text around would otherwise show a controller another name, and other digits, than the ledger holds.
enum HTMLText {
    /// For an element's content. What is written out is set apart, so that it is not taken for letters of the text.
    static func content(_ text: String) -> String {
        escape(text) { "<span class=\"escape\">\($0)</span>" }
    }

    /// For a title or an attribute, which take no markup.
    static func plain(_ text: String) -> String {
        escape(text) { $0 }
    }

    private static func escape(_ text: String, writtenOut: (String) -> String) -> String {
        var html = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            default:
                if isShown(scalar) {
                    html.unicodeScalars.append(scalar)
                } else {
                    html += writtenOut(name(of: scalar))
                }
            }
        }
        return html
    }

    /// Whether a reader sees the character as itself. Formats are the marks and overrides of direction, joiners and spaces
    /// without width; code points without a character, such as U+FFFE, may not be in a page.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: false
        default: true
        }
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
