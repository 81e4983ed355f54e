"""What the board pack says: conclusions with numbers, written from the results."""

import re

import pytest
from packs import DEFAULT, TARGET, default_pack, findings, odd_scenarios, sample_chain

from core.analysis.sample import fill_with_sample
from core.report.content import Bars, Bridge, Curve, Pack
from core.report.findings import chain_behind, findings_of
from core.report.pack import pack_of
from core.workspace import Workspace


def words(pack: Pack) -> str:
    """Everything the pack says in words."""
    parts = [pack.title]
    for section in pack.sections:
        parts += [section.headline, *section.said, section.trust]
        if section.table is not None:
            parts += [cell for row in (section.table.headings, *section.table.rows) for cell in row]
    return "\n".join(parts)


def test_the_headline_is_a_conclusion_with_its_numbers() -> None:
    """What the target costs and does to the margin, as the bridge and the frontier have it."""
    found = findings()
    headline = pack_of(found).sections[0].headline
    assert headline.startswith("95 % accuracy costs $0.0015 more per request")
    assert "takes gross margin from 74 % to 81 %" in headline
    assert found.bridge.start == pytest.approx(0.74, abs=0.005)
    assert found.bridge.end == pytest.approx(0.81, abs=0.005)
    assert headline.endswith("that is not tested yet")


def test_weak_evidence_is_said_in_the_headline(workspace: Workspace) -> None:
    """The sample's gain is not proven, and the first sentence of the pack says so."""
    fill_with_sample(workspace)
    pack = pack_of(findings_of(sample_chain(workspace), draws=300))
    assert pack.sections[0].headline.endswith("but the evidence is weak: no proven gain")
    assert pack.section("evidence").headline.startswith("Evidence is weak: no proven gain for")
    assert "fund the proof first" in pack.sections[0].said[0]
    assert "customer_messages.csv" in pack.provenance.data


def test_a_scenario_file_finds_what_it_was_measured_on(workspace: Workspace) -> None:
    """In the workspace of its audit; elsewhere it stands alone, and the pack says so."""
    fill_with_sample(workspace)
    scenario = sample_chain(workspace).scenario
    behind = chain_behind(workspace, scenario)
    assert behind.part is not None
    assert behind.evidence is not None
    assert behind.scenario == scenario
    elsewhere = Workspace(workspace.root.parent / "other")
    alone = chain_behind(elsewhere, scenario)
    assert alone.part is None
    said = pack_of(findings_of(alone, draws=300)).section("evidence")
    assert said.headline.startswith("No data was audited")


def test_charts_hold_the_numbers_of_the_library() -> None:
    """Unrounded, point by point."""
    found = findings()
    pack = pack_of(found)
    curve = pack.section("curve").chart
    assert isinstance(curve, Curve)
    assert curve.x == pytest.approx(found.margin.accuracy, abs=0)
    assert curve.lines[0].values == pytest.approx(found.margin.gross_margin.p50, abs=0)
    bridge = pack.section("bridge").chart
    assert isinstance(bridge, Bridge)
    total = bridge.start[1] + sum(step for _, step in bridge.steps)
    assert total == pytest.approx(bridge.end[1], abs=1e-12)
    bars = pack.section("risk").chart
    assert isinstance(bars, Bars)
    assert found.roi.tornado is not None
    assert bars.series[0][1][0] == found.roi.tornado.bars[0].at_low
    assert bars.base == found.roi.npv_usd.at_medians


@pytest.mark.parametrize("name", odd_scenarios())
def test_what_does_not_exist_is_said_and_never_a_number(name: str) -> None:
    """No nan, no inf, no None in any word of the pack."""
    scenario, target = odd_scenarios()[name]
    said = words(pack_of(findings(scenario, target)))
    assert not re.search(r"\b(nan|inf|None|NaN|#NUM!)\b", said)


def test_without_a_price_without_a_payback_and_out_of_reach_in_words() -> None:
    """Each in a sentence of its own."""
    packs = {k: pack_of(findings(s, t)) for k, (s, t) in odd_scenarios().items()}
    assert "without a price there is no margin" in packs["no price"].sections[0].headline
    assert "No payback within 3 years." in words(packs["never pays back"])
    assert "99.99 % accuracy" in words(packs["out of reach"])
    assert packs["out of reach"].sections[0].said[0].startswith("Decide: do not promise")


def test_every_assumption_has_its_unit_source_and_date() -> None:
    """In the appendix, one row each."""
    table = default_pack().section("every assumption").table
    assert table is not None
    assert len(table.rows) == len(DEFAULT)
    assert all(row[4] and re.fullmatch(r"\d{4}-\d\d-\d\d", row[5]) for row in table.rows)


def test_the_pack_names_what_made_it() -> None:
    """Scenario, digest, price dates, seed and version."""
    made = default_pack().provenance
    said = " ".join(default_pack().section("method").said)
    for fact in (made.scenario_name, made.digest, made.prices_as_of, "seed 0", made.version):
        assert fact in said
    assert made.target == TARGET
    assert made.digest == findings().scenario.digest
