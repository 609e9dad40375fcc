import Testing

/// Counts what damages of one class came to, and prints it.
struct DamageTally {
    private let name: String
    private(set) var counts: [DamageView: Int] = [:]

    init(_ name: String) {
        self.name = name
    }

    /// - Parameter place: told where nobody tells of the damage.
    mutating func add(_ view: DamageView, at place: Int? = nil) {
        counts[view, default: 0] += 1
        if let place, view.verify != .halts, view.run == .silent || view.reader == .silent {
            print("damage: \(name): at \(place): run \(view.run), reader \(view.reader), verify \(view.verify)")
        }
    }

    var total: Int { counts.values.reduce(0, +) }

    /// How many of them a view that says so applies to.
    func count(where holds: (DamageView) -> Bool) -> Int {
        counts.reduce(0) { $0 + (holds($1.key) ? $1.value : 0) }
    }

    func report() {
        func line(_ path: KeyPath<DamageView, DamageView.Finding>) -> String {
            DamageView.Finding.allCases.compactMap { finding in
                let count = count { $0[keyPath: path] == finding }
                return count == 0 ? nil : "\(finding.rawValue) \(count)"
            }.joined(separator: ", ")
        }
        print("damage: \(name): \(total); run: \(line(\.run)); reader: \(line(\.reader)); verify: \(line(\.verify))")
    }
}
