/// Whether a request is signed, by its form; the signature itself is not checked.
enum Authorization {
    static func check(_ header: String?, date: String?) throws(Fault) {
        guard let header else {
            throw Fault("MissingAuthenticationTokenException", "Missing Authentication Token")
        }
        func refuse(_ what: String) -> Fault { Fault("IncompleteSignatureException", "Authorization has no \(what)") }
        guard header.hasPrefix("AWS4-HMAC-SHA256 ") else { throw refuse("AWS4-HMAC-SHA256") }
        var fields: [Substring: Substring] = [:]
        for field in header.dropFirst(17).split(separator: ",") {
            let parts = field.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        let scope = (fields["Credential"] ?? "").split(separator: "/")
        guard scope.count == 5, scope[3] == "kinesis", scope[4] == "aws4_request", scope[1].count == 8 else {
            throw refuse("Credential of the form key/date/region/kinesis/aws4_request")
        }
        guard let date, date.hasPrefix(scope[1]), date.hasSuffix("Z") else { throw refuse("X-Amz-Date beside it") }
        let signed = (fields["SignedHeaders"] ?? "").split(separator: ";")
        guard signed.contains("host"), signed.contains("x-amz-date") else { throw refuse("SignedHeaders") }
        let signature = fields["Signature"] ?? ""
        guard signature.count == 64, signature.allSatisfy(\.isHexDigit) else { throw refuse("Signature") }
    }
}
