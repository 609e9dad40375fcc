import Pipeline
import UsageModel

extension Configuration {
    /// The meter of a name.
    /// - Throws: ``CallerMistake`` when there is none.
    func meter(named name: String) throws(CallerMistake) -> Meter {
        if let meter = meters.first(where: { $0.name == name }) { return meter }
        let known = meters.map(\.name).joined(separator: ", ")
        throw CallerMistake("there is no meter \(name); the configuration has \(known)")
    }
}
