import Foundation
import Testing

/// A browser without a window, as a reader of pages opens them.
enum Chromium {
    static let isHere = FileManager.default.isExecutableFile(atPath: program.path)

    private static let program = URL(fileURLWithPath: "/usr/bin/chromium")

    /// The page's text, after the browser has built it, without its style.
    static func text(of page: String, in workspace: Workspace) throws -> String {
        let result = try run(page, ["--dump-dom"], in: workspace)
        let dom = String(decoding: result.output, as: UTF8.self)
        let body = try #require(dom.range(of: "<body>"))
        return String(dom[body.upperBound...]).replacing(/<[^>]*>/, with: "")
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    /// A PNG of what is seen first, `width` by 1,600 pixels.
    static func picture(of page: String, width: Int, in workspace: Workspace) throws -> Data {
        let name = page + ".\(width).png"
        _ = try run(
            page, ["--hide-scrollbars", "--screenshot=\(workspace.file(name).path)", "--window-size=\(width),1600"],
            in: workspace)
        return try Data(contentsOf: workspace.file(name))
    }

    private static func run(_ page: String, _ options: [String], in workspace: Workspace) throws -> ChildProcess.Result
    {
        let profile = workspace.file("chromium-\(UUID().uuidString)").path
        return try workspace.succeed(
            program,
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile)"] + options
                + [workspace.file(page).absoluteString])
    }
}
