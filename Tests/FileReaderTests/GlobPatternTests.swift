import Testing
import UsageModel

@testable import FileReader

@Suite struct GlobPatternTests {
    @Test(
        "A pattern covers these paths and not those",
        arguments: [
            ("*.log", ["/b/a.log", "/b/.log", "/b/a.b.log"], ["/b/a.logs", "/b/c/a.log", "/a.log"]),
            ("a?c", ["/b/abc", "/b/aéc"], ["/b/ac", "/b/abbc"]),
            ("[a-c]x", ["/b/ax", "/b/cx"], ["/b/dx", "/b/x"]),
            ("[!a-c]x", ["/b/dx"], ["/b/ax"]),
            ("[]]x", ["/b/]x"], ["/b/ax"]),
            ("**/a", ["/b/a", "/b/c/a", "/b/c/d/a"], ["/a", "/b/c/ab"]),
            ("x/**/y/*", ["/b/x/y/z", "/b/x/q/r/y/z"], ["/b/x/z", "/b/x/y/z/q"]),
            ("x/**", ["/b/x/y", "/b/x/y/z"], ["/b/x"]),
            ("/c/*/d", ["/c/x/d"], ["/b/c/x/d", "/c/d"]),
            ("./x//y", ["/b/x/y"], ["/b/x"]),
            ("a*b*c", ["/b/abc", "/b/axxbxxbxc"], ["/b/abcd"]),
        ])
    func covers(pattern: String, yes: [String], no: [String]) throws {
        let glob = try GlobPattern(pattern, base: "/b")
        for path in yes { #expect(glob.matches(ByteString(path)), "\(path)") }
        for path in no { #expect(!glob.matches(ByteString(path)), "\(path)") }
    }
}
