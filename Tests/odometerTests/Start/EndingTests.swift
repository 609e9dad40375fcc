import ArgumentParser
import Testing

@testable import Ledger
@testable import Pipeline
@testable import odometer

@Suite("How the program ends")
struct EndingTests {
    static func ending(_ arguments: [String]) throws -> Ending {
        let error = try #require(throws: (any Error).self) {
            // Help is a command of its own, which throws it.
            var command = try OdometerCommand.parseAsRoot(arguments)
            try command.run()
        }
        return Ending(of: error)
    }

    @Test(
        "Arguments that cannot be read are the caller's mistake, on one line",
        arguments: [
            ["bogus"], ["usage"], ["usage", "--meter"], ["usage", "--meter", "m", "--metre", "x"],
            ["usage", "--meter", "m", "--window", "week"], ["run", "--workers", "two"], ["init"],
            ["status", "--format", "csv"], ["ledger", "mend"], ["explain"],
        ])
    func arguments(_ arguments: [String]) throws {
        let ending = try Self.ending(arguments)
        #expect(ending.status == 2)
        #expect(ending.output == nil)
        let message = try #require(ending.message)
        #expect(!message.isEmpty && !message.contains { $0.isNewline })
    }

    @Test("Help and the version were asked for", arguments: [["--help"], ["usage", "--help"], ["--version"]])
    func asked(_ arguments: [String]) throws {
        let ending = try Self.ending(arguments)
        #expect(ending.status == 0)
        #expect(ending.message == nil)
        #expect(ending.output?.isEmpty == false)
    }

    @Test("Mistakes end with 2, failed work with 3, and a closed pipe quietly")
    func errors() {
        #expect(
            Ending(of: ConfigurationError(file: "f", line: 2, message: "m")) == Ending(status: 2, message: "f:2: m"))
        #expect(Ending(of: CallerMistake("m")) == Ending(status: 2, message: "m"))
        #expect(Ending(of: LedgerError.missing(path: "l")).status == 2)
        #expect(Ending(of: LedgerError.closed).status == 3)
        #expect(Ending(of: RunError("m")) == Ending(status: 3, message: "odometer: m"))
        #expect(Ending(of: OutputError.nobodyReads) == Ending(status: 0))
        #expect(Ending(of: OutputError.failed(code: 28)).status == 3)
        #expect(Ending(of: ExitCode(1)) == Ending(status: 1))
    }

    @Test("A command that does not exist is named, with those that do")
    func unknownCommand() throws {
        let mistake = try #require(throws: CallerMistake.self) { try OdometerCommand.checkCommand("mend") }
        #expect(mistake.description.hasPrefix("there is no command mend; there are init, check, run"))
        for word in [nil, "--help", "help", "run", "ledger"] {
            #expect(throws: Never.self) { try OdometerCommand.checkCommand(word) }
        }
    }
}
