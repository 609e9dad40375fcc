import ArgumentParser

/// `odometer-fixtures`: makes input for tests, demonstrations and benchmarks.
@main
struct FixturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "odometer-fixtures",
        abstract: "Makes usage events for tests, demonstrations and benchmarks.",
        subcommands: [GenerateCommand.self])
}
