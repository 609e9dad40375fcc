import Pipeline
import UsageModel

/// What a sample record would become, for a person.
struct PreviewText {
    let row: PreviewRow

    /// One line for the record, and one more for each meter.
    var text: String {
        switch row.outcome {
        case .rejected(let reason, let detail):
            return TextTable.printable("line \(row.line): rejected: \(reason.name): \(detail)") + "\n"
        case .event(let event):
            let head = "line \(row.line): \(event.time)  subject \(event.subject)  tenant \(event.tenant)"
            let lines = event.measurements.isEmpty ? ["no meter measures it"] : event.measurements.map(line)
            return ([head] + lines.map { "  " + $0 }).map { TextTable.printable($0) + "\n" }.joined()
        }
    }

    private func line(_ measurement: PreviewRow.Measurement) -> String {
        let dimensions = zip(measurement.dimensions, measurement.values)
            .map { " \($0)=\($1?.description ?? "(absent)")" }.joined()
        return "\(measurement.meter) \(measurement.value)  window \(measurement.window.start)\(dimensions)"
    }
}
