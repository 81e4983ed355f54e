"""Finance changes a cell, and the workbook says what the command line says of that scenario."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from recalculating import recalculated, values, with_inputs

from core.cli import main

HEADS = ("accuracy promised", "gross margin")
EDIT = {"price_per_seat": 24.0, "error_cost": 0.11, "ml_engineer_months": 1.0}


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The JSON object of a command."""
    capsys.readouterr()
    assert main([*words, "--draws", "50", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def edited(text: str) -> str:
    """A scenario file with the same values typed, and certain where they were typed."""
    for key, value in EDIT.items():
        start = text.index(f"[assumptions.{key}]")
        end = text.find("\n[", start + 1)
        table = text[start : len(text) if end < 0 else end]
        typed = re.sub(r"(?m)^value = .*$", f"value = {value}", table)
        typed = re.sub(r"(?m)^(low|high) = .*\n", "", typed)
        text = text.replace(table, typed)
    return text


def test_a_changed_cell_moves_npv_and_margin_as_the_commands_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pack's own workbook, recalculated by LibreOffice, against `roi` and `margin`."""
    monkeypatch.setenv("DATAWALL_HOME", str(tmp_path / "workspace"))
    monkeypatch.chdir(tmp_path)
    assert main(["scenario", "new", "-o", "ours.toml"]) == 0
    assert main(["report", "ours.toml", "-o", "ours.xlsx", "--draws", "50"]) == 0
    content = Path("ours.xlsx").read_bytes()
    changed = recalculated(with_inputs(content, EDIT), tmp_path)
    Path("theirs.toml").write_text(edited(Path("ours.toml").read_text("utf-8")), "utf-8")
    roi, margin = answer(capsys, "roi", "theirs.toml"), answer(capsys, "margin", "theirs.toml")

    book, shown = load_workbook("ours.xlsx"), values(changed)

    def named(name: str) -> object:
        title, _, place = book.defined_names[name].attr_text.partition("!")
        return shown[title.strip("'")][place.replace("$", "")]

    assert named("return_npv") == pytest.approx(roi["npv_usd"]["at_medians"], rel=1e-6)
    assert named("return_irr") == pytest.approx(roi["irr"], rel=1e-6)
    assert named("return_payback") == pytest.approx(roi["payback_years"], rel=1e-6)
    assert named("return_discounted_payback") == pytest.approx(
        roi["discounted_payback_years"], rel=1e-6
    )
    assert named("return_roi") == pytest.approx(roi["roi"], rel=1e-6)
    curve = {p["accuracy"]: p["gross_margin_at_medians"] for p in margin["curve"]}
    rows = _curve(shown["Margin curve"])
    assert set(rows) == set(curve)
    for accuracy, found in rows.items():
        assert found == pytest.approx(curve[accuracy], rel=1e-6)
    assert str(shown["Assumptions"]["A3"]).startswith("3 ")


def _curve(cells: dict[str, Any]) -> dict[float, float]:
    """Gross margin by accuracy, from the table under these headings."""
    heads = {str(text): place for place, text in cells.items() if text in HEADS}
    columns = [re.sub(r"\d", "", heads[name]) for name in HEADS]
    first = int(re.sub(r"\D", "", heads[HEADS[0]])) + 1
    pairs = (tuple(cells.get(f"{column}{row}") for column in columns) for row in range(first, 120))
    return {
        round(x, 6): float(y)
        for x, y in pairs
        if isinstance(x, float) and isinstance(y, int | float)
    }
