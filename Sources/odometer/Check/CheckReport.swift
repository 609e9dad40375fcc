import Pipeline
import SchemaValidation
import UsageModel

/// What is configured, for a person.
struct CheckReport {
    let configuration: Configuration
    /// Of every file that the sources' patterns match now.
    let lag: [PartitionLag]

    var text: String {
        var lines = ["\(configuration.path) is good"]
        for source in configuration.sources {
            let files = lag.filter { $0.state.partition.source == source.name }
            let bytes = files.reduce(0) { $0 + $1.lagBytes }
            lines.append("source \(source.name): \(source.format.name), \(files.count) files, \(bytes) bytes")
        }
        for meter in configuration.meters {
            let dimensions = meter.groupBy.map(\.text).joined(separator: ", ")
            let value = meter.value.map { " of \($0)" } ?? ""
            lines.append(
                "meter \(meter.name): \(meter.aggregation.rawValue)\(value) of \(meter.eventType)"
                    + (dimensions.isEmpty ? "" : " by \(dimensions)"))
        }
        lines.append("tenants: " + (configuration.tenants.map(\.path) ?? "none, every subject is unmapped"))
        lines.append("ledger: \(configuration.ledger.path)")
        return lines.joined(separator: "\n") + "\n"
    }
}
