import RecordCutting
import SchemaValidation

extension RecordFormat {
    /// What ends a record.
    var rule: RecordRule {
        switch self {
        case .csv(let dialect, _): .csv(delimiter: dialect.delimiter, hasHeader: dialect.columns == nil)
        case .cloudEvents, .combined, .common, .json, .logfmt: .lines
        }
    }
}
