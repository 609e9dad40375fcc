import Pipeline
import UsageModel

extension AuditPage {
    /// What the ledger has in the commits that were made again, and what the sources come to, by meter and tenant.
    var totalsSection: [String] {
        let totals = AuditTotals(report)
        if totals.rows.isEmpty { return [] }
        let shown = totals.rows.prefix(AuditPage.rowsOfCause)
        let columns = ["Meter", "Tenant", "Windows", "of them differ", "In the ledger", "Recomputed", "Difference"]
        var lines = [
            "<section aria-labelledby=\"totals\">", "<h2 id=\"totals\">What was compared</h2>",
            "<p>\(AuditPage.count(totals.windows, "window", "windows")) of usage were compared, and"
                + " \(AuditPage.grouped(totals.windows - totals.differing)) of them are in the ledger as the sources have them.",
            "Meters that count or add up have totals; a window that several commits added to is one for each of them.</p>",
            "<table class=\"totals\">", "<caption>Totals by meter and tenant</caption>",
            "<thead><tr>" + columns.map { "<th scope=\"col\">\($0)</th>" }.joined() + "</tr></thead>", "<tbody>",
        ]
        lines += shown.map(row)
        lines += ["</tbody>", "</table>"]
        if shown.count < totals.rows.count {
            let more = AuditPage.grouped(totals.rows.count - shown.count)
            lines.append("<p class=\"more\">\(more) more are not shown; those that differ come first.</p>")
        }
        return lines + ["</section>"]
    }

    private func row(_ row: AuditTotals.Row) -> String {
        let change = row.ledger.flatMap { row.recomputed?.subtracting($0) }
        let sign = change.map { $0 > .zero } ?? false ? "+" : ""
        let amounts = [row.ledger, row.recomputed, change].map { $0?.description ?? "–" }
        let numbers =
            [AuditPage.grouped(row.windows), AuditPage.grouped(row.differing)] + amounts.dropLast()
            + [sign + amounts[2]]
        return "<tr><th scope=\"row\"><bdi>\(HTMLText.content(row.series.meter.name))</bdi></th>"
            + "<td><bdi>\(HTMLText.content(row.series.tenant.description))</bdi></td>"
            + numbers.map { "<td class=\"number\">\(HTMLText.content($0))</td>" }.joined() + "</tr>"
    }
}
