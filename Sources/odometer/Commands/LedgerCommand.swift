import ArgumentParser

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Looks into the ledger itself.",
        subcommands: [
            LedgerVerifyCommand.self, LedgerLogCommand.self, LedgerSealCommand.self, LedgerCheckpointCommand.self,
            LedgerProveCommand.self, LedgerCorrectionsCommand.self,
        ])
}
