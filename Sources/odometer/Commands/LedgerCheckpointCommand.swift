import ArgumentParser
import Ledger
import Pipeline

struct LedgerCheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Shows a signed checkpoint of all that the ledger holds now.",
        discussion: """
            Whoever keeps it can be shown later, by `odometer ledger prove --since`, that nothing of it was changed.
            """)

    @OptionGroup var file: ConfigurationOption

    @Flag(help: "Show the public key that verifies checkpoints instead.")
    var key = false

    func run() throws {
        let log = try LedgerReader.open(path: try file.load().ledger.path).log()
        var output = StandardOutput()
        try output.write(key ? "\(log.verifier)\n" : String(decoding: log.checkpoint.note, as: UTF8.self))
        try output.flush()
    }
}
