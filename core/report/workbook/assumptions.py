"""The sheet of inputs: one row per assumption, each value a cell with a name of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.analysis.assumption_groups import GROUPS
from core.analysis.scenario import TRAINING_POLICIES
from core.assumptions import Assumption, Scenario
from core.report.workbook.paper import Page, quoted
from core.units import Unit

HEADER = 6
FIRST = HEADER + 1
VALUE, EXPORTED = 2, 11
_HEADS = (
    "assumption",
    "name in formulas",
    "value",
    "unit",
    "low (5 %)",
    "high (95 %)",
    "status",
    "source",
    "as of",
    "note",
    "moves this workbook",
    "as exported",
)
_COLOURS = {"default": "#EDEDED", "edited": "#FFF2CC", "measured": "#D9EAD3"}
_LEGEND = (
    ("default", "shipped with Datawall"),
    ("edited", "typed by somebody"),
    ("measured", "bound to something measured"),
)
_CHANGED = "#F8CBAD"
_MORE = "More"
_ACROSS = 58, 76
"""Characters of a source and of a note on one line."""
_LINE = 12.5
AS_EXPORTED = "Nothing was changed since the export: drawn figures and formulas show one scenario."


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which row holds what."""

    groups: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, int]
    settings: Mapping[str, int]
    last: int

    def cells(self, page: Page) -> str:
        """All values, as formulas write them; the settings are not among them."""
        first = min(self.rows.values())
        return page.at(first, VALUE, self.last)


def layout_of(scenario: Scenario) -> Layout:
    """Rows of the settings, and of every assumption under its heading."""
    known = {key for keys in GROUPS.values() for key in keys}
    groups = {name: tuple(k for k in keys if k in scenario) for name, keys in GROUPS.items()}
    if rest := tuple(key for key in scenario if key not in known):
        groups[_MORE] = rest
    settings = {key: FIRST + 1 + at for at, key in enumerate(sorted(scenario.settings))}
    if "training_policy" not in settings:
        settings["training_policy"] = FIRST + 1 + len(settings)
    at, rows = FIRST + 1 + len(settings), {}
    for keys in groups.values():
        for place, key in enumerate(keys, at + 1):
            rows[key] = place
        at += 1 + len(keys) if keys else 0
    return Layout(groups=groups, rows=rows, settings=settings, last=at - 1)


def name_inputs(page: Page, layout: Layout) -> None:
    """A name for each value, by which formulas call it."""
    for key, row in layout.rows.items():
        page.name(key, row, VALUE)
    page.name("training_policy", layout.settings["training_policy"], VALUE)


def write_assumptions(page: Page, scenario: Scenario, layout: Layout, used: set[str]) -> None:
    """All rows; *used* are the names that formulas of other sheets call."""
    page.top(f"Assumptions: {scenario.name}")
    page.raw(2, 0, "state_of_export", AS_EXPORTED, "said")
    _write_legend(page)
    page.heads(HEADER, _HEADS)
    _write_settings(page, scenario, layout, used)
    for name, keys in layout.groups.items():
        if keys:
            _heading(page, layout.rows[keys[0]] - 1, name)
        for key in keys:
            _write_row(page, layout.rows[key], scenario[key], key in used)
    _mark_changes(page, layout)
    page.sheet.set_row(HEADER, 32)
    page.sheet.freeze_panes(FIRST, VALUE + 1)
    page.printed((34, 27, 14, 20, 12, 12, 11, 46, 11, 60, 10, 13), HEADER)


def _heading(page: Page, row: int, name: str) -> None:
    for column in range(len(_HEADS)):
        page.sheet.write_blank(row, column, None, page.paper.format("group"))
    page.text(row, 0, name, "group")


def _write_legend(page: Page) -> None:
    for column, (status, said) in enumerate(_LEGEND):
        page.text(3, column, f"{status}: {said}", "note", bg_color=_COLOURS[status])
    page.text(4, 0, "an input: type here, in blue", "note", **_input(_COLOURS["default"]))
    page.text(4, 1, "changed since the export", "note", bg_color=_CHANGED)
    page.sheet.set_row(3, 26)


def _input(colour: str) -> dict[str, Any]:
    return {
        "font_color": "#0000FF",
        "bg_color": colour,
        "border": 1,
        "border_color": "#7F7F7F",
        "locked": False,
    }


def _write_settings(page: Page, scenario: Scenario, layout: Layout, used: set[str]) -> None:
    """Settings that are words; only the policy is an input."""
    _heading(page, FIRST, "Settings")
    for key, row in layout.settings.items():
        said = scenario.settings.get(key, TRAINING_POLICIES[0])
        page.text(row, 0, key.replace("_", " ").capitalize())
        page.text(row, 1, key, "note")
        page.text(row, EXPORTED, said, "grey")
        is_input = key == "training_policy"
        page.text(row, VALUE, said, "text", **(_input(_COLOURS["default"]) if is_input else {}))
        note = (
            "cogs: building a better model counts as COGS; rnd: it stays in research."
            if is_input
            else "Fixed when the workbook was written; choose it in Datawall and export again."
        )
        page.text(row, 9, note, "note")
        page.text(row, 10, "yes" if key in used else "no", "note")
    page.sheet.data_validation(
        layout.settings["training_policy"],
        VALUE,
        layout.settings["training_policy"],
        VALUE,
        {
            "validate": "list",
            "source": list(TRAINING_POLICIES),
            "error_title": "training_policy",
            "error_message": "Write cogs or rnd.",
        },
    )


def _write_row(page: Page, row: int, a: Assumption, is_used: bool) -> None:
    page.text(row, 0, a.key.replace("_", " ").capitalize())
    page.text(row, 1, a.key, "note")
    lines = max(-(-len(a.source) // _ACROSS[0]), -(-len(a.note) // _ACROSS[1]), 1)
    page.sheet.set_row(row, max(15, _LINE * lines))
    shape = {"num_format": _shape(a.value, a.unit), "align": "right", "valign": "top"}
    page.number(row, VALUE, a.value, "text", **shape, **_input(_COLOURS[a.status]))
    page.text(row, 3, a.unit.value, "note", indent=1)
    for column, bound in ((4, a.low), (5, a.high)):
        page.put(row, column, bound, "text", **{**shape, "num_format": _shape(bound, a.unit)})
    page.text(row, 6, a.status, "text", indent=1, bg_color=_COLOURS[a.status])
    page.text(row, 7, a.source, "note")
    page.text(row, 8, a.as_of.isoformat(), "note")
    page.text(row, 9, a.note, "note")
    page.text(row, 10, "yes" if is_used else "no", "note")
    page.number(row, EXPORTED, a.value, "grey", num_format=shape["num_format"])
    page.sheet.data_validation(row, VALUE, row, VALUE, _validation(a))


def _shape(value: float | None, unit: Unit) -> str:
    """A format with the decimals that the value needs, four beyond the first at the most."""
    is_share = unit in (Unit.FRACTION, Unit.FRACTION_PER_YEAR)
    scaled = abs(value or 0.0) * (100 if is_share else 1)
    decimals = next((d for d in range(8) if abs(round(scaled, d) - scaled) <= 1e-4 * scaled), 8)
    if unit.is_money and scaled >= 0.01:
        decimals = max(decimals, 2)
    places = "." + "0" * decimals if decimals else ""
    if is_share:
        return f"0{places}%"
    return f"$#,##0{places}" if unit.is_money else f"#,##0{places}"


def _validation(a: Assumption) -> dict[str, Any]:
    """What may be typed, and the sentence for what may not."""
    low, high = a.unit.bounds
    between = high != float("inf")
    sentence = f"{a.key} must be a number from {low:g} to {high:g}, such as {a.value:g}."
    if not between:
        sentence = f"{a.key} must be a number of {low:g} or more, in {a.unit.value}."
    limits = {"minimum": low, "maximum": high} if between else {"value": low}
    return {
        "validate": "decimal",
        "criteria": "between" if between else ">=",
        **limits,
        "ignore_blank": False,
        "error_title": "Not a value of this unit",
        "error_message": sentence,
    }


def _mark_changes(page: Page, layout: Layout) -> None:
    """Values that differ from the export stand out."""
    first = FIRST + 1
    page.sheet.conditional_format(
        first,
        VALUE,
        layout.last,
        VALUE,
        {
            "type": "formula",
            "criteria": f"=$C{first + 1}<>$L{first + 1}",
            "format": page.paper.book.add_format({"bg_color": _CHANGED, "bold": True}),
        },
    )


def write_changes(page: Page, row: int, inputs: Page, layout: Layout) -> int:
    """How many inputs differ from the export, in a cell and in words; the row behind."""
    now = inputs.at(FIRST + 1, VALUE, layout.last)
    then = inputs.at(FIRST + 1, EXPORTED, layout.last)
    page.text(row, 0, "Changed since the export", "group")
    page.text(row + 1, 0, "inputs that differ")
    page.raw(row + 1, 1, f"SUMPRODUCT(--({now}<>{then}))", 0.0, "whole", "changed_since_export")
    many = (
        'changed_since_export&" of the inputs changed since the export: formulas follow them, '
        'drawn figures and pictures still show the scenario as exported."'
    )
    page.text(row + 2, 0, "in words")
    formula = f"IF(changed_since_export=0,{quoted(AS_EXPORTED)},{many})"
    page.raw(row + 2, 1, formula, AS_EXPORTED, name="state_of_export")
    return row + 4
