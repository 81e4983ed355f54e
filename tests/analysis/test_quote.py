from dataclasses import replace

import numpy as np
import pytest
from messages import anchors_and_others, endpoint_text, plan_text

from core.analysis.quote import Quote, estimate_error, quote
from core.analysis.quoted_run import Seen
from core.errors import InputError, PriceError
from core.generation.plan import GenerationPlan
from core.generation.plan_file import plan_from_toml
from core.prices import ModelPrice, PriceBook
from core.records import SampleKind
from core.workspace.run_folder import now_utc

ANCHORS, OTHERS = anchors_and_others()
PLAN = plan_from_toml(plan_text(candidates=1_000))
IN, OUT = 1.0, 4.0
SEEN = Seen(proposed=100, accepted=50, calls=100, input_tokens=40_000, output_tokens=2_000)
"""Half accepted, no call repeated, 400 tokens asked and 20 answered a call."""


def own_price() -> ModelPrice:
    """One dollar and four dollars per million tokens."""
    return ModelPrice(
        input_usd_per_mtok=IN,
        output_usd_per_mtok=OUT,
        source="by hand",
        as_of=now_utc().date(),
    )


PRICES = PriceBook({"own": own_price(), "judge": own_price()})


def asked(plan: GenerationPlan, seen: Seen | None = None, **changes: float) -> Quote:
    """The plan's quote."""
    return quote(plan, ANCHORS, "own", PRICES, others=OTHERS, seen=seen, **changes)


def test_what_was_measured_is_multiplied_out() -> None:
    """1,000 candidates of 400 and 20 tokens at $1 and $4: $0.40 and $0.08, half accepted."""
    found = asked(PLAN, SEEN)
    assert found.cost_usd_p50 == pytest.approx(0.48, rel=0.02)
    assert found.cost_usd_p10 > 0.45
    assert found.cost_usd_p90 < 0.52
    assert found.accepted.p50 == pytest.approx(500, rel=0.05)
    assert found.usd_per_accepted.p50 == pytest.approx(0.48 / 500, rel=0.05)
    assert found.candidates_needed.p10 == found.candidates_needed.p90 == 1_000
    assert found.p_enough is None
    assert found.share_of_budget is None
    assert found.assumptions == ("Acceptance as in earlier runs: 50 of 100.",)


def test_candidates_are_proposed_until_enough_is_accepted() -> None:
    """100 accepted at one half take 200 candidates and some chance; never more than allowed."""
    found = asked(replace(PLAN, accepted=100), SEEN)
    p10, p50, p90 = (
        found.candidates_needed.p10,
        found.candidates_needed.p50,
        found.candidates_needed.p90,
    )
    assert p10 is not None
    assert p50 is not None
    assert p90 is not None
    assert 150 < p10 < 190 < p50 < 210 < p90 < 260
    assert found.p_enough == 1
    assert found.cost_usd_p50 == pytest.approx(0.096, rel=0.05)
    capped = asked(replace(PLAN, accepted=100, candidates=150), SEEN)
    assert capped.candidates_needed.p50 == 150
    assert capped.p_enough is not None
    assert capped.p_enough < 0.1
    assert capped.accepted.p90 is not None
    assert capped.accepted.p90 <= 100


def test_without_an_earlier_run_the_interval_is_wide_and_says_so() -> None:
    """Any acceptance rate may be: from one candidate in ten to nine in ten."""
    found = asked(replace(PLAN, accepted=50))
    assert found.acceptance_rate.p10 == pytest.approx(0.1, abs=0.02)
    assert found.acceptance_rate.p90 == pytest.approx(0.9, abs=0.02)
    assert found.cost_usd_p90 > 4 * found.cost_usd_p10
    assert any("equally likely" in sentence for sentence in found.assumptions)


def test_calls_under_way_when_enough_is_accepted_are_paid_too() -> None:
    """Sixteen at a time: fifteen more than needed."""
    plan = plan_from_toml(endpoint_text("http://127.0.0.1:1/v1", 1_000, concurrency=16))
    one = asked(replace(plan, accepted=100, generator=replace(plan.generator, concurrency=1)), SEEN)
    many = asked(replace(plan, accepted=100), SEEN)
    assert (many.candidates_needed.p50 or 0) - (one.candidates_needed.p50 or 0) == 15


def test_the_judge_is_paid_for_what_reaches_it() -> None:
    """Seen to judge a quarter: a quarter of the calls that judging all would take."""
    plan = replace(PLAN, judge=True, judge_model="judge")
    few = asked(plan, replace(SEEN, judged=25, judge_ran=True))
    all_ = asked(plan, replace(SEEN, judged=100, judge_ran=True))
    assert few.judge_calls.p50 == pytest.approx(250, rel=0.15)
    assert all_.judge_calls.p50 == pytest.approx(1_000, rel=0.02)
    plain = asked(PLAN, SEEN).cost_usd_p50
    assert few.cost_usd_p50 - plain == pytest.approx((all_.cost_usd_p50 - plain) / 4, rel=0.2)
    assumed = asked(plan, SEEN)
    assert any("reach the judge" in sentence for sentence in assumed.assumptions)
    assert few.cost_usd_p50 < assumed.cost_usd_p50 < all_.cost_usd_p50


def test_a_batch_costs_half_and_a_cached_answer_nothing() -> None:
    """The source says so; a quarter from the cache leaves three quarters to pay."""
    whole = asked(PLAN, SEEN)
    batched = asked(replace(PLAN, generator=replace(PLAN.generator, batch=True)), SEEN)
    assert batched.cost_usd_p50 == pytest.approx(whole.cost_usd_p50 / 2)
    assert "50 % of it as a batch" in batched.source
    cached = asked(PLAN, SEEN, cached_share=0.25)
    assert cached.cost_usd_p50 == pytest.approx(0.75 * whole.cost_usd_p50)
    assert asked(PLAN, SEEN, cached_share=1.0).cost_usd_p90 == 0


def test_the_share_of_the_budget_is_told_with_its_chance() -> None:
    """Some $0.48 of $0.96 is half; of $0.24 it is twice, and surely too much."""
    half = asked(replace(PLAN, budget_usd=0.96), SEEN)
    assert half.share_of_budget is not None
    assert half.share_of_budget.p50 == pytest.approx(0.5, rel=0.02)
    assert half.p_within_budget == 1
    assert asked(replace(PLAN, budget_usd=0.24), SEEN).p_within_budget == 0


@pytest.mark.parametrize("kind", ["adversarial_scenario", "eval_item", "knowledge_triple"])
def test_what_a_kind_adds_makes_its_answers_longer(kind: SampleKind) -> None:
    """A failure, a rubric or a quote is paid for as well."""
    assert asked(replace(PLAN, kind=kind)).output_tokens > 1.2 * asked(PLAN).output_tokens


def test_lessons_rules_and_facts_make_prompts_longer() -> None:
    """They are rendered into the prompts that are counted."""
    plain = asked(PLAN).input_tokens
    assert asked(replace(PLAN, adversarial=True)).input_tokens > 1.2 * plain
    assert asked(replace(PLAN, constraints=("Amounts are in euro.",) * 20)).input_tokens > plain
    told = quote(PLAN, ANCHORS, "own", PRICES, facts=["Cards are issued by banks."] * 30)
    assert told.input_tokens > 1.2 * plain


def test_a_judge_or_writer_without_a_price_is_never_free() -> None:
    """And a judge that is not asked needs none."""
    with pytest.raises(PriceError):
        quote(PLAN, ANCHORS, "no-such-model", PRICES)
    with pytest.raises(PriceError):
        asked(replace(PLAN, judge=True, judge_model="no-such-model"))
    assert asked(replace(PLAN, judge_model="no-such-model")).cost_usd_p50 > 0


def test_counts_and_shares_that_cannot_be_are_refused() -> None:
    """More accepted than proposed, a negative count, a share above one."""
    with pytest.raises(InputError, match="1 proposed, 2 accepted"):
        Seen(proposed=1, accepted=2)
    with pytest.raises(InputError, match="at least 0"):
        Seen(proposed=1, calls=-1)
    with pytest.raises(InputError, match=r"cached_share must be in \[0, 1\] fraction; found 1.5"):
        asked(PLAN, cached_share=1.5)


def test_an_estimate_is_held_against_what_was_paid() -> None:
    """A quarter more than the median, and outside its interval."""
    found = asked(PLAN, SEEN)
    error = estimate_error(found, 1.25 * found.cost_usd_p50)
    assert error.error == pytest.approx(0.25)
    assert error.error_usd == pytest.approx(0.25 * found.cost_usd_p50)
    assert not error.is_within
    assert estimate_error(found, found.cost_usd_p50).is_within
    free = asked(PLAN, SEEN, cached_share=1.0)
    assert estimate_error(free, 0.0).error is None


def _course(dice: np.random.Generator, rate: float, most: int, wanted: int) -> tuple[int, int]:
    """Candidates proposed and accepted, one after the other, until enough are accepted."""
    accepted = np.cumsum(dice.random(most) < rate)
    enough = int(np.searchsorted(accepted, wanted)) + 1
    proposed = min(enough, most)
    return proposed, int(accepted[proposed - 1])


def test_the_interval_holds_the_cost_about_as_often_as_it_says() -> None:
    """150 plans of unlike acceptance: a run of 60, a quote from it, and the run it quotes.

    Answers are 1.1 times as long in one run as in the other, one way or the
    other way, and one call in thirty is repeated. An interval of 80 % that
    holds 70 % to 97 % is neither boastful nor empty.
    """
    dice = np.random.default_rng(1)
    plan = replace(PLAN, accepted=80, candidates=600)
    held = 0
    for number in range(150):
        rate = dice.uniform(0.15, 0.95)
        tokens_in, tokens_out = dice.uniform(300, 600), dice.uniform(15, 60)
        _, accepted = _course(dice, rate, 60, 60)
        calls = 60 + int(dice.binomial(60, 1 / 30))
        seen = Seen(
            proposed=60,
            accepted=accepted,
            calls=calls,
            input_tokens=int(calls * tokens_in),
            output_tokens=int(calls * tokens_out),
        )
        proposed, _ = _course(dice, rate, plan.candidates, 80)
        paid = proposed + int(dice.binomial(proposed, 1 / 30))
        longer = 1.1 if number % 2 else 1 / 1.1
        actual = paid * (tokens_in * IN + longer * tokens_out * OUT) / 1e6
        held += estimate_error(asked(plan, seen), actual).is_within
    assert 0.7 <= held / 150 <= 0.97
