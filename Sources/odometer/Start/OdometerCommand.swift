import ArgumentParser
import Glibc

/// The program: its arguments, and what its exit status says.
@main
struct OdometerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "odometer", abstract: "Turns the logs of a business into usage that it can bill and defend.",
        version: "0.1.0",
        subcommands: [
            InitCommand.self, CheckCommand.self, RunCommand.self, UsageCommand.self, StatusCommand.self,
            QuarantineCommand.self, LedgerCommand.self,
        ])

    static func main() async {
        // A reader that goes away, such as `head`, is told by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        do {
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
}
