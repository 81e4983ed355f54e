"""The board summary as one self-contained HTML page: no script, no network, prints on one sheet."""

from html import escape
from string import Template

import numpy as np

from core.analysis.board import BoardSummary
from core.analysis.margin import MarginAnswer

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Datawall: $title</title><style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.3; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
dl { display: grid; grid-template-columns: 11rem 1fr; gap: .75rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; } .trust { opacity: .75; font-size: .875rem; }
table { border-collapse: collapse; width: 100%; font-size: .8125rem; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884;
         vertical-align: top; }
svg { width: 100%; height: auto; } .scroll { overflow-x: auto; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: .25rem; } dd { margin-bottom: .75rem; } }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } table { font-size: 7pt; }
               .assumptions { break-before: page; } }
</style></head><body><main><h1>$headline</h1><dl>$lines</dl>
<h2>Gross margin against accuracy</h2>$chart
<div class="assumptions"><h2>Assumptions</h2><div class="scroll"><table>
<thead><tr><th>assumption</th><th>value</th>
<th>status</th><th>source</th><th>as of</th></tr></thead><tbody>$rows</tbody></table></div></div>
<p class="trust">$footnote</p></main></body></html>
""")

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720, 300, 56, 44, 12


def board_html(summary: BoardSummary, margin: MarginAnswer) -> str:
    """The page, ready to be saved or mailed."""
    lines = "".join(
        f"<dt>{escape(line.heading)}</dt><dd>{escape(line.finding)}"
        f'<div class="trust">{escape(line.trust)}</div></dd>'
        for line in summary.lines
    )
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in summary.assumptions
    )
    return _PAGE.substitute(
        title=escape(summary.headline[:80]),
        headline=escape(summary.headline),
        lines=lines,
        chart=_chart(margin),
        rows=rows,
        footnote=escape(summary.footnote),
    )


def _chart(margin: MarginAnswer) -> str:
    """The margin curve with its band as an inline drawing."""
    shown = np.isfinite(margin.gross_margin.p50)
    if not shown.any():
        return "<p>No accuracy is reachable, so there is no curve to draw.</p>"
    x = np.asarray(margin.accuracy)[shown]
    low, middle, high = (
        np.clip(np.nan_to_num(np.asarray(v)[shown], nan=-0.5), -0.5, 1)
        for v in (margin.gross_margin.p10, margin.gross_margin.p50, margin.gross_margin.p90)
    )
    floor = min(0.0, float(np.floor(low.min() * 10) / 10))
    px = _LEFT + (x - x.min()) / max(float(np.ptp(x)), 1e-9) * (_WIDTH - _LEFT - 12)

    def py(value: float) -> float:
        return _TOP + (1 - (value - floor) / (1 - floor)) * (_HEIGHT - _TOP - _BOTTOM)

    def path(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> list[str]:
        return [f"{a:.1f},{py(float(b)):.1f}" for a, b in zip(px, values, strict=True)]

    grid = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - 12}" y1="{py(v):.1f}" y2="{py(v):.1f}" stroke="#8884"/>'
        f'<text x="{_LEFT - 8}" y="{py(v) + 4:.1f}" text-anchor="end">{v:.0%}</text>'
        for v in np.arange(np.ceil(floor * 4) / 4, 1.01, 0.25)
    )
    ticks = list(zip(px, x, strict=True))[:: max(1, len(x) // 6)]
    foot = _HEIGHT - _BOTTOM + 18
    marks = "".join(
        f'<text x="{a:.1f}" y="{foot}" text-anchor="middle">{b:.0%}</text>' for a, b in ticks
    )
    band = " ".join(path(high) + path(low)[::-1])
    line = " ".join(path(middle))
    caption = "accuracy promised (%); line P50, band P10 to P90 of the gross margin (%)"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-size="12" fill="currentColor" '
        f'aria-label="Gross margin against accuracy">{grid}{marks}'
        f'<polygon points="{band}" fill="#248AE9" opacity="0.2"/>'
        f'<polyline points="{line}" fill="none" stroke="#248AE9" stroke-width="2.5"/>'
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{caption}</text></svg>'
    )
