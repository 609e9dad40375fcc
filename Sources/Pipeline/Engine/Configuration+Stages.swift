import FileReader
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
    ///   - maximumOpenFiles: that it keeps open.
    ///   - schedule: for one that follows its files, which then is fair between them.
    func reader(
        resume: [PartitionState], batchBytes: Int, maximumOpenFiles: Int = 512, schedule: ScanSchedule? = nil
    ) throws(SourceError) -> any SourceReader {
        try FileReader(
            source: name, base: files.directory, include: files.include, exclude: files.exclude, ends: .live,
            rule: format.rule, isWhole: { [format] in format.isWhole($0) },
            options: FileReaderOptions(
                batchBytes: batchBytes, turnBytes: schedule == nil ? nil : 8 * batchBytes,
                maximumOpenFiles: maximumOpenFiles),
            resume: resume.filter { $0.partition.source == name }, schedule: schedule)
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
