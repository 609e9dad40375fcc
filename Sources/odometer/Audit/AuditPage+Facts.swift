import Pipeline
import UsageModel

extension AuditPage {
    /// What the ledger is known by.
    var rootSection: [String] {
        [
            "<section class=\"root\" aria-labelledby=\"root\">", "<h2 id=\"root\">The ledger’s root hash</h2>",
            "<p class=\"hash\"><code>\(report.root)</code></p>",
            "<p>It stands for frames 1 to \(report.lastSeq) of the ledger, the last of which is frame"
                + " <strong>\(report.lastSeq)</strong>: change one bit of any of them, and it is another.</p>",
            "</section>",
        ]
    }

    var factsSection: [String] {
        ["<section aria-labelledby=\"checked\">", "<h2 id=\"checked\">What was checked</h2>", "<dl>"]
            + rows.map { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" } + ["</dl>", "</section>"]
    }

    /// Values are markup.
    private var rows: [(name: String, value: String)] {
        let selection = facts.selection
        var rows: [(name: String, value: String)] = [
            ("Configuration", "<bdi>\(HTMLText.content(facts.configuration))</bdi>"),
            ("Ledger", "<bdi>\(HTMLText.content(facts.ledger))</bdi>"),
            ("Period", period),
            ("Tenant", selection.tenant.map { "<bdi>\(HTMLText.content($0.description))</bdi>" } ?? "all"),
            ("Sample", sample),
            (
                "Commits made again",
                "\(AuditPage.grouped(report.commitsChecked)) of \(AuditPage.grouped(report.commits))"
            ),
            ("Events in them", AuditPage.grouped(report.eventsChecked)),
        ]
        if report.commitsWithoutSources > 0 {
            let count = AuditPage.count(report.commitsWithoutSources, "commit", "commits")
            rows.append(
                ("Without sources", "\(count), such as moves between tenants; their frames were checked, no more"))
        }
        return rows + [("Audited at", time), ("Program", "odometer \(HTMLText.content(facts.version))")]
    }

    private var period: String {
        switch (facts.selection.period.start, facts.selection.period.end) {
        case (nil, nil): "all"
        case (let start?, nil): "from \(start)"
        case (nil, let end?): "before \(end)"
        case (let start?, let end?): "from \(start) to before \(end)"
        }
    }

    /// With the confidence that it gives, where one follows.
    private var sample: String {
        guard let sample = facts.selection.sample else { return "none; every commit of the selection" }
        let drawn = "\(sample) of the commits, drawn with seed \(facts.selection.seed)"
        guard let bound = AuditText(report: report).bound else { return drawn }
        return "\(drawn); 99 % sure that fewer than \(bound) % of the commits differ"
    }

    /// How another comes to the same result.
    var verifySection: [String] {
        let unchanged =
            "While nothing is added to the ledger, each run gives the same root hash at the same frame number. When commits were"
            + " added, both are others; the frames that this page speaks of stay in the ledger as they are."
        return [
            "<section aria-labelledby=\"verify\">", "<h2 id=\"verify\">How to verify this page</h2>",
            "<p>This page is a copy of a result, and a copy can be edited. Ask for the result itself:</p>", "<ol>",
            "<li>Run <code>odometer audit</code> again over the same ledger and sources, with the period, tenant and sample"
                + " above. It must come to the same verdict and the same differences.</li>",
            "<li>Run <code>odometer ledger verify</code>. It checks every frame and hash of the ledger, and holds it to its"
                + " last signed checkpoint where there is one.</li>",
            "<li>Compare the root hash above with the one that <code>odometer audit</code> prints, and with the one on an"
                + " earlier copy of this page. \(unchanged)</li>",
            "</ol>", "</section>",
        ]
    }
}
