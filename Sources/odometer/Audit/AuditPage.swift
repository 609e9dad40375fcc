import Pipeline
import UsageModel

/// An audit's result as one HTML page that needs nothing else, for whoever answers for the numbers.
///
/// The same report and facts give the same bytes. Void elements are closed, so that a parser of XML reads it too.
struct AuditPage {
    /// What was audited, when, and by what.
    struct Facts {
        /// The name of the configuration's file, without its directory.
        var configuration: String
        /// The last component of the ledger's path.
        var ledger: String
        var selection: AuditSelection
        /// When the audit ended.
        var time: Timestamp
        /// The program's.
        var version: String
    }

    /// How many differences of one cause the page has; `--format json` has them all.
    static let rowsOfCause = 1_000

    /// What each page begins with.
    static let doctype = "<!DOCTYPE html>"

    var report: AuditReport
    var facts: Facts

    var html: String {
        """
        \(AuditPage.doctype)
        <html lang="en">
        <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>\(HTMLText.plain("Usage audit of \(facts.ledger): \(verdict)"))</title>
        <style>
        \(AuditPage.style)
        </style>
        </head>
        <body>
        <header>
        <p class="program">Odometer</p>
        <h1>Usage audit</h1>
        </header>
        <main>
        \((verdictSection + rootSection + factsSection + differenceSections + totalsSection + verifySection).joined(separator: "\n"))
        </main>
        <footer>
        <p>Made by odometer \(HTMLText.content(facts.version)) at \(time).</p>
        </footer>
        </body>
        </html>

        """
    }

    /// To the second: nobody compares the rest.
    var time: String {
        let second: Int64 = 1_000_000_000
        let rest = facts.time.nanoseconds % second
        return Timestamp(nanoseconds: facts.time.nanoseconds - (rest < 0 ? rest + second : rest)).description
    }

    // MARK: The verdict

    private var verdict: String {
        if report.isIdentical, report.commitsChecked == 0 { return "Nothing was compared" }
        return report.isIdentical ? "Identical" : AuditPage.count(report.differences.count, "difference", "differences")
    }

    private var verdictSection: [String] {
        [
            "<section class=\"verdict \(report.isIdentical ? "identical" : "different")\" aria-label=\"Verdict\">",
            "<p class=\"word\">\(verdict)</p>", "<p>\(meaning)</p>", "</section>",
        ]
    }

    /// What the verdict says, and no more than that.
    private var meaning: String {
        let checked = AuditPage.count(report.commitsChecked, "commit was", "commits were")
        if !report.isIdentical {
            let place =
                report.commitsDiffering == 0
                ? "in no commit of their own" : "in \(AuditPage.count(report.commitsDiffering, "commit", "commits"))"
            return
                "\(checked) made again from the sources. The differences are \(place). They are listed below by their"
                + " cause, with what each cause means and what to do about it."
        }
        if report.commitsChecked == 0 {
            return
                "No commit was made again: none is in what was selected. The frames of the ledger are as they were written."
        }
        if report.commitsChecked < report.commits {
            return "\(checked) drawn and made again from the sources, and each came to the numbers in the ledger."
                + " The other commits were not made again."
        }
        return "\(checked) made again from the sources, and each came to the numbers in the ledger."
    }

    /// `12,345 commits`.
    static func count(_ number: some BinaryInteger, _ one: String, _ many: String) -> String {
        "\(grouped(number)) \(number == 1 ? one : many)"
    }

    /// With a comma between thousands.
    static func grouped(_ number: some BinaryInteger) -> String {
        var text = ""
        let digits = String(number)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }
}
