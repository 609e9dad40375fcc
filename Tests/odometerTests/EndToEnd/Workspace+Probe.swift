import Foundation
import Testing

extension Workspace {
    /// A workspace with the configuration of `Fixtures/hostile`: meter `probes` counts and `amount` adds up.
    static func probe(in parent: URL? = nil) throws -> Workspace {
        let workspace = try Workspace(in: parent)
        try FileManager.default.copyItem(
            at: Programs.package.appendingPathComponent("Fixtures/hostile/odometer.yaml"),
            to: workspace.file("odometer.yaml"))
        return workspace
    }

    /// One event as a line, with an amount as its digits are given.
    static func probeLine(id: String, amount: String = "1", time: String = "2026-11-01T00:00:00Z") -> String {
        """
        {"specversion":"1.0","id":"\(id)","source":"/probe","type":"probe","subject":"s-1",\
        "time":"\(time)","data":{"amount":\(amount)}}

        """
    }

    /// The exact sum of all amounts.
    func totalAmount() throws -> String? {
        try usage(of: "amount", by: "total").rows.first?.value
    }
}
