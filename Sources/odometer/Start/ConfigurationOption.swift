import ArgumentParser
import Ledger
import Pipeline

/// The option that names the configuration file.
struct ConfigurationOption: ParsableArguments {
    @Option(name: [.customShort("c"), .long], help: "The configuration file.")
    var config = "odometer.yaml"

    func load() throws(ConfigurationError) -> Configuration {
        try Configuration.load(path: config)
    }
}
