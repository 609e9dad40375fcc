import ArgumentParser
import Pipeline

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Reads the sources into the ledger.",
        discussion: "Follows the sources until SIGTERM or SIGINT, then commits what was read and ends with 0.")

    @OptionGroup var file: ConfigurationOption

    @Flag(help: "Read all there is now, commit and end.")
    var untilIdle = false

    @OptionGroup var reading: ReadingOptions

    func run() async throws {
        let options = try reading.runOptions(untilIdle ? .untilIdle : .following)
        _ = try await reading.run(try file.load(), options)
    }
}
