"""The workbook computes by itself what the library computes: LibreOffice is the judge."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from recalculating import (
    Sheets,
    differences,
    formula_cells,
    recalculated,
    same,
    values,
    with_inputs,
    without_values,
)

from core.analysis.cogs import cogs_of
from core.analysis.median_curve import median_curve
from core.analysis.scenario import default_scenario
from core.assumptions import Scenario
from core.prices import PriceBook
from core.report.workbook import workbook_xlsx

TODAY = date(2026, 11, 22)
SHIPPED = default_scenario(PriceBook(), TODAY)
EXPORTED = workbook_xlsx(SHIPPED)
FORMULAS = formula_cells(EXPORTED)
LONG = {"Plans"}
"""Compared once; what was chosen among the plans is compared always."""

ABOUT_THE_EXPORT = {"inputs that differ", "in words"}

Edits = Mapping[str, float | str]

EDITS: dict[str, Edits] = {
    "a lower price": {"price_per_seat": 12.0, "horizon_years": 1.0, "error_cost": 0.0},
    "another model, other people, another year": {
        "error_now": 0.3,
        "vote_correlation": 0.2,
        "seats": 50_000.0,
        "max_new_samples": 1234.0,
        "human_accuracy": 0.995,
        "strong_error_ratio": 0.4,
        "target_accuracy": 0.9,
        "horizon_years": 10.0,
        "seat_growth": 0.2,
        "seats_per_point": 0.01,
    },
    "everything that can be billed": {
        "self_hosted_share": 0.6,
        "retry_rate": 0.2,
        "fallback_after": 2.5,
        "batch_share": 0.3,
        "flex_share": 0.5,
        "app_cache_share": 0.1,
        "cache_write_share": 0.4,
        "reasoning_tokens": 300.0,
        "embedding_tokens": 100.0,
        "reindexed_tokens": 1e6,
        "vector_storage": 20.0,
        "reranker_calls": 1.0,
        "tool_calls": 0.2,
        "guardrail_cost": 1e-4,
        "support_cost": 1.0,
        "governance_cost": 500.0,
        "slice_share": 0.3,
        "verifier_skill": 3.0,
        "review_ranking": 0.3,
        "training_policy": "rnd",
    },
    "nothing earned, nothing reachable": {
        "price_per_seat": 0.0,
        "target_accuracy": 0.9999,
        "vote_correlation": 1.0,
        "verifier_skill": 0.0,
        "max_new_samples": 3.0,
        "review_minutes": 0.0,
        "learning_exponent": 0.0,
    },
    "data that moves nothing, calls that never succeed": {
        "vote_correlation": 0.0,
        "retry_rate": 1.0,
        "fallback_after": 3.0,
        "price_per_seat": 1.0,
        "error_floor": 0.5,
        "error_now": 0.01,
        "knowledge_errors": 1.0,
        "retrieval_recall": 1.0,
        "retrieval_distraction": 0.0,
        "max_new_samples": 0.0,
        "proof_label_price": 0.0,
    },
    "never short of margin, always wrong": {
        "price_per_seat": 20_000.0,
        "target_gross_margin": 0.2,
        "human_accuracy": 1.0,
        "review_ranking": 1.0,
        "error_now": 1.0,
        "strong_error_ratio": 1.0,
    },
    "a target that needs nothing": {
        "target_accuracy": 0.5,
        "ml_engineer_months": 0.0,
        "data_engineer_months": 0.0,
        "annotation_lead_months": 0.0,
        "product_manager_months": 0.0,
    },
    "money that turns more than once": {
        "target_accuracy": 0.9,
        "seat_growth": -0.9,
        "seats_per_point": 0.05,
        "upkeep_share": 0.3,
        "horizon_years": 8.0,
    },
}


def edited(changes: Edits, scenario: Scenario = SHIPPED) -> Scenario:
    """The scenario that the library would be asked with."""
    numbers = {key: value for key, value in changes.items() if not isinstance(value, str)}
    changed = scenario.edited(numbers, on=TODAY)
    words = {key: value for key, value in changes.items() if isinstance(value, str)}
    return replace(changed, settings={**changed.settings, **words})


def live(
    content: bytes, folder: Path, changes: Edits, leaving_out: AbstractSet[str] = LONG
) -> Sheets:
    """What the workbook computes after these cells were typed."""
    return values(recalculated(with_inputs(content, changes), folder), leaving_out)


def about_the_export(cell: str, sheets: Sheets) -> bool:
    """Whether a cell counts the changes since the export."""
    title, _, place = cell.partition("!")
    if title != "Workings":
        return place == "A3" and title in ("Assumptions",)
    return sheets[title].get("A" + place[1:]) in ABOUT_THE_EXPORT


def errors(sheets: Sheets) -> list[str]:
    """Cells that show an error instead of words."""
    return [
        f"{title}!{place}: {value}"
        for title, cells in sheets.items()
        for place, value in cells.items()
        if isinstance(value, str) and (value.startswith("#") or value.lower() in ("nan", "inf"))
    ]


def test_every_formula_gives_what_the_library_wrote_beside_it(tmp_path: Path) -> None:
    """With false values planted in all 50,000 formulas, computing brings the true ones back."""
    planted = values(without_values(EXPORTED))
    mine = values(EXPORTED)
    shown = (str(planted[title].get(place)) for title, cells in FORMULAS.items() for place in cells)
    false = sum(value in ("7", "True") for value in shown)
    assert false == sum(map(len, FORMULAS.values())) > 50_000
    found = values(recalculated(EXPORTED, tmp_path))
    assert list(differences(mine, found, FORMULAS)) == []
    assert errors(found) == []


OFTEN = ("another model, other people, another year", "everything that can be billed")
"""The others are typed by `make soak`: each takes LibreOffice some eight seconds."""

CASES = [
    pytest.param(case, marks=() if case in OFTEN else pytest.mark.slow, id=case) for case in EDITS
]


@pytest.mark.parametrize("case", CASES)
def test_typing_other_inputs_moves_the_workbook_as_it_moves_the_library(
    case: str, tmp_path: Path
) -> None:
    """Every formula cell equals that of a workbook written anew from the edited scenario."""
    left_out = set() if case == "everything that can be billed" else LONG
    found = live(EXPORTED, tmp_path, EDITS[case], left_out)
    wanted = values(workbook_xlsx(edited(EDITS[case])), left_out)
    apart = [
        d for d in differences(wanted, found, FORMULAS) if not about_the_export(d.cell, wanted)
    ]
    assert apart == []
    assert errors(found) == []
    assert found["Assumptions"]["A3"] != wanted["Assumptions"]["A3"]
    assert str(found["Assumptions"]["A3"]).startswith(str(len(EDITS[case])))


def test_what_a_cell_says_is_what_the_questions_answer() -> None:
    """Cost, margins and collapse points in the cells are those of the answers themselves."""
    shown = values(EXPORTED, LONG)["Margin curve"]
    curve, parts = median_curve(SHIPPED), cogs_of(SHIPPED)
    row = curve.target_row
    assert parts.at_target is not None
    assert same(shown["D6"], float(curve.unit_cost_usd[row]))
    assert same(shown["D6"], parts.at_target.usd)
    assert same(shown["D7"], parts.at_target.gross_margin)
    assert same(shown["D9"], curve.optimum.value)
    assert same(shown["D12"], curve.accuracy_target.value)


FEW = {
    "samples alone": "data",
    "nothing but people": "review",
}


@pytest.mark.slow
@pytest.mark.parametrize("case", FEW, ids=str)
def test_only_the_allowed_levers_have_plans(case: str, tmp_path: Path) -> None:
    """With fewer levers there are fewer plans, and an edit still moves all as in the library."""
    settings = {**SHIPPED.settings, "levers": FEW[case]}
    scenario = replace(SHIPPED, settings=settings)
    content = workbook_xlsx(scenario)
    changes: Edits = {"max_new_samples": 40.0, "price_per_seat": 9.0, "target_accuracy": 0.86}
    found = live(content, tmp_path, changes)
    wanted = values(workbook_xlsx(edited(changes, scenario)), LONG)
    apart = differences(wanted, found, formula_cells(content))
    assert [d for d in apart if not about_the_export(d.cell, wanted)] == []
    assert errors(found) == []


UNUSABLE: dict[str, tuple[Edits, str]] = {
    "no seats": ({"seats": 0.0, "retry_rate": 1.0}, "seats must be above 0."),
    "a word": ({"error_now": "many"}, "Every assumption needs a number"),
}


@pytest.mark.parametrize("case", UNUSABLE, ids=str)
def test_inputs_that_the_library_refuses_are_refused_in_words(case: str, tmp_path: Path) -> None:
    """No cell shows an error: the sheets say which input is wrong."""
    changes, why = UNUSABLE[case]
    found = live(EXPORTED, tmp_path, changes, set())
    assert errors(found) == []
    for title in ("Assumptions", "Cost of a request", "Margin curve", "Returns", "Plans"):
        assert why in str(found[title]["A2"])
    assert found["Margin curve"]["D6"] == "check the inputs"
    assert found["Returns"]["B4"] == "check the inputs"
