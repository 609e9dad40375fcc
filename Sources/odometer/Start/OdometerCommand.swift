import ArgumentParser
import Execution
import Glibc

/// The program: its arguments, and what its exit status says.
@main
struct OdometerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "odometer", abstract: "Turns the logs of a business into usage that it can bill and defend.",
        version: "0.1.0",
        subcommands: [
            InitCommand.self, CheckCommand.self, RunCommand.self, BackfillCommand.self, UsageCommand.self,
            MetersCommand.self, TenantsCommand.self, StatusCommand.self, QuarantineCommand.self, ExplainCommand.self,
            AuditCommand.self, ReplayCommand.self, DiffCommand.self, LedgerCommand.self,
        ])

    static func main() async {
        // A reader that goes away, such as `head`, is told by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        MemoryAllocator.keepBlocks()
        holdStandardDescriptors()
        do {
            try checkCommand(CommandLine.arguments.dropFirst().first)
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let end = Ending(of: error)
            if let output = end.output { print(output) }
            if let message = end.message { StandardError.line(message) }
            Glibc.exit(end.status)
        }
    }

    /// A program may be started with standard input, output or error closed. The next file that is opened would take the
    /// number, and what is written to standard error would go into the ledger. So something else takes it, and refuses writes.
    private static func holdStandardDescriptors() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            _ = unsafe open("/dev/null", O_RDONLY)
        }
    }

    /// The parser would complain of the options of a command that it does not know.
    static func checkCommand(_ word: String?) throws(CallerMistake) {
        guard let word, !word.hasPrefix("-"), word != "help" else { return }
        let known = configuration.subcommands.compactMap { $0.configuration.commandName }
        if known.contains(word) { return }
        throw CallerMistake("there is no command \(word); there are \(known.joined(separator: ", "))")
    }
}
