"""The board's figures: where they stand, should stand and stood; unknown is said."""

from dataclasses import replace
from math import inf

import pytest

from core.analysis.audit import measurements
from core.analysis.chain import chain_of
from core.analysis.margin import margin_of
from core.analysis.monitor import stored_monitors
from core.analysis.roi import roi_of
from core.analysis.sample import fill_with_sample
from core.analysis.scorecard import KPIS, Row, Scorecard, kept_wanted, scorecard_of, want
from core.analysis.scorecard.card import status_of
from core.analysis.scorecard.figures import Now
from core.errors import InputError, WorkspaceError
from core.report.findings import standing_alone
from core.workspace import Workspace
from core.workspace.findings import save_finding

KPI = {kpi.key: kpi for kpi in KPIS}


@pytest.fixture
def sample(workspace: Workspace) -> Workspace:
    """A workspace with the sample."""
    fill_with_sample(workspace)
    return workspace


def card(workspace: Workspace, target: float = 0.85) -> Scorecard:
    """The scorecard of the sample."""
    m = measurements(workspace)[0]
    chain = chain_of(workspace, fingerprint=m.fingerprint, label=m.label, target=target, tau=0.5)
    margin = margin_of(chain.scenario, draws=300)
    return scorecard_of(workspace, chain, margin, roi_of(chain.scenario, draws=300))


def row(found: Scorecard, key: str) -> Row:
    """One of its rows."""
    return next(r for r in found.rows if r.kpi.key == key)


def test_each_figure_has_its_interval_target_and_owner(sample: Workspace) -> None:
    """Score 66.1 % against 85 %; margin against the 40 % wanted; payback within the horizon."""
    found = card(sample)
    score = row(found, "capability")
    assert score.actual_in_words == "66.1 % (52.0 % to 77.9 %)"
    assert (score.target_in_words, score.status) == ("at least 85.0 %", "off target")
    assert row(found, "gross_margin").target == 0.4
    assert row(found, "gross_margin").status == "watch"
    assert row(found, "payback").target_in_words == "at most 3 years"
    assert all(r.owner for r in found.rows)


def test_the_deficit_closed_counts_what_samples_are_worth(sample: Workspace) -> None:
    """134 accepted at 0.18 real ones each, of 33 missing: some three quarters, 0 to all."""
    found = row(card(sample), "deficit_closed")
    assert found.now.value == pytest.approx(134 * 0.1812 / 32, rel=0.05)
    assert (found.now.low, found.now.high) == (0.0, 1.0)
    assert found.status == "watch"


def test_what_is_not_measured_is_unknown_with_its_reason(sample: Workspace) -> None:
    """Precision and the cost of a good sample wait for labels."""
    found = card(sample)
    for key in ("critic_precision", "cost_per_good"):
        assert row(found, key).actual_in_words == "unknown"
        assert row(found, key).status == "unknown"
        assert "labelled" in row(found, key).now.why


def test_without_data_only_the_economics_are_known(workspace: Workspace) -> None:
    """Score, deficit, samples and monitor are unknown; nothing is 0."""
    from datetime import date

    from core.analysis.scenario import default_scenario
    from core.prices import PriceBook

    alone = standing_alone(default_scenario(PriceBook(), date(2026, 11, 23)))
    margin = margin_of(alone.scenario, draws=200)
    found = scorecard_of(workspace, alone, margin, roi_of(alone.scenario, draws=200))
    unknown = {r.kpi.key for r in found.rows if r.now.value is None}
    assert {"capability", "deficit_closed", "cost_per_accepted", "collapse_risk"} <= unknown
    assert row(found, "gross_margin").now.value is not None
    assert all(r.now.why for r in found.rows if r.now.value is None)


def test_targets_and_owners_can_be_set(sample: Workspace) -> None:
    """And an impossible one is refused with what is expected."""
    want(sample, targets={"cost_per_accepted": 0.05}, owners={"Gross margin at the target": "CFO"})
    want(sample, targets={"capability": 0.5})
    found = card(sample)
    assert row(found, "cost_per_accepted").target_in_words == "at most $0.05"
    assert row(found, "cost_per_accepted").status == "on target"
    assert row(found, "gross_margin").owner == "CFO"
    assert row(found, "capability").status == "on target"
    with pytest.raises(InputError, match=r"expected fraction from 0 to 1\. Write 85 % as 0\.85"):
        want(sample, targets={"capability": 85.0})
    with pytest.raises(InputError, match="did you mean 'payback'"):
        want(sample, targets={"paybak": 1.0})
    with pytest.raises(InputError, match="is -1; expected years from 0 on"):
        want(sample, targets={"payback": -1.0})
    want(sample, targets={"capability": None}, owners={"gross_margin": ""})
    assert kept_wanted(sample).of("capability").target is None
    assert row(card(sample), "capability").target_from == "the target for the slice"
    assert row(card(sample), "gross_margin").owner == "product manager"


@pytest.mark.parametrize("content", ["[]", "{", '{"figures": {"capability": {"target": 85}}}'])
def test_a_damaged_file_is_said_in_a_sentence(sample: Workspace, content: str) -> None:
    """Also one whose target cannot be."""
    sample.path("scorecard.json").write_text(content, "utf-8")
    with pytest.raises(WorkspaceError, match="damaged"):
        card(sample)


def test_the_risk_of_collapse_is_told_beside_its_alarms(sample: Workspace) -> None:
    """An early sign without an alarm is watched, and never on target."""
    found = row(card(sample), "collapse_risk")
    assert found.actual_in_words == "1 (early collapse)"
    assert found.status == "off target"
    last = stored_monitors(sample)[0]
    quiet = tuple(replace(f, alarm=False) for f in last.generations[-1].findings)
    for risk, status in (("watch", "watch"), ("none", "on target"), ("unknown", "unknown")):
        generation = replace(last.generations[-1], findings=quiet)
        changed = replace(last, risk=risk, generations=(generation,))
        save_finding(sample, "monitors", last.monitor_id, changed)
        assert row(card(sample), "collapse_risk").status == status


def test_a_deficit_that_is_not_sized_is_not_closed_by_any_share(sample: Workspace) -> None:
    """At 95 % the middle of the deficit lies beyond what the curve can tell."""
    found = row(card(sample, target=0.95), "deficit_closed")
    assert found.now.value is None
    assert "The middle of the deficit is not known." in found.now.why


@pytest.mark.parametrize(
    ("key", "now", "target", "status"),
    [
        ("gross_margin", Now(value=0.7, low=0.66, high=0.8), 0.65, "on target"),
        ("gross_margin", Now(value=0.7, low=0.6, high=0.8), 0.65, "watch"),
        ("gross_margin", Now(value=0.6, low=0.5, high=0.64), 0.65, "off target"),
        ("payback", Now(value=1.4, low=0.6, high=inf), 3.0, "watch"),
        ("payback", Now(value=1.4, low=0.6, high=2.0), 3.0, "on target"),
        ("payback", Now(value=None, why="never"), 3.0, "unknown"),
        ("next_point", Now(value=100.0), None, "no target"),
    ],
)
def test_an_interval_across_the_target_is_watched(
    key: str, now: Now, target: float | None, status: str
) -> None:
    """More is better for a margin, less for a payback."""
    assert status_of(KPI[key], now, target) == status


def test_no_word_of_the_card_is_a_missing_number(sample: Workspace) -> None:
    """No nan, no inf, no None."""
    found = card(sample)
    odd = replace(row(found, "payback"), now=Now(value=1.0, low=0.5, high=inf))
    said = [odd.actual_in_words, found.headline]
    said += [w for r in found.rows for w in (r.actual_in_words, r.target_in_words, r.now.why)]
    assert odd.actual_in_words == "1 year (0.5 years to never)"
    assert not any(word in text for text in said for word in ("nan", "inf", "None"))
