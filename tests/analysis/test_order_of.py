"""From a sized slice to an order: lines with their prices, and a reason where there is none."""

import math
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.evidence import Arm, EvidenceAnswer
from core.analysis.measured import RunCost
from core.analysis.order import Order, in_words, order_of
from core.analysis.scenario import default_scenario
from core.analysis.sizing import Sizing, SliceAudit
from core.audit.measurement import SliceScore
from core.calculators.deficit import records_to_collect
from core.calculators.order import candidates_to_generate
from core.calculators.paired import pairs_needed
from core.prices import PriceBook, bundled
from core.records import Quantiles

ON = date(2026, 11, 22)
DEFAULT = default_scenario(PriceBook(), ON)
RUN = RunCost(
    run_id="20261120-101500-abcd", tau=0.5, proposed=200, accepted=124, calls=210, cost_usd=0.5
)
FACTS = SliceScore(
    slice="lost card", label="lost card", n=107, prevalence=0.02, score=0.62, score_low=0.53,
    score_high=0.71, shrunk_score=0.63,
)  # fmt: skip


def part(
    deficit: tuple[float | None, float | None, float | None] = (60.0, 140.0, 410.0),
    **changed: Any,
) -> SliceAudit:
    """The slice with this deficit."""
    low, middle, high = deficit
    sizing = Sizing(
        reachable="yes",
        why="9 in 10 curves reach it.",
        deficit=Quantiles(p10=low, p50=middle, p90=high),
        beyond=640.0,
    )
    return SliceAudit(facts=replace(FACTS, **changed), sizing=sizing)


def ordered(what: SliceAudit, target: float = 0.85, **known: Any) -> Order:
    """The order for this slice at the default prices."""
    return order_of(what, target=target, metric="recall", scenario=DEFAULT, **known)


def evidence(gained: int, lost: int, n_test: int, worth: tuple[float, ...]) -> EvidenceAnswer:
    """An injection experiment with these counts and this exchange rate."""
    arm = Arm(score=0.6, score_low=0.5, score_high=0.7, n_train=60, n_test=n_test)
    some = Quantiles(p10=worth[0], p50=worth[1], p90=worth[2])
    return EvidenceAnswer(
        evidence_id="e1", at="2026-11-21T10:00:00+00:00", fingerprint="d1:0", data_name="x.csv",
        label="intent", slice="lost card", corpus="run", synthetic=100, repeats=10, seed=0,
        baseline=arm, augmented=arm, gain=some, gain_low=0.0, gain_high=0.1, p_value=0.01,
        gained=gained, lost=lost, elsewhere=some, exchange_rate=some,
        exchange_range=(worth[0], worth[1], worth[2]), verdict="proven gain", why="", notes=(),
    )  # fmt: skip


def test_candidates_by_hand() -> None:
    """140 real ones at an exchange rate of ½ are 280 accepted; at 62 % with 95 % assurance."""
    line = ordered(part(), run=RUN).line("generate")
    assert line is not None
    assert line.quantity.p50 == float(candidates_to_generate(280, 0.62)) == 480
    # The run paid 0.5 / 200 a candidate: 480 × 0.0025.
    assert line.cost_usd.p50 == pytest.approx(480 * 0.0025)
    assert [rate.status for rate in line.rates] == ["default", "measured"]
    assert line.prices[0].source.startswith("run 20261120-101500-abcd at strictness 0.5")


def test_without_a_run_the_rates_say_that_they_are_assumed() -> None:
    """The price is the scenario's for an accepted sample: 0.06 × 280, and some for assurance."""
    line = ordered(part()).line("generate")
    assert line is not None
    assert [rate.status for rate in line.rates] == ["default", "default"]
    assert all("our guess" in rate.source for rate in line.rates)
    candidates = float(candidates_to_generate(280, 0.6))
    assert line.quantity.p50 == candidates
    assert line.cost_usd.p50 == pytest.approx(
        candidates * 0.6 * DEFAULT.value("cost_per_accepted_sample")
    )


def test_evidence_of_the_slice_replaces_the_assumed_exchange_rate() -> None:
    """A measured rate of 0.7 asks for 200 accepted; evidence of another slice changes nothing."""
    found = evidence(20, 4, 100, (0.6, 0.7, 0.8))
    line = ordered(part(), evidence=found, run=RUN).line("generate")
    assert line is not None
    assert line.quantity.p50 == float(candidates_to_generate(200, 0.62))
    assert [rate.status for rate in line.rates] == ["measured", "measured"]
    other = ordered(part(), evidence=replace(found, slice="fees"), run=RUN)
    assert other == ordered(part(), run=RUN)


def test_records_by_hand() -> None:
    """140 in records of which 1 in 50 is of the slice, each bought and labelled."""
    line = ordered(part()).line("collect")
    assert line is not None
    assert line.quantity.p50 == float(records_to_collect(140, 0.02)) == 7_991
    each = bundled("raw_record").value + DEFAULT.value("review_cost_per_sample")
    assert line.cost_usd.p50 == pytest.approx(7_991 * each)
    assert line.quantity.p10 == float(records_to_collect(60, 0.02))
    assert line.quantity.p90 == float(records_to_collect(410, 0.02))


def test_a_slice_by_a_column_is_labelled_only_where_it_is_found() -> None:
    """The column tells which records are of the slice: one label in fifty records."""
    line = ordered(part(label=None)).line("collect")
    assert line is not None
    each = bundled("raw_record").value + 0.02 * DEFAULT.value("review_cost_per_sample")
    assert line.cost_usd.p50 == pytest.approx(7_991 * each)


def test_proof_by_hand() -> None:
    """±5 points at 0.85 takes 196 rows, of which 107 are there: 89 more among labelled records."""
    line = ordered(part()).line("proof")
    assert line is not None
    assert (line.quantity.p50, line.held) == (196, 107)
    each = bundled("raw_record").value + DEFAULT.value("review_cost_per_sample")
    assert line.cost_usd.p50 == pytest.approx(float(records_to_collect(89, 0.02)) * each)
    assert "clears 85 % once 90.0 % of them are right" in line.note


def test_pairs_for_the_gain_by_hand() -> None:
    """From 0.62 to 0.85: unrelated models would newly miss 0.62 × 0.15 = 0.093, half of it here."""
    line = ordered(part()).line("gain")
    assert line is not None
    assert line.quantity.p50 == float(pairs_needed(0.23 + 0.0465, 0.0465))
    assert line.quantity.p10 == float(pairs_needed(0.23, 0.0))
    assert line.quantity.p90 == float(pairs_needed(0.23 + 0.093, 0.093))
    assert line.cost_usd.p50 == 0.0  # fewer than the 107 that are there


def test_evidence_says_how_many_are_newly_wrong() -> None:
    """4 of 100 lost: about 0.04 instead of the guess."""
    line = ordered(part(), evidence=evidence(20, 4, 100, (0.6, 0.7, 0.8))).line("gain")
    assert line is not None
    assert line.quantity.p50 == pytest.approx(float(pairs_needed(0.27, 0.04)), rel=0.05)
    assert "4 of 100 were newly wrong in evidence e1" in line.note


def test_what_is_not_reachable_has_no_quantity_and_a_reason() -> None:
    """Unknown is never 0: no line has a quantity or a cost, and no proof is asked for."""
    lost = part((None, None, None))
    lost = replace(lost, sizing=replace(lost.sizing, reachable="no", why="Not reachable: flat."))
    order = ordered(lost)
    assert order.status == "unreachable"
    assert [line.kind for line in order.lines] == ["real", "generate", "collect"]
    for line in order.lines:
        assert (line.quantity.p50, line.cost_usd.p50) == (None, None)
        assert line.note == "Not reachable: flat."
    assert in_words(order) == "Nothing can be ordered yet for “lost card”: Not reachable: flat."


def test_an_unknown_deficit_still_says_what_proves_the_target() -> None:
    """The supply has no quantity, test examples can be kept aside all the same."""
    order = ordered(part((85.0, None, None)))
    assert order.status == "unknown"
    assert order.line("generate").quantity.p50 is None
    assert order.line("proof").quantity.p50 == 196


def test_a_target_that_is_reached_orders_nothing_and_says_by_how_much() -> None:
    """0.91 against 0.85 is 6 points above it."""
    order = ordered(part((0.0, 0.0, 0.0), score=0.91, score_low=0.86, score_high=0.95))
    assert (order.status, order.lines) == ("reached", ())
    assert in_words(order) == (
        "“lost card”: Recall is 91.0 % (86 % to 95 %), 6.0 pp above the target: nothing to order."
    )
    lucky = ordered(part((0.0, 0.0, 0.0), score=0.91, score_low=0.7, score_high=0.97))
    assert "chance may have put it there" in lucky.why


def test_held_samples_that_should_do_are_not_an_order_of_none() -> None:
    """Below the target with nothing missing by the curve: test first, and no quantity of 0."""
    order = ordered(part((0.0, 0.0, 30.0), score=0.84))
    assert order.status == "unknown"
    assert "1.0 pp below the target" in order.why
    assert order.line("generate").quantity.p50 is None


def test_the_sentence_for_an_executive() -> None:
    """Score, target, samples with their range, both ways with their money, and the proof."""
    assert in_words(ordered(part(), run=RUN)) == (
        "To bring recall of “lost card” from 62 % to 85 %: about 140 real-equivalent samples "
        "(60 to 410) – generate 480 candidates ($1.20; exchange rate assumed), or collect 8,000 "
        "raw records ($408); keep 200 labelled examples aside to prove it ($267)."
    )
    endless = in_words(ordered(part((60.0, 140.0, None))))
    assert "(60 to more than 640)" in endless
    assert "exchange and acceptance rate assumed" in endless


def test_what_helps_nothing_is_not_offered() -> None:
    """A run that accepted none leaves collecting as the only way."""
    order = ordered(part(), run=replace(RUN, accepted=0))
    assert order.line("generate").quantity.p50 is None
    assert "None of the run's candidates was accepted" in order.line("generate").note
    assert " – collect 8,000 raw records" in in_words(order)


def test_free_generation_costs_nothing_however_much_is_missing() -> None:
    """A generator without a language model is paid nothing, with an open end too."""
    free = ordered(part((60.0, 140.0, None)), run=replace(RUN, cost_usd=0.0))
    assert asdict(free.line("generate").cost_usd) == {"p10": 0.0, "p50": 0.0, "p90": 0.0}
    assert free.line("generate").quantity.p90 is None


def test_a_price_that_the_user_typed_stays() -> None:
    """An edited exchange rate is not replaced by a measured one."""
    edited = DEFAULT.edited({"exchange_rate": 1.0}, on=ON)
    found = evidence(20, 4, 100, (0.6, 0.7, 0.8))
    order = order_of(part(), target=0.85, metric="recall", scenario=edited, run=RUN, evidence=found)
    assert order.line("generate").quantity.p50 == float(candidates_to_generate(140, 0.62))


@settings(max_examples=25, derandomize=True, deadline=None)
@given(
    st.floats(1, 1e5), st.floats(1, 20), st.floats(1, 20), st.floats(1e-4, 1), st.floats(0.5, 0.99)
)
def test_ends_never_cross_and_money_is_finite(
    middle: float, down: float, up: float, prevalence: float, assurance: float
) -> None:
    """P10 ≤ P50 ≤ P90 in every line, in things and in dollars."""
    sized = part((middle / down, middle, middle * up), prevalence=prevalence)
    for line in ordered(sized, run=RUN, assurance=assurance).lines:
        for q in (line.quantity, line.cost_usd):
            known = [v for v in (q.p10, q.p50, q.p90) if v is not None]
            assert known == sorted(known)
            assert all(v >= 0 and math.isfinite(v) for v in known)
