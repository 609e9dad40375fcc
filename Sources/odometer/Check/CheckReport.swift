import Pipeline
import SchemaValidation
import UsageModel

/// What is configured, for a person.
struct CheckReport {
    let configuration: Configuration
    /// Of every file that the sources' patterns match now, every object and every shard.
    let lag: [PartitionLag]

    var text: String {
        var lines = ["\(configuration.path) is good"]
        for source in configuration.sources {
            let partitions = lag.filter { $0.state.partition.source == source.name }
            let bytes = partitions.reduce(UInt64(0)) { sum, lag in
                let (next, overflow) = sum.addingReportingOverflow(lag.lagBytes)
                return overflow ? .max : next
            }
            let name = source.place.partitionName.rawValue
            lines.append("source \(source.name): \(source.format.name), \(partitions.count) \(name)s, \(bytes) bytes")
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
