import Pipeline
import UsageModel

extension AuditPage {
    /// A summary, then a table of each cause that there is.
    var differenceSections: [String] {
        if report.isIdentical { return [] }
        let groups = AuditPage.causes.compactMap { cause in
            let differences = report.differences.filter { $0.cause == cause }
            return differences.isEmpty ? nil : (cause: cause, differences: differences)
        }
        let summary = groups.map { cause, differences in
            let commits = Set(differences.compactMap(\.seq)).count
            return "<tr><th scope=\"row\"><a href=\"#\(id(cause))\">\(title(cause))</a></th>"
                + "<td>\(AuditPage.grouped(differences.count))</td><td>\(AuditPage.grouped(commits))</td></tr>"
        }
        return [
            "<section aria-labelledby=\"differences\">", "<h2 id=\"differences\">Differences</h2>",
            "<table class=\"summary\">", "<caption>Differences by cause</caption>",
            "<thead><tr><th scope=\"col\">Cause</th><th scope=\"col\">Differences</th><th scope=\"col\">Commits</th></tr></thead>",
            "<tbody>",
        ] + summary + ["</tbody>", "</table>", "</section>"] + groups.flatMap { section($0, $1) }
    }

    private func section(_ cause: AuditDifference.Cause, _ differences: [AuditDifference]) -> [String] {
        let shown = min(differences.count, AuditPage.rowsOfCause)
        var caption = AuditPage.count(differences.count, "difference", "differences")
        if shown < differences.count { caption = "The first \(AuditPage.grouped(shown)) of \(caption)" }
        let columns = ["Commit", "Meter", "Tenant", "Window start", "In the ledger", "Recomputed", "Source", "Detail"]
        var lines = [
            "<section aria-labelledby=\"\(id(cause))\">", "<h2 id=\"\(id(cause))\">\(title(cause))</h2>",
            "<p>\(meaning(cause))</p>", "<table class=\"differences\">",
            "<caption>\(title(cause)): \(caption)</caption>",
            "<thead><tr>" + columns.map { "<th scope=\"col\">\($0)</th>" }.joined() + "</tr></thead>", "<tbody>",
        ]
        lines += differences.prefix(shown).map(row)
        lines += ["</tbody>", "</table>"]
        if shown < differences.count {
            let more = AuditPage.count(differences.count - shown, "more difference", "more differences")
            lines.append(
                "<p class=\"more\">\(more) of this cause: <code>odometer audit --format json</code> lists all of them.</p>"
            )
        }
        return lines + ["</section>"]
    }

    private func row(_ difference: AuditDifference) -> String {
        let none = "<td class=\"none\">–</td>"
        func cell(_ text: String) -> String { "<td><bdi>\(HTMLText.content(text))</bdi></td>" }
        var cells = ["<th scope=\"row\">\(difference.seq.map { "\($0)" } ?? "–")</th>"]
        if let usage = difference.usage {
            cells.append(meter(of: usage))
            cells += [cell(usage.tenant.description), cell(usage.window.start.description)]
            cells += [usage.ledger, usage.recomputed].map { cell(AuditText.text($0, usage)) }
        } else {
            cells += Array(repeating: none, count: 5)
        }
        if let range = difference.range {
            let place =
                "<bdi>\(HTMLText.content(range.partition.source))</bdi>"
                + " <bdi>\(HTMLText.content(range.partition.id.description))</bdi>"
            let positions = HTMLText.content("\(range.range.start) to \(range.range.end)")
            cells.append("<td><div>\(place) <small>\(positions)</small></div></td>")
        } else {
            cells.append(none)
        }
        return "<tr>" + cells.joined() + cell(difference.detail) + "</tr>"
    }

    /// With its dimensions, which tell one series of a meter from another.
    private func meter(of usage: AuditDifference.Usage) -> String {
        let name = "<bdi>\(HTMLText.content(usage.meter.name))</bdi>"
        if usage.dimensions.isEmpty { return "<td>\(name)</td>" }
        let dimensions = Dimensions(names: usage.meter.dimensions, values: usage.dimensions).text
        return "<td><div>\(name) <small><bdi>\(HTMLText.content(dimensions))</bdi></small></div></td>"
    }
}
