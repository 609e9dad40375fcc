import Foundation
import Testing

@testable import SchemaValidation

@Suite("The schemas of the package")
struct BundledSchemaTests {
    static let event = """
        {"specversion":"1.0","id":"e-1","source":"/gateway/eu-1","type":"api.request","subject":"cust-0042",\
        "time":"2026-11-01T00:00:00.123Z","datacontenttype":"application/json","data":{"region":"eu-west-1",\
        "status":200,"bytes":1234,"duration_ms":12.5}}
        """

    static func schema(_ name: String) throws -> CompiledSchema {
        let path = TestSuite.directory.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Schemas/\(name)")
        return try CompiledSchema.compile([UInt8](Data(contentsOf: path)), name: name)
    }

    private func violations(_ name: String, _ instance: String) throws -> [String] {
        try BundledSchemaTests.schema(name).violations(in: Array(instance.utf8)).map(\.description)
    }

    @Test("They keep the metaschema", arguments: ["usage-event.schema.json", "api.request.schema.json"])
    func keepsMetaschema(name: String) throws {
        let metaschema = try CompiledSchema.compile(
            Array(#"{"$ref": "https://json-schema.org/draft/2020-12/schema"}"#.utf8), name: "metaschema",
            documents: try TestSuite.documents())
        let path = TestSuite.directory.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Schemas/\(name)")
        #expect(try metaschema.violations(in: [UInt8](Data(contentsOf: path))) == [])
        #expect(try !metaschema.violations(in: Array(#"{"type": "text"}"#.utf8)).isEmpty)
    }

    @Test("A usage event is taken, with extension attributes too")
    func takesEvent() throws {
        #expect(try violations("usage-event.schema.json", BundledSchemaTests.event) == [])
        let extended = BundledSchemaTests.event.replacingOccurrences(
            of: #""data":"#, with: #""traceparent":"00-1-1-00","attempt":2,"sampled":true,"dataschema":null,"data":"#)
        #expect(try violations("usage-event.schema.json", extended) == [])
    }

    @Test(
        "What an event must have is told with its place",
        arguments: [
            (#""id":"e-1","#, "", #"the key "id" is missing (required)"#),
            (#""id":"e-1""#, #""id":"""#, "/id: must not be empty (minLength)"),
            (#""specversion":"1.0""#, #""specversion":"0.3""#, #"/specversion: must be "1.0", is "0.3" (const)"#),
            ("00.123Z", "00.123", #"/time: must be of the format date-time, is "2026-11-01T00:00:00.123" (format)"#),
            (#""id":"e-1""#, #""id":7"#, "/id: must be a string, is 7 (type)"),
            (
                #""data":"#, #""extra":{},"data":"#,
                "/extra: must be null or true or false or a number or a string, is an object (type)"
            ),
        ])
    func tellsWhatIsWrong(part: String, replacement: String, message: String) throws {
        let event = BundledSchemaTests.event.replacingOccurrences(of: part, with: replacement)
        #expect(try violations("usage-event.schema.json", event) == [message])
    }

    @Test("The data of an api.request is checked on its own")
    func checksData() throws {
        let name = "api.request.schema.json"
        #expect(try violations(name, #"{"region":"eu","status":200,"bytes":0.5,"more":[]}"#) == [])
        #expect(
            try violations(name, #"{"region":"","status":99,"bytes":-4}"#) == [
                "/region: must not be empty (minLength)",
                "/status: must be at least 100, is 99 (minimum)", "/bytes: must be at least 0, is -4 (minimum)",
            ])
        #expect(try violations(name, "[]") == ["must be an object, is an array (type)"])
    }
}
