import Foundation

/// Where the programs and files lie that the tests run.
enum Programs {
    /// The directory of the built products: the tests' own program lies in it.
    private static let products =
        (Bundle.main.executableURL ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath())
        .deletingLastPathComponent()

    /// The `odometer` to test: the one beside the tests, or the one that `ODOMETER_BINARY` names.
    static let odometer =
        ProcessInfo.processInfo.environment["ODOMETER_BINARY"].map { URL(fileURLWithPath: $0) }
        ?? products.appendingPathComponent("odometer")

    static let fixtures = products.appendingPathComponent("odometer-fixtures")

    static let environment = URL(fileURLWithPath: "/usr/bin/env")

    /// The root of the package.
    static let package = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }

    static let oracle = package.appendingPathComponent("Tests/Oracle/oracle.py")

    /// A real web server's log, which is not part of the package.
    static let accessLog = package.appendingPathComponent("../shared/data/apache_access.log").standardizedFileURL

    /// Whether the tests take the largest inputs, which need minutes and gigabytes.
    static let isFull = ProcessInfo.processInfo.environment["ODOMETER_FULL"] != nil

    /// Whether the tests try every fault and the most kills, which takes the better part of an hour.
    static let isTorture = ProcessInfo.processInfo.environment["ODOMETER_TORTURE"] != nil

    /// The products' directory, for what tests build themselves.
    static func product(_ name: String) -> URL { products.appendingPathComponent(name) }
}
