import TenantMapping
import Testing
import UsageModel

@Suite("Tenants under tenants")
struct TenantHierarchyTests {
    private func table(_ csv: String) throws -> TenantTable {
        try TenantTable(csv: Array(csv.utf8), file: "tenants.csv")
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    @Test("A tenant is under its parent and all above that, for the time of the row")
    func ancestors() throws {
        let hierarchy = try table(
            """
            subject,tenant,parent,valid_from,valid_to
            a,team,division,,2026-06-01T00:00:00Z
            a,team,other,2026-06-01T00:00:00Z,
            ,division,group,,
            """
        ).hierarchy
        #expect(hierarchy.ancestors(of: "team", at: try time("2026-05-31T23:59:59Z")) == ["division", "group"])
        #expect(hierarchy.ancestors(of: "team", at: try time("2026-06-01T00:00:00Z")) == ["other"])
        #expect(hierarchy.ancestors(of: "group", at: try time("2026-06-01T00:00:00Z")).isEmpty)
        #expect(hierarchy.family(of: "group") == ["group", "division", "team"])
        #expect(hierarchy.family(of: "other") == ["other", "team"])
    }

    @Test("A row without a subject says the parent only")
    func noSubject() throws {
        let table = try table("subject,tenant,parent\na,team,division\n,division,group\n")
        #expect(table.subjectCount == 1)
        #expect(table.hierarchy.family(of: "group").count == 3)
    }

    @Test(
        "Contradictions and circles are refused",
        arguments: [
            (
                "subject,tenant,parent\na,t,p\nb,t,q\n",
                "tenants.csv:3:5: the tenant \"t\" has another parent in line 2 at the same time; correct one of them"
            ),
            ("subject,tenant,parent\na,t,t\n", "tenants.csv:2:5: a tenant is not its own parent"),
            (
                "subject,tenant,parent\na,t,p\n,p,q\n,q,t\n",
                "tenants.csv:3:4: the tenant \"p\" is under itself by way of others; correct a parent"
            ),
            ("subject,tenant,parent\n,t,\n", "tenants.csv:2:1: the subject is empty; fill it in or remove the row"),
        ] as [(String, String)])
    func refused(_ csv: String, _ message: String) {
        #expect { try table(csv) } throws: { "\($0)" == message }
    }

    @Test("A circle of all times that is none at any time is none")
    func noCircleAtAnyTime() throws {
        let table = try table(
            """
            subject,tenant,valid_from,valid_to,parent
            a,t,,2026-01-01T00:00:00Z,p
            b,p,2026-01-01T00:00:00Z,,t
            """)
        #expect(table.hierarchy.ancestors(of: "t", at: try time("2025-01-01T00:00:00Z")) == ["p"])
        #expect(table.hierarchy.ancestors(of: "p", at: try time("2027-01-01T00:00:00Z")) == ["t"])
    }

    @Test("A stretch of time is cut where a subject's tenant changes")
    func parts() throws {
        let table = try table(
            """
            subject,tenant,valid_from,valid_to
            s,a,2026-01-01T00:00:00Z,2026-01-01T12:00:00Z
            s,b,2026-01-01T12:00:00Z,2026-01-01T18:00:00Z
            always,c,,
            """)
        func parts(_ subject: ByteString, _ from: String, _ to: String) throws -> [String] {
            table.tenants(of: subject, over: Window(start: try time(from), end: try time(to))).map {
                "\($0.tenant?.description ?? "-") \($0.part.start) \($0.part.end)"
            }
        }
        #expect(
            try parts("s", "2025-12-31T23:00:00Z", "2026-01-02T00:00:00Z") == [
                "- 2025-12-31T23:00:00Z 2026-01-01T00:00:00Z", "a 2026-01-01T00:00:00Z 2026-01-01T12:00:00Z",
                "b 2026-01-01T12:00:00Z 2026-01-01T18:00:00Z", "- 2026-01-01T18:00:00Z 2026-01-02T00:00:00Z",
            ])
        #expect(try parts("s", "2026-01-01T01:00:00Z", "2026-01-01T12:00:00Z").count == 1)
        #expect(try parts("always", "2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z").count == 1)
        #expect(try parts("nobody", "2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z").first?.hasPrefix("-") == true)
    }
}
