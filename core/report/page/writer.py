"""The board pack as a page: no network, no library, a policy that allows nothing else."""

from html import escape
from string import Template

from core.report.content import Pack, Section, Table
from core.report.page.charts import chart_svg
from core.report.page.look import POLICY, SCRIPT, STYLE
from core.report.seal import seal_text

SEAL_OPEN, SEAL_CLOSE = '<script type="application/json" id="seal">"', '"</script>'
"""Around what made the page, at its end."""

_TURN = "evidence"
"""The section with which the second sheet begins when printed."""

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Datawall $version"><title>$title</title>
<style>$style</style></head><body>
<header><p class="of">$of</p><h1>$headline</h1></header>
<main>$sections</main>
<script>$script</script>
""")


def page_html(pack: Pack) -> str:
    """The page, ready to be saved or mailed."""
    first, *rest = pack.sections
    made = pack.provenance
    body = _PAGE.substitute(
        policy=POLICY,
        version=escape(made.version),
        title=escape(f"{pack.title}: {first.headline}"[:120]),
        style=STYLE,
        of=escape(f"{pack.title} · {made.made_on} · scenario {made.digest}"),
        headline=escape(first.headline),
        sections="".join([_inside(first), *map(_section, rest)]),
        script=SCRIPT,
    )
    return f"{body}{SEAL_OPEN}{seal_text(pack, [body])}{SEAL_CLOSE}</body></html>\n"


def _section(section: Section) -> str:
    if section.is_appendix:
        table = _table(section.table) if section.table else ""
        summary = escape(section.headline)
        return f"<section><details><summary>{summary}</summary>{table}</details></section>"
    turn = ' class="turn"' if section.key == _TURN else ""
    name = section.key.replace(" ", "-")
    return (
        f'<section id="{name}"{turn}><h2>{escape(section.headline)}</h2>{_body(section)}</section>'
    )


def _inside(section: Section) -> str:
    return f"<section>{_body(section)}</section>"


def _body(section: Section) -> str:
    said = "".join(f"<p>{escape(text)}</p>" for text in section.said)
    trust = f'<p class="trust">{escape(section.trust)}</p>' if section.trust else ""
    table = _table(section.table) if section.table else ""
    if section.chart is None:
        return f"{said}{table}{trust}"
    return f'<div class="both">{chart_svg(section.chart)}<div>{said}{table}</div></div>{trust}'


def _table(table: Table) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        return "".join(
            f'<{tag} class="num">{escape(text)}</{tag}>'
            if i in table.numeric
            else f"<{tag}>{escape(text)}</{tag}>"
            for i, text in enumerate(row)
        )

    rows = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in table.rows)
    head = cells(table.headings, "th")
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        "</div>"
    )
