"""The workbook as a file: inert texts, inputs that say what they take, no outside links."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from recalculating import formula_cells, values

from core.analysis.scenario import default_scenario
from core.errors import AssumptionError
from core.prices import PriceBook
from core.report.workbook import DrawnFigure, Extra, TextSheet, seal_of, workbook_xlsx

TODAY = date(2026, 11, 22)
SHIPPED = default_scenario(PriceBook(), TODAY)
HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\tcmd",
    "\rcmd",
    "<script>alert(1)</script>",
    "http://example.org/",
    "line\x00\x1f break",
)
EXTRA = Extra(
    before=(
        TextSheet(name="Summary: [all]", title="=1+1", rows=tuple((h, 0.5) for h in HOSTILE)),
        TextSheet(name="Assumptions", title="A sheet whose name is taken", rows=()),
    ),
    figures=(
        DrawnFigure(name="=NPV", p10=-1.0, p50=float("nan"), p90=None, unit="USD", why="@why"),
    ),
    provenance=(("seed", "0"), ("=note", "+note")),
    seal="s" * 70_000,
)
WILD = replace(
    SHIPPED.bound(replace(SHIPPED["seats"], source="=cmd|' /C calc'!A0", note="@note")),
    name='=HYPERLINK("http://example.org")',
    settings={**SHIPPED.settings, "model": "=model"},
)
CONTENT = workbook_xlsx(WILD, extra=EXTRA)
PLAIN = workbook_xlsx(SHIPPED)


def parts(content: bytes) -> dict[str, str]:
    """Every part of the file."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        return {name: file.read(name).decode("utf-8") for name in file.namelist()}


def test_no_text_of_a_user_becomes_a_formula_or_a_link() -> None:
    """What begins like a formula has an apostrophe before it, and is no formula cell."""
    mine, theirs = formula_cells(CONTENT), formula_cells(PLAIN)
    for title, cells in theirs.items():
        if title != "Provenance":
            assert mine[title] == cells
    for title, cells in values(CONTENT).items():
        for place, text in cells.items():
            if isinstance(text, str) and place not in mine[title]:
                assert not text.startswith(("=", "+", "-", "@", "\t", "\r")), f"{title}!{place}"
    files = parts(CONTENT)
    assert not any("hyperlink" in name.lower() for name in files)
    assert not any("<hyperlink" in text for text in files.values())
    assert not any("<script" in text for text in files.values())


def test_nothing_reaches_outside_the_file() -> None:
    """No macro, no outside link, no connection, nothing that is fetched."""
    names = parts(CONTENT)
    assert not [n for n in names if re.search(r"vba|externalLink|connections|embeddings", n)]
    assert not [n for n, text in names.items() if 'TargetMode="External"' in text]


def test_a_name_for_a_sheet_is_made_one_that_can_be() -> None:
    """Banned characters go, and a taken name gets a number."""
    titles = load_workbook(BytesIO(CONTENT), read_only=True).sheetnames
    assert titles[:2] == ["Summary all", "Assumptions 2"]
    assert titles[2:7] == ["Assumptions", "Cost of a request", "Margin curve", "Returns", "Plans"]
    assert seal_of(CONTENT) == EXTRA.seal
    assert seal_of(PLAIN) == ""


def test_figures_that_were_drawn_say_that_they_do_not_recompute() -> None:
    """Percentiles are numbers or “unknown”; the sheet follows whether inputs were changed."""
    shown = values(CONTENT)["Uncertainty"]
    assert str(shown["A2"]).startswith("Nothing was changed since the export")
    assert [shown[c] for c in ("B5", "C5", "D5")] == [-1.0, "unknown", "unknown"]


def test_every_assumption_is_an_input_with_a_name_and_bounds() -> None:
    """Each value stands in a cell of its own name, and refuses what its unit does not allow."""
    book = load_workbook(BytesIO(PLAIN))
    sheet = book["Assumptions"]
    checked = {str(v.sqref): v for v in sheet.data_validations.dataValidation}
    for key, assumption in SHIPPED.items():
        title, _, place = book.defined_names[key].attr_text.partition("!")
        place = place.replace("$", "")
        assert title.strip("'") == "Assumptions"
        assert sheet[place].value == assumption.value
        assert sheet[f"L{place[1:]}"].value == assumption.value
        assert not sheet[place].protection.locked
        rule = checked[place]
        assert rule.type == "decimal"
        low, high = assumption.unit.bounds
        assert float(rule.formula1) == low
        assert rule.formula2 is None or float(rule.formula2) == high
        assert key in rule.error


def test_a_change_is_told_where_it_moves_nothing() -> None:
    """The sheet says of every assumption whether formulas follow it."""
    shown = values(PLAIN)["Assumptions"]
    moves = {shown[f"B{n}"]: shown[f"K{n}"] for n in range(8, 200) if f"K{n}" in shown}
    assert moves["price_per_seat"] == moves["error_now"] == moves["horizon_years"] == "yes"
    assert moves["saving_batch_share"] == moves["usage_spread"] == "no"
    assert set(SHIPPED) <= set(moves)


def test_equal_scenarios_give_equal_files() -> None:
    """No clock and no chance is in the file."""
    assert workbook_xlsx(SHIPPED) == PLAIN


def test_no_formula_needs_more_than_excel_2016() -> None:
    """Of the newer functions only the normal distribution is used, which Excel 2010 has."""
    newer = set(re.findall(r"_xlfn\.[A-Z._]+", " ".join(parts(PLAIN).values())))
    assert newer == {"_xlfn.NORM.S.DIST", "_xlfn.NORM.S.INV"}


def test_an_impossible_scenario_is_refused() -> None:
    """What the library refuses is not written."""
    with pytest.raises(AssumptionError, match="seats"):
        workbook_xlsx(SHIPPED.edited({"seats": 0.0}, on=TODAY))
