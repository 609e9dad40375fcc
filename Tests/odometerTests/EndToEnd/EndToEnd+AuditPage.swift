import Foundation
import Testing

extension EndToEnd {
    @Suite("The page of an audit")
    struct AuditPage {
        private struct Report: Decodable {
            var identical: Bool
            var root: String
            var differences: [Difference]

            struct Difference: Decodable {
                var cause: String
                var tenant: String?
            }
        }

        /// What tenants may be called, so that one of them is hostile to a page.
        private static let subjects = ["s-1", "acme & sons", "<script>document.title=1</script>"]

        /// Three commits of three files, each with events of three subjects.
        private static func workspace() throws -> Workspace {
            let workspace = try Workspace.probe()
            for (file, hour) in [("a", "00"), ("b", "01"), ("c", "02")] {
                let lines = (0..<30).map { index in
                    Workspace.probeLine(id: "\(file)\(index)", amount: "5", time: "2026-11-01T\(hour):00:10Z")
                        .replacingOccurrences(of: "s-1", with: subjects[index % 3])
                }
                try workspace.write(lines.joined(), to: "\(file).ndjson")
                try workspace.runUntilIdle()
            }
            return workspace
        }

        /// Changes an amount of the second file in place, and takes the third away.
        private static func damage(_ workspace: Workspace) throws {
            let bytes = try Data(contentsOf: workspace.file("b.ndjson"))
            let place = try #require(bytes.range(of: Data("\"amount\":5".utf8)))
            let handle = try FileHandle(forWritingTo: workspace.file("b.ndjson"))
            try handle.seek(toOffset: UInt64(place.upperBound - 1))
            try handle.write(contentsOf: Data("6".utf8))
            try handle.close()
            try FileManager.default.removeItem(at: workspace.file("c.ndjson"))
        }

        /// Audits to `report.html`; the result as JSON.
        private static func audit(_ workspace: Workspace, status: Int32) throws -> Report {
            let result = try workspace.odometer("audit", "--format", "json", "--report", "report.html")
            try #require(result.status == .exit(status), "\(result.errors)")
            return try JSONDecoder().decode(Report.self, from: result.output)
        }

        private static func page(of workspace: Workspace) throws -> String {
            String(decoding: try Data(contentsOf: workspace.file("report.html")), as: UTF8.self)
        }

        @Test("The page has what the audit found, and is written over by the next one, whole")
        func written() throws {
            let workspace = try Self.workspace()
            let identical = try Self.audit(workspace, status: 0)
            #expect(identical.identical)
            #expect(try Self.page(of: workspace).contains("<p class=\"word\">Identical</p>"))
            try Self.damage(workspace)
            let report = try Self.audit(workspace, status: 1)
            let html = try Self.page(of: workspace)
            #expect(html.contains("<p class=\"word\">\(report.differences.count) differences</p>"))
            #expect(html.contains(report.root) && report.root == identical.root)
            #expect(!html.contains("<script") && html.contains("unmapped:acme &amp; sons"))
            #expect(PageElements(html).problem == nil)
            let names = try FileManager.default.contentsOfDirectory(atPath: workspace.directory.path)
            #expect(Set(names) == ["a.ndjson", "b.ndjson", "ledger", "odometer.yaml", "report.html"])
        }

        @Test("Where the page cannot be written is the caller's mistake, told before the audit on one line")
        func mistakes() throws {
            let workspace = try Self.workspace()
            let before = try Data(contentsOf: workspace.file("odometer.yaml"))
            for path in ["nowhere/report.html", "ledger", "", "odometer.yaml", "odometer.yaml/x", "/dev/null"] {
                let result = try workspace.odometer("audit", "--report", path)
                #expect(result.status == .exit(2), "\(path)")
                #expect(result.output.isEmpty)
                #expect(result.errors.hasPrefix("--report") && result.errors.split(separator: "\n").count == 1)
            }
            #expect(try Data(contentsOf: workspace.file("odometer.yaml")) == before)
        }

        @Test(
            "A browser shows the root hash, the causes and the tenants, and runs nothing",
            .enabled(if: Chromium.isHere, "chromium is not here; `make test-report` installs it"))
        func shown() throws {
            let workspace = try Self.workspace()
            try workspace.write("<!DOCTYPE html><html><body></body></html>", to: "blank.html")
            let blank = try Chromium.picture(of: "blank.html", width: 1_200, in: workspace)
            _ = try Self.audit(workspace, status: 0)
            let identical = try Chromium.text(of: "report.html", in: workspace)
            #expect(identical.contains("Identical") && !identical.contains("Source gone"))
            #expect(try Chromium.picture(of: "report.html", width: 1_200, in: workspace).count > 5 * blank.count)
            try Self.damage(workspace)
            let report = try Self.audit(workspace, status: 1)
            let text = try Chromium.text(of: "report.html", in: workspace)
            #expect(text.contains(report.root))
            #expect(text.contains("\(report.differences.count) differences"))
            #expect(Set(report.differences.map(\.cause)) == ["source bytes changed", "source gone"])
            for cause in ["Source bytes changed", "Source gone"] { #expect(text.contains(cause)) }
            for subject in Self.subjects { #expect(text.contains("unmapped:\(subject)"), "\(subject)") }
            for width in [500, 1_200] {
                let picture = try Chromium.picture(of: "report.html", width: width, in: workspace)
                #expect(picture.count > 5 * blank.count, "\(width)")
            }
        }
    }
}
