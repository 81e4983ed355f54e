"""How many calls does a run make, and what do they cost, as far as that can be said before?

What earlier runs counted is used as it was counted. Where there were none, the
assumptions of this file stand in; each names its P10, P50 and P90.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError

Floats = NDArray[np.float64]

DRAWS = 4_000
_MOST_COUNTED = 400
"""Earlier candidates weigh as so many at most: runs differ by more than chance."""

_REPEATED = (0.02, 1.8)
"""Calls beyond one a candidate: median and sigma, so 0.002, 0.02 and 0.2."""

_MOST_REPEATED = 3.0
_VERBOSITY = (1.05, 0.2)
"""An answer's length as a share of the anchors': 0.81, 1.05 and 1.36."""

_VERDICT_TOKENS = (68.0, 0.25)
"""A judge's answer: 49, 68 and 94 tokens."""

_OTHER_TOKENIZER = 0.12
"""Sigma of the tokens counted with another model's vocabulary: 14 % less to 17 % more."""

_PROMPTS_VARY, _ANSWERS_VARY = 0.03, 0.1
"""Sigma of the tokens of a call between runs of one plan."""

_JUDGED = (8.0, 2.0)
"""Beta of the share of candidates that reach the judge: 0.63, 0.82 and 0.94."""


_NEUTRAL = (1.0, 1.0)
"""Beta of a share of which nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What earlier runs of the same plan or slice have counted; all 0 when there were none."""

    proposed: int = 0
    accepted: int = 0
    """Of the proposed, at the plan's strictness."""
    judged: int = 0
    """Of the proposed, shown to the judge; counted when ``judge_ran``."""
    judge_ran: bool = False
    calls: int = 0
    """Generator calls on the bill, repeated ones included."""
    input_tokens: int = 0
    output_tokens: int = 0
    """Tokens of those calls."""

    def __post_init__(self) -> None:
        """Refuse counts that contradict each other."""
        counts = (self.accepted, self.judged, self.calls, self.input_tokens, self.output_tokens)
        if min(self.proposed, *counts) < 0 or max(self.accepted, self.judged) > self.proposed:
            raise InputError(
                f"earlier runs: {self.proposed} proposed, {self.accepted} accepted, {self.judged} "
                "judged; expected counts of at least 0, none above what was proposed."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is known of a run before its first call."""

    most_candidates: int
    accepted: int | None
    """How many accepted candidates end it; None: every candidate is proposed."""
    under_way: int
    """Calls that are under way, and are paid, when enough is accepted."""
    prompt_tokens: float
    lesson_tokens: float
    """What the lessons add to a prompt once there are enough of them."""
    answer_tokens: float
    most_answer_tokens: int
    judge_tokens: float
    """Of a judge's question; 0 without a judge."""
    most_verdict_tokens: int
    is_own_tokenizer: bool
    cached_share: float
    """Answers that were paid for before, as a share of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Possible courses of a run, one value a course."""

    acceptance_rate: Floats
    candidates: Floats
    accepted: Floats
    is_enough: NDArray[np.bool_]
    """Whether as many are accepted as are wanted."""
    judged: Floats
    input_tokens: Floats
    output_tokens: Floats
    """Of the generator, without what the cache answers."""
    judge_input_tokens: Floats
    judge_output_tokens: Floats


def drawn(work: Work, seen: Seen, seed: int) -> Draws:
    """Courses of the run that agree with what was *seen*; equal seed, equal courses."""
    dice = np.random.default_rng([seed, 7])
    rate = _share(seen.accepted, seen.proposed, _NEUTRAL, dice)
    candidates, accepted, is_enough = _progress(work, rate, dice)
    if seen.judge_ran:
        share = _share(seen.judged, seen.proposed, _NEUTRAL, dice)
    else:
        share = _share(0, 0, _JUDGED, dice)
    judged_ones = candidates * share * (work.judge_tokens > 0)
    paid = _calls(seen, dice) * (1 - work.cached_share)
    asked, said = _tokens(work, seen, dice)
    scale = 1.0 if work.is_own_tokenizer else _lognormal(1.0, _OTHER_TOKENIZER, dice)
    verdict = np.minimum(_lognormal(*_VERDICT_TOKENS, dice), work.most_verdict_tokens)
    return Draws(
        acceptance_rate=rate,
        candidates=candidates,
        accepted=accepted,
        is_enough=is_enough,
        judged=judged_ones,
        input_tokens=candidates * paid * asked,
        output_tokens=candidates * paid * said,
        judge_input_tokens=judged_ones * paid * work.judge_tokens * scale,
        judge_output_tokens=judged_ones * paid * verdict * scale,
    )


def _share(yes: int, of: int, prior: tuple[float, float], dice: np.random.Generator) -> Floats:
    weight = min(1.0, _MOST_COUNTED / of) if of else 0.0
    shares = dice.beta(prior[0] + weight * yes, prior[1] + weight * (of - yes), DRAWS)
    return np.asarray(np.clip(shares, 1e-6, 1.0), dtype=np.float64)


def _progress(
    work: Work, rate: Floats, dice: np.random.Generator
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Candidates proposed, accepted ones, and whether these are enough."""
    most = float(work.most_candidates)
    of_all = dice.binomial(work.most_candidates, rate).astype(np.float64)
    if work.accepted is None:
        return np.full(DRAWS, most), of_all, np.ones(DRAWS, dtype=np.bool_)
    needed = work.accepted + dice.negative_binomial(work.accepted, rate).astype(np.float64)
    is_enough = needed <= most
    candidates = np.minimum(needed + work.under_way, most)
    late = (candidates - needed) * rate
    short = np.minimum(of_all, work.accepted - 1)
    return candidates, np.where(is_enough, work.accepted + late, short), is_enough


def _calls(seen: Seen, dice: np.random.Generator) -> Floats:
    """Calls on the bill for each candidate, repeated ones included."""
    if seen.calls and seen.proposed:
        repeated = max(0, seen.calls - seen.proposed)
        more = dice.gamma(repeated + 0.5, 1 / (seen.proposed + 10), DRAWS)
    else:
        more = _lognormal(*_REPEATED, dice)
    return 1 + np.minimum(more, _MOST_REPEATED)


def _tokens(work: Work, seen: Seen, dice: np.random.Generator) -> tuple[Floats, Floats]:
    """Tokens of a prompt and of an answer, as this model counts them."""
    if seen.calls and seen.output_tokens:
        asked = seen.input_tokens / seen.calls * _lognormal(1.0, _PROMPTS_VARY, dice)
        return asked, seen.output_tokens / seen.calls * _lognormal(1.0, _ANSWERS_VARY, dice)
    scale = 1.0 if work.is_own_tokenizer else _lognormal(1.0, _OTHER_TOKENIZER, dice)
    asked = (work.prompt_tokens + work.lesson_tokens * dice.uniform(0.5, 1.0, DRAWS)) * scale
    said = work.answer_tokens * _lognormal(*_VERBOSITY, dice) * scale
    return asked, np.minimum(said, work.most_answer_tokens)


def _lognormal(median: float, sigma: float, dice: np.random.Generator) -> Floats:
    return np.asarray(dice.lognormal(np.log(median), sigma, DRAWS), dtype=np.float64)
