import FileReader
import RecordCutting
import SchemaValidation
import UsageModel

extension Configuration {
    /// The text of the tenant table in force, as the ledger keeps it.
    var tenantDocument: [UInt8] { tenants?.bytes ?? Configuration.noTenants }

    private static let noTenants = Array("subject,tenant\n".utf8)
}

extension Source {
    /// A reader that goes on from the committed state.
    /// - Parameters:
    ///   - schedule: for one that follows its files.
    ///   - selection: which partitions are read; `nil` for all.
    func reader(
        resume: [PartitionState], options: FileReaderOptions = FileReaderOptions(), ends: EndOfFileRule = .live,
        schedule: ScanSchedule? = nil, selection: PartitionSelection? = nil
    ) throws(SourceError) -> any SourceReader {
        var reader = try FileReader(
            source: name, base: files.directory, include: files.include, exclude: files.exclude, ends: ends,
            rule: format.rule, isWhole: { [format] in format.isWhole($0) }, options: options,
            resume: resume.filter { $0.partition.source == name }, schedule: schedule)
        reader.selection = selection
        return reader
    }
}

extension RecordFormat {
    /// What ends a record.
    var rule: RecordRule {
        switch self {
        case .csv(let dialect, _): .csv(delimiter: dialect.delimiter, hasHeader: dialect.columns == nil)
        case .cloudEvents, .combined, .common, .json, .logfmt: .lines
        }
    }
}
