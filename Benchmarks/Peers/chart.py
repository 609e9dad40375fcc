"""The chart of the races: bars of seconds, as SVG that reads on light and dark ground."""

from xml.sax.saxutils import escape

from report import LEAD, RACES

CONTENDERS = (LEAD, "DuckDB", "chDB")
WIDTH, LABELS, BARS = 840, 92, 560
BAR, STEP, GAP = 18, 24, 40

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.title { font-size: 17px; font-weight: 600; }
.note { font-size: 12px; fill: #59636e; }
.part { font-weight: 600; }
.label { text-anchor: end; }
.Odometer { fill: #0a7d5a; } .DuckDB { fill: #b98900; } .chDB { fill: #b4473f; }
.axis { stroke: #8b949e; }
.ground { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .note { fill: #9198a1; } .ground { fill: #0d1117; }
  .Odometer { fill: #2fbf8f; } .DuckDB { fill: #d9ad2b; } .chDB { fill: #e0756c; }
}
"""


def svg(parts, machine):
    races = [(title, parts[name]) for name, title in RACES.items() if name in parts]
    scale = BARS / max(series.seconds for _, part in races for series in part.values())
    first = races[0][1][LEAD]
    body = [
        text(16, 30, f"{first.events:,} events ({first.bytes / 1e6:,.0f} MB as plain text) "
             "to usage by type, tenant and hour", "title"),
        text(16, 50, f"{machine}; median seconds, less is better; of the peers also how many times Odometer's.", "note"),
        text(16, 67, "Odometer also validates, tells conflicts from repeats, and commits durably; the peers do not.",
             "note"),
    ]
    top = 100
    for title, part in races:
        body.append(text(16, top, title, "part"))
        for name in CONTENDERS:
            top += STEP
            body += row(top, name, part.get(name), part[LEAD], scale)
        bottom = top + 8
        body.append(f'<line class="axis" x1="{LABELS}" x2="{LABELS}" y1="{bottom - STEP * 3}" y2="{bottom}"/>')
        top += GAP
    height = top - GAP + 24
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">',
        f"<style>{STYLE}</style>", f'<rect class="ground" width="{WIDTH}" height="{height}"/>', *body, "</svg>", ""])


def row(y, name, series, lead, scale):
    yield text(LABELS - 8, y, name, "label")
    if series is None:
        yield text(LABELS + 8, y, "cannot read it", "note")
        return
    length = series.seconds * scale
    yield f'<rect class="{name}" x="{LABELS}" y="{y - BAR + 4}" width="{length:.1f}" height="{BAR}"/>'
    times = "" if series is lead else f", {series.seconds / lead.seconds:.1f} times"
    yield text(LABELS + length + 8, y, f"{series.seconds:.2f} s{times}")


def text(x, y, content, kind=None):
    attribute = f' class="{kind}"' if kind else ""
    return f'<text{attribute} x="{x:.1f}" y="{y}">{escape(content)}</text>'
