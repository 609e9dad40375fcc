extension AuditPage {
    /// The page's only style sheet. It names no file, and the fonts are those of the reader's machine.
    static let style = screenStyle + "\n" + narrowStyle + "\n" + printStyle

    private static let screenStyle = """
        :root { color-scheme: light dark; --page: #fbfbfa; --text: #1b1f24; --quiet: #59626d; --line: #d9dde2;
          --panel: #ffffff; --good: #17693a; --bad: #a3201b; --link: #1a56a0; }
        @media (prefers-color-scheme: dark) {
          :root { --page: #14171a; --text: #e4e7ea; --quiet: #a0a9b3; --line: #363d45; --panel: #1b1f24;
            --good: #6fcf97; --bad: #ff8f87; --link: #8ab8ff; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 72rem; padding: 2.5rem 2rem; background: var(--page); color: var(--text);
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
          -webkit-text-size-adjust: 100%; }
        h1 { margin: 0 0 1.5rem; font-size: 1.7rem; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
        h2 { margin: 0 0 .6rem; font-size: 1.15rem; line-height: 1.3; font-weight: 650; }
        p { margin: 0 0 .75rem; max-width: 48rem; }
        a { color: var(--link); }
        section { margin: 0 0 2.25rem; }
        code { font: .92em/1.5 ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; }
        .program { margin: 0 0 .25rem; color: var(--quiet); font-size: .85rem; letter-spacing: .06em;
          text-transform: uppercase; }
        .verdict { padding: 1.1rem 1.4rem; background: var(--panel); border: 1px solid var(--line);
          border-left: .4rem solid; border-radius: .3rem; }
        .verdict.identical { border-left-color: var(--good); }
        .verdict.different { border-left-color: var(--bad); }
        .verdict p { margin: 0; }
        .verdict .word { font-size: 1.5rem; line-height: 1.35; font-weight: 650; }
        .identical .word { color: var(--good); }
        .different .word { color: var(--bad); }
        .hash { margin: 0 0 .6rem; max-width: none; padding: .75rem 1rem; background: var(--panel);
          border: 1px solid var(--line); border-radius: .3rem; }
        .hash code { font-size: 1.05rem; overflow-wrap: anywhere; }
        dl { margin: 0; border-top: 1px solid var(--line); }
        dl div { display: grid; grid-template-columns: 12rem 1fr; gap: 1rem; padding: .4rem 0;
          border-bottom: 1px solid var(--line); }
        dt { color: var(--quiet); }
        dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        table { width: 100%; border-collapse: collapse; font-size: .875rem; line-height: 1.4; }
        caption { padding: 0 0 .4rem; color: var(--quiet); font-size: .875rem; text-align: left; }
        th, td { padding: .45rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
          font-weight: 400; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        th:first-child { padding-left: 0; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { border-bottom: 2px solid var(--line); color: var(--quiet); font-weight: 600; vertical-align: bottom;
          overflow-wrap: normal; }
        td.none { color: var(--quiet); }
        .summary { width: auto; min-width: 26rem; }
        .summary th:nth-child(n+2), .summary td, .differences th:nth-child(5), .differences th:nth-child(6),
        .differences td:nth-child(5), .differences td:nth-child(6) { text-align: right; }
        .totals th:nth-child(n+3), .totals .number { text-align: right; white-space: nowrap; }
        .differences th:nth-child(1), .differences td:nth-child(4) { white-space: nowrap; }
        .differences { table-layout: fixed; }
        .differences th:nth-child(1) { width: 7%; }
        .differences th:nth-child(2) { width: 10%; }
        .differences th:nth-child(3) { width: 14%; }
        .differences th:nth-child(4) { width: 16.5%; }
        .differences th:nth-child(5), .differences th:nth-child(6) { width: 11%; }
        .differences th:nth-child(7) { width: 12%; }
        small { display: block; color: var(--quiet); font-size: .92em; }
        .escape { white-space: nowrap; padding: 0 .2em; border: 1px solid; border-radius: .2em; color: var(--bad); font-size: .85em; }
        .more { margin-top: .75rem; }
        ol { margin: 0; padding-left: 1.4rem; max-width: 48rem; }
        li { margin: 0 0 .5rem; }
        footer { border-top: 1px solid var(--line); padding-top: .75rem; color: var(--quiet); font-size: .875rem; }
        """

    /// On a phone a difference is a block of lines, each with the name of its column, for eight columns do not fit.
    private static let narrowStyle = """
        @media screen and (max-width: 40rem) {
          body { padding: 1.5rem 1.1rem; }
          h1 { font-size: 1.4rem; }
          dl div { grid-template-columns: 8.5rem 1fr; gap: .75rem; }
          .summary { width: 100%; min-width: 0; }
          .totals { display: block; overflow-x: auto; }
        }
        @media screen and (max-width: 60rem) {
          .differences, .differences caption, .differences tbody, .differences tr, .differences tbody th,
          .differences td { display: block; }
          .differences thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .differences tr { padding: .6rem 0; border-top: 2px solid var(--line); }
          .differences tbody th, .differences tbody td { display: grid; grid-template-columns: 7.5rem 1fr;
            padding: .1rem 0; border: 0; }
          .differences tbody td:nth-child(n) { text-align: left; white-space: normal; }
          .differences tbody th { width: auto; font-weight: 600; }
          .differences td.none { display: none; }
          .differences tbody th::before, .differences td::before { color: var(--quiet); font-weight: 400; }
          .differences tbody th::before { content: "Commit"; }
          .differences td:nth-child(2)::before { content: "Meter"; }
          .differences td:nth-child(3)::before { content: "Tenant"; }
          .differences td:nth-child(4)::before { content: "Window start"; }
          .differences td:nth-child(5)::before { content: "In the ledger"; }
          .differences td:nth-child(6)::before { content: "Recomputed"; }
          .differences td:nth-child(7)::before { content: "Source"; }
          .differences td:nth-child(8)::before { content: "Detail"; }
        }
        """

    private static let printStyle = """
        @page { margin: 15mm; }
        @media print {
          :root { color-scheme: light; --page: #ffffff; --text: #000000; --quiet: #444444; --line: #aaaaaa;
            --panel: #ffffff; --good: #0d4a27; --bad: #8a1611; --link: #000000; }
          body { max-width: none; padding: 0; font-size: 10pt; }
          table, caption { font-size: 8pt; }
          th, td { padding: .3rem .4rem; }
          .hash code { font-size: 9.5pt; }
          .differences th:nth-child(1) { width: 8%; }
          .differences th:nth-child(4) { width: 14%; }
          .differences th:nth-child(5), .differences th:nth-child(6) { width: 13%; }
          .differences td:nth-child(4) { white-space: normal; }
          h2, caption, thead { break-after: avoid; }
          thead { display: table-header-group; }
          tr, .verdict, .root, dl div { break-inside: avoid; }
          a { text-decoration: none; }
        }
        """
}
