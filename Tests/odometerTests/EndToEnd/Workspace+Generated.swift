import Foundation
import Testing

extension Workspace {
    /// The generated meters, with what their rows are grouped by.
    static let meters = [
        ("requests", "tenant,/data/region"), ("egress_bytes", "tenant"),
        ("storage_gb", "tenant,/data/region,/data/class"), ("job_seconds_max", "tenant"), ("job_seconds_min", "tenant"),
    ]

    /// A workspace with generated events; see `odometer-fixtures generate`.
    static func generated(records: Int, seed: Int = 1, files: Int = 4) throws -> Workspace {
        let workspace = try Workspace()
        try workspace.succeed(
            Programs.fixtures,
            ["generate", "--seed", "\(seed)", "--events", "\(records)", "--files", "\(files)", "--output", "."])
        return workspace
    }

    /// Writes the configuration again under another name, with a ledger of its own.
    func copyConfiguration(to name: String, ledger: String, commit: String? = nil) throws {
        let text = String(decoding: try Data(contentsOf: file("odometer.yaml")), as: UTF8.self)
        let policy = commit.map { "\n  commit: \($0)" } ?? ""
        try write(text.replacingOccurrences(of: "path: ./ledger", with: "path: ./\(ledger)\(policy)"), to: name)
    }

    /// All that a ledger says of usage and of records: two ledgers of the same sources are equal in it.
    struct Totals: Equatable {
        var status: StatusReport
        var usage: [String: Data]
    }

    func totals(
        of meters: [(String, String)] = Workspace.meters, configuration: String = "odometer.yaml"
    ) throws -> Totals {
        var usage: [String: Data] = [:]
        for (meter, dimensions) in meters {
            usage[meter] = try usageText(of: meter, groupBy: dimensions, configuration: configuration)
        }
        return Totals(status: try status(configuration: configuration), usage: usage)
    }
}
