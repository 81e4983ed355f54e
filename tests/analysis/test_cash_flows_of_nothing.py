"""A decision that changes nothing flows no money, however the sums are rounded."""

from datetime import date

from core.analysis.cash_flows import flows_of, horizon_of
from core.analysis.outcome import commit
from core.analysis.scenario import default_scenario
from core.prices import PriceBook
from core.uncertainty import medians

TODAY = date(2026, 11, 22)
MONTHS = ("ml_engineer", "data_engineer", "annotation_lead", "product_manager")


def test_a_target_that_is_met_already_flows_nothing() -> None:
    """Without a team to pay, every line is exactly 0."""
    idle = {f"{role}_months": 0.0 for role in MONTHS}
    scenario = default_scenario(PriceBook(), TODAY).edited(
        {"target_accuracy": 0.5, **idle}, on=TODAY
    )
    flows = flows_of(commit(scenario), medians(scenario), horizon_of(scenario))
    assert {name: float(abs(line).max()) for name, line in flows.lines.items()} == dict.fromkeys(
        flows.lines, 0.0
    )
