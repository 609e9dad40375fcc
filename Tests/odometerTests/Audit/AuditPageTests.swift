import Foundation
import Testing
import UsageModel

@testable import Pipeline
@testable import odometer

@Suite("The page of an audit")
struct AuditPageTests {
    static let causes: [AuditDifference.Cause] = [
        .sourceChanged, .sourceGone, .ledgerAltered, .mappingChanged, .codeDiffers,
    ]

    static func page(_ differences: [AuditDifference] = [], checked: UInt64 = 12_345) throws -> AuditPage {
        var report = AuditReport()
        report.commits = 12_345
        report.commitsChecked = checked
        report.eventsChecked = 1_234_567
        report.lastSeq = 12_400
        report.root = Digest256(bytes: [UInt8](repeating: 0xAB, count: 32))
        report.differences = differences
        let time = try #require(Timestamp("2026-11-27T15:00:00.123456789Z"))
        return AuditPage(
            report: report,
            facts: .init(
                configuration: "odometer.yaml", ledger: "books", selection: AuditSelection(), time: time,
                version: "0.1.0"))
    }

    /// A window that has 12 in the ledger and none in the sources.
    static func difference(
        _ cause: AuditDifference.Cause, seq: UInt64 = 7, tenant: ByteString = "tenant-001", region: ByteString? = "eu"
    ) throws -> AuditDifference {
        let start = try #require(Timestamp("2026-11-01T00:00:00Z"))
        let end = try #require(Timestamp("2026-11-01T01:00:00Z"))
        let meter = UsageDelta.MeterHeader(name: "requests", aggregation: .count, dimensions: ["/data/region"])
        let partition = Partition(source: "gateway", id: "logs/a.ndjson#0", descriptor: [])
        return AuditDifference(
            seq: seq, cause: cause, detail: "what was seen",
            range: CommittedRange(
                partition: partition, range: PositionRange(start: .byte(128), end: .byte(4_096)), records: 9),
            usage: .init(
                meter: meter, tenant: tenant, dimensions: [region], window: Window(start: start, end: end),
                ledger: .count(events: 12), recomputed: nil))
    }

    @Test("Each cause has a section with its meaning, and a table with all that is known", arguments: causes)
    func cause(_ cause: AuditDifference.Cause) throws {
        let page = try Self.page([Self.difference(cause)])
        let html = page.html
        #expect(html.contains("<p class=\"word\">1 difference</p>"))
        #expect(html.contains("<h2 id=\"\(page.id(cause))\">\(page.title(cause))</h2>\n<p>\(page.meaning(cause))</p>"))
        #expect(html.contains("<caption>\(page.title(cause)): 1 difference</caption>"))
        let row = """
            <tr><th scope="row">7</th><td><div><bdi>requests</bdi> <small><bdi>/data/region=eu</bdi></small></div></td>\
            <td><bdi>tenant-001</bdi></td><td><bdi>2026-11-01T00:00:00Z</bdi></td><td><bdi>12</bdi></td>\
            <td><bdi>0</bdi></td><td><div><bdi>gateway</bdi> <bdi>logs/a.ndjson#0</bdi> \
            <small>128 to 4096</small></div></td><td><bdi>what was seen</bdi></td></tr>
            """
        #expect(html.contains(row))
        for other in Self.causes where other != cause { #expect(!html.contains(page.title(other))) }
        #expect(Set(Self.causes.map(page.meaning)).count == Self.causes.count)
        #expect(Set(AuditPage.causes) == Set(Self.causes))
    }

    @Test("A difference without a number, a range or a commit has dashes there")
    func bare() throws {
        let html = try Self.page([AuditDifference(seq: nil, cause: .ledgerAltered, detail: "frame 3")]).html
        let dashes = String(repeating: "<td class=\"none\">–</td>", count: 6)
        #expect(html.contains("<tr><th scope=\"row\">–</th>\(dashes)<td><bdi>frame 3</bdi></td></tr>"))
        #expect(html.contains("in no commit of their own"))
    }

    @Test("An audit without differences says identical, what was checked, and the root hash")
    func identical() throws {
        let html = try Self.page().html
        #expect(html.contains("<p class=\"word\">Identical</p>"))
        #expect(html.contains("<code>\(String(repeating: "ab", count: 32))</code>"))
        #expect(html.contains("frame <strong>12400</strong>"))
        for (name, value) in [
            ("Configuration", "<bdi>odometer.yaml</bdi>"), ("Ledger", "<bdi>books</bdi>"), ("Period", "all"),
            ("Tenant", "all"), ("Commits made again", "12,345 of 12,345"), ("Events in them", "1,234,567"),
            ("Audited at", "2026-11-27T15:00:00Z"), ("Program", "odometer 0.1.0"),
        ] {
            #expect(html.contains("<dt>\(name)</dt><dd>\(value)</dd>"), "\(name)")
        }
        #expect(!html.contains("<table"))
        #expect(!html.contains("Without sources"))
    }

    @Test("A sample is told with its seed and with how sure it makes, and claims nothing of the other commits")
    func sample() throws {
        var page = try Self.page(checked: 458)
        (page.facts.selection.sample, page.facts.selection.seed) = (0.04, 7)
        #expect(
            page.html.contains(
                "0.04 of the commits, drawn with seed 7; 99 % sure that fewer than 1.0005 % of the commits differ"))
        #expect(page.html.contains("The other commits were not made again."))
        page.report.differences = [try Self.difference(.sourceGone)]
        #expect(!page.html.contains("% sure"))
        page.report.differences = []
        page.report.commitsChecked = 0
        #expect(page.html.contains("No commit was made again"))
    }

    @Test("The period and the tenant that were asked for are told")
    func selection() throws {
        var page = try Self.page()
        page.facts.selection.tenant = "a&b"
        let (start, end) = (Timestamp("2026-11-01T00:00:00Z"), Timestamp("2026-12-01T00:00:00Z"))
        #expect(page.html.contains("<dt>Tenant</dt><dd><bdi>a&amp;b</bdi></dd>"))
        for (period, text) in [
            (EventPeriod(start: start, end: nil), "from 2026-11-01T00:00:00Z"),
            (EventPeriod(start: nil, end: end), "before 2026-12-01T00:00:00Z"),
            (EventPeriod(start: start, end: end), "from 2026-11-01T00:00:00Z to before 2026-12-01T00:00:00Z"),
        ] {
            page.facts.selection.period = period
            #expect(page.html.contains("<dt>Period</dt><dd>\(text)</dd>"))
        }
    }

    @Test("Nothing that is in the data is markup, and what cannot be seen is written out")
    func escaping() throws {
        let hostile = "<script>alert('&\"')</script>\u{202E}gnp\u{2066}\u{0}\u{1B}[31m\u{FFFE}\u{200B}é😀"
        var difference = try Self.difference(.codeDiffers, tenant: ByteString(hostile), region: ByteString(hostile))
        difference.detail = hostile
        difference.usage?.meter.name = hostile
        difference.usage?.meter.dimensions = [hostile]
        difference.range?.partition = Partition(source: hostile, id: ByteString(hostile), descriptor: [])
        var page = try Self.page([difference])
        (page.facts.configuration, page.facts.ledger, page.facts.version) = (hostile, hostile, hostile)
        page.facts.selection.tenant = ByteString(hostile)
        let html = page.html
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;"))
        #expect(
            html.contains(
                "<span class=\"escape\">U+202E</span>gnp<span class=\"escape\">U+2066</span><span class=\"escape\">U+0000</span>"
                    + "<span class=\"escape\">U+001B</span>[31m<span class=\"escape\">U+FFFE</span>"
                    + "<span class=\"escape\">U+200B</span>é😀"))
        let unseen = html.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar != "\n"
            case .format, .unassigned: true
            default: false
            }
        }
        #expect(unseen.isEmpty)
        #expect(PageElements(html).problem == nil)
    }

    @Test(
        "All overrides and isolates of direction are written out",
        arguments: Array(UInt32(0x202A)...0x202E) + Array(UInt32(0x2066)...0x2069))
    func directions(_ value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        let name = "U+" + String(value, radix: 16, uppercase: true)
        #expect(HTMLText.plain("a\(scalar)b") == "a\(name)b")
        #expect(HTMLText.content("a\(scalar)b") == "a<span class=\"escape\">\(name)</span>b")
    }

    @Test("Each cause has 1,000 rows at most, and the page says how many more there are")
    func rows() throws {
        let many = try (1...1_234).map { try Self.difference(.sourceGone, seq: UInt64($0)) }
        let html = try Self.page(many + [Self.difference(.sourceChanged, seq: 2_000)]).html
        #expect(html.contains("<p class=\"word\">1,235 differences</p>"))
        #expect(html.contains("<caption>Source gone: The first 1,000 of 1,234 differences</caption>"))
        #expect(html.contains("234 more differences of this cause: <code>odometer audit --format json</code>"))
        #expect(html.components(separatedBy: "what was seen").count - 1 == 1_001)
        #expect(html.contains("<th scope=\"row\">1000</th>") && !html.contains("<th scope=\"row\">1001</th>"))
        let exact = try Self.page(Array(many.prefix(1_000))).html
        #expect(!exact.contains("more difference"))
    }

    @Test("A page is well-formed, has one h1, and nothing that is fetched or run")
    func form() throws {
        for differences in [[], try Self.causes.map { try Self.difference($0) }] {
            let html = try Self.page(differences).html
            let page = PageElements(html)
            #expect(page.problem == nil)
            #expect(page.attributes["html"]?.first?["lang"] == "en")
            #expect(page.count("h1") == 1)
            #expect(page.count("caption") == page.count("table"))
            #expect(page.count("table") == (differences.isEmpty ? 0 : 7))
            #expect(page.attributes["th", default: []].allSatisfy { $0["scope"] != nil })
            for name in ["script", "link", "img", "iframe", "object", "form"] { #expect(page.count(name) == 0) }
            let policy = page.attributes["meta", default: []].first { $0["http-equiv"] == "Content-Security-Policy" }
            #expect(policy?["content"] == "default-src 'none'; style-src 'unsafe-inline'")
            let ids = page.attributes.values.joined().compactMap { $0["id"] }
            #expect(Set(ids).count == ids.count)
            let targets = page.attributes.values.joined().compactMap {
                $0["href"] ?? $0["aria-labelledby"].map { "#" + $0 }
            }
            #expect(Set(targets.map { String($0.dropFirst()) }).isSubset(of: ids) && !targets.isEmpty)
            for word in ["url(", "@import", "http:", "https:", "src="] { #expect(!html.contains(word), "\(word)") }
        }
    }

    @Test("The same report gives the same bytes")
    func same() throws {
        let differences = try (0..<50).map { try Self.difference(Self.causes[$0 % 5], seq: UInt64($0)) }
        let first = try Self.page(differences).html
        #expect(try Self.page(differences).html == first)
        #expect(try Self.page(differences.reversed()).html != first)
    }
}
