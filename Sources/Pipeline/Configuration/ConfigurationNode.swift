/// A value of the configuration file, with its line.
struct ConfigurationNode: Sendable {
    enum Value: Sendable {
        case null
        case bool(Bool)
        /// The digits as a JSON number.
        case number(String)
        case string(String)
        case list([ConfigurationNode])
        /// In the order of the file; no key comes twice.
        case map([Member])
    }

    struct Member: Sendable {
        var key: String
        /// The line of the key.
        var line: Int
        var value: ConfigurationNode
    }

    var value: Value
    var line: Int
}
