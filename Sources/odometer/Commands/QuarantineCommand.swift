import ArgumentParser
import Ledger
import Pipeline

struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Shows the rejected and the conflicting records, with reason and position."
    )

    @OptionGroup var file: ConfigurationOption

    @Option(help: "How they are written.")
    var format = OutputFormat.table

    func run() throws {
        let ledger = try LedgerReader.open(path: try file.load().ledger.path)
        var output = StandardOutput()
        var failure: OutputError?
        var separator = ""
        if format == .json { try output.write("{\"records\":[") }
        do {
            // Row by row: there may be more of them than memory.
            try ledger.forEachQuarantined { row in
                let entry = QuarantineEntry(row: row)
                do throws(OutputError) {
                    try output.write(format == .json ? separator + entry.json.text : entry.text + "\n")
                    separator = ",\n"
                } catch {
                    failure = error
                    throw error
                }
            }
        } catch {
            if let failure { throw failure }
            throw error
        }
        if format == .json { try output.write("]}\n") }
        try output.flush()
    }
}
