import Testing
import UsageModel

@testable import Pipeline

@Suite("Tolerances of a comparison with a statement")
struct StatementToleranceTests {
    private static func allows(
        _ difference: String, of ledger: String, absolute: String? = nil, percent: String? = nil
    ) throws -> Bool {
        let tolerance = StatementTolerance(
            absolute: absolute.flatMap { Quantity($0) }, percent: percent.flatMap { Quantity($0) })
        let off = try #require(Quantity(difference) as Quantity?)
        return tolerance.allows(off, of: try #require(Quantity(ledger)))
    }

    @Test("Without a tolerance only the same number agrees")
    func none() throws {
        #expect(try Self.allows("0", of: "5"))
        #expect(try !Self.allows("0.000000000001", of: "5"))
        #expect(!StatementTolerance().allows(nil, of: .zero))
    }

    @Test("A difference as large as the tolerance agrees, on either side")
    func absolute() throws {
        #expect(try Self.allows("-0.01", of: "5", absolute: "0.01"))
        #expect(try Self.allows("0.01", of: "0", absolute: "0.01"))
        #expect(try !Self.allows("0.010000000001", of: "5", absolute: "0.01"))
    }

    @Test("Percents are of the ledger's number, exact also where the product is out of range")
    func percent() throws {
        #expect(try Self.allows("1", of: "200", percent: "0.5"))
        #expect(try !Self.allows("1.000000000001", of: "200", percent: "0.5"))
        #expect(try Self.allows("-1", of: "-200", percent: "0.5"))
        #expect(try !Self.allows("1", of: "0", percent: "99"))
        let large = "100000000000000000000000000"
        #expect(try Self.allows("1000000000000000000000000", of: large, percent: "1"))
        #expect(try !Self.allows("1000000000000000000000000.000000000001", of: large, percent: "1"))
    }

    @Test("Either of two tolerances is enough")
    func either() throws {
        #expect(try Self.allows("1", of: "10", absolute: "1", percent: "1"))
        #expect(try Self.allows("5", of: "1000", absolute: "1", percent: "1"))
        #expect(try !Self.allows("11", of: "1000", absolute: "1", percent: "1"))
    }
}
