import ArgumentParser

struct TenantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenants", abstract: "Looks after which tenant usage belongs to.",
        subcommands: [TenantsReassignCommand.self])
}
