"""Blocks that the plans share: samples, first answers, votes, and a verifier that asks again."""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import ATTEMPTS, SMALLEST_STEP, STRICTNESS, VOTES
from core.calculators import levers, retries
from core.report.workbook.checks import finite
from core.report.workbook.paper import Page
from core.report.workbook.shared import Source

Floats = NDArray[np.float64]

_POWERS = max(VOTES)
_LOOPED = max(ATTEMPTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """First answers: one row per number of new samples, with retrieval and without."""

    samples: tuple[str, ...]
    """Cells of the numbers of new samples."""
    right: Floats
    """Shares of first answers that are right, in the order of the rows."""
    rows: tuple[int, ...]
    lookups: int
    page: Page

    def row(self, step: int, lookup: bool, strong: bool) -> int:
        """Place of the first answers of a plan."""
        every = len(self.samples)
        return (every if strong else step) * self.lookups + (1 if lookup else 0)

    def powers(self, place: int, most: int) -> str:
        """Means of the powers of an accuracy, from 1 to the highest."""
        return self.page.across(self.rows[place], 1, most)


def write_answers_right(page: Page, row: int, source: Source) -> tuple[Answers, int]:
    """Blocks of new samples and of first answers from a row on, and the row behind them."""
    i, steps = source.inputs, source.steps
    error = levers.error_with_data(
        np.rint(steps) * i["exchange_rate"],
        i["samples_held"],
        i["error_now"],
        i["error_floor"],
        i["learning_exponent"],
    )
    page.text(row, 0, "New samples to consider, and what training on them yields", "group")
    page.heads(row + 1, ("step", "samples, exactly", "samples", "right"))
    first = row + 2
    grown = "(({n}*exchange_rate+samples_held)/samples_held)^(-learning_exponent)"
    lowest = "MIN(error_floor,error_now)"
    for step, (exact, wrong) in enumerate(zip(steps, error, strict=True)):
        at = first + step
        page.number(at, 0, step, "whole")
        page.live(at, 1, _samples(step, len(steps)), float(exact), "exact")
        cell = page.at(at, 1)
        even = f"IF({cell}-INT({cell})=0.5,2*ROUND({cell}/2,0),ROUND({cell},0))"
        page.live(at, 2, even, float(np.rint(exact)), "whole")
        left = f"({lowest}+(error_now-{lowest})*{grown.format(n=page.at(at, 2))})"
        page.live(at, 3, f"1-{left}", float(1 - wrong), "exact")
    return _first_answers(page, first + len(steps) + 1, source, first, 1 - error)


def _samples(step: int, steps: int) -> str:
    """A number of new samples: evenly spaced in the logarithm, after none at all."""
    if step == 0:
        return "0"
    if step == steps - 1:
        return "max_new_samples"
    least = f"max_new_samples*{SMALLEST_STEP:g}"
    return least if step == 1 else f"{least}*{1 / SMALLEST_STEP:g}^({step - 1}/{steps - 2})"


def _first_answers(
    page: Page, row: int, source: Source, first_step: int, trained: Floats
) -> tuple[Answers, int]:
    steps = len(trained)
    known = "knowledge_errors", "retrieval_recall", "retrieval_distraction"
    lookups = 2 if "retrieval" in source.levers else 1
    strong = finite(levers.stronger_accuracy(1 - source.inputs["error_now"], source.inputs[_RATIO]))
    plain = [*trained, strong]
    looked = levers.retrieved_accuracy(plain, *(source.inputs[key] for key in known))
    right = np.stack([plain, looked], axis=1)[:, :lookups].reshape(-1)
    page.text(row, 0, "First answers that are right, and how their accuracy is spread", "group")
    page.heads(row + 1, ("answers of", *(f"mean of power {n}" for n in range(1, _POWERS + 1))))
    rows = tuple(range(row + 2, row + 2 + len(right)))
    rho = finite(source.inputs["vote_correlation"])
    for place, at in enumerate(rows):
        step, lookup = divmod(place, lookups)
        name = "the stronger model" if step == steps else f"step {step}"
        page.text(at, 0, f"{name}, with retrieval" if lookup else name)
        base = "strong_right" if step == steps else page.at(first_step + step, 3)
        gained = f"(1-{base})*knowledge_errors*retrieval_recall-{base}*retrieval_distraction"
        page.live(at, 1, f"{base}+{gained}" if lookup else base, float(right[place]), "exact")
        _write_powers(page, at, float(right[place]), rho)
    samples = tuple(page.at(first_step + step, 2) for step in range(steps))
    found = Answers(samples=samples, right=right, rows=rows, lookups=lookups, page=page)
    return found, rows[-1] + 2


_RATIO = "strong_error_ratio"


def _write_powers(page: Page, row: int, p: float, rho: float) -> None:
    """Means of the powers of an accuracy that differs from question to question."""
    mean, one = p, page.at(row, 1)
    for n in range(2, _POWERS + 1):
        mean *= (p * (1 - rho) + (n - 1) * rho) / (1 + (n - 2) * rho)
        before = page.at(row, n - 1)
        step = f"({one}*(1-vote_correlation)+{n - 1}*vote_correlation)"
        page.live(row, n, f"{before}*{step}/(1+{n - 2}*vote_correlation)", mean, "exact")


def write_votes(page: Page, row: int) -> tuple[dict[int, str], int]:
    """What a majority makes of the powers of an accuracy; where, and the row behind."""
    page.text(row, 0, "A majority of answers, in powers of the accuracy of one", "group")
    page.heads(row + 1, ("answers asked for", *(f"power {n}" for n in range(1, _POWERS + 1))))
    places = {}
    for at, votes in enumerate(VOTES, row + 2):
        page.number(at, 0, votes, "whole")
        for n, coefficient in enumerate(_majority(votes), 1):
            page.number(at, n, coefficient, "whole")
        places[votes] = page.across(at, 1, _POWERS)
    return places, row + 2 + len(VOTES) + 1


def _majority(votes: int) -> list[int]:
    """Coefficients of the binomial tail beyond a half, from power 1 on."""
    found = [0] * (_POWERS + 1)
    for right in range((votes + 1) // 2, votes + 1):
        for n in range(votes - right + 1):
            found[right + n] += comb(votes, right) * comb(votes - right, n) * (-1) ** n
    return found[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Where the verifier's figures stand, by its strictness."""

    accepts_wrong: dict[float, str]
    accepts_right: dict[float, str]
    asked: dict[tuple[float, int], tuple[str, str]]
    """Attempts, in powers of the accuracy of one: the constant, and the powers from 1 on."""
    right: dict[tuple[float, int], str]
    """Accuracy, in powers from 1 on."""


def write_verifier(page: Page, row: int, source: Source) -> tuple[Verifier, int]:
    """What a verifier accepts, and what asking again makes of it; and the row behind."""
    page.text(row, 0, "A verifier that accepts answers or rejects them", "group")
    page.heads(row + 1, ("wrong answers rejected", "wrong accepted", "right accepted"))
    found = Verifier(accepts_wrong={}, accepts_right={}, asked={}, right={})
    skill = source.inputs["verifier_skill"]
    for at, strict in enumerate(STRICTNESS, row + 2):
        cell = page.at(at, 0)
        page.number(at, 0, strict, "share")
        page.live(at, 1, f"1-{cell}", 1 - strict, "exact")
        formula = f"_xlfn.NORM.S.DIST(verifier_skill-_xlfn.NORM.S.INV({cell}),TRUE)"
        page.live(at, 2, formula, finite(retries.accepted_right(strict, skill)), "exact")
        found.accepts_wrong[strict], found.accepts_right[strict] = page.at(at, 1), page.at(at, 2)
    at = row + 2 + len(STRICTNESS) + 1
    if "critic" in source.levers:
        page.text(at, 0, "Asking again until the verifier accepts", "group")
        names = ("strictness and attempts", *(f"power {n}" for n in range(_LOOPED + 1)))
        page.heads(at + 1, names)
        at += 2
        for strict in STRICTNESS:
            at = _write_loop(page, at, strict, finite(retries.accepted_right(strict, skill)), found)
    return found, at + 1


def _write_loop(page: Page, row: int, strict: float, good: float, found: Verifier) -> int:
    """Chances of being rejected so often, then attempts and accuracy; the row behind."""
    wrong, right = found.accepts_wrong[strict], found.accepts_right[strict]
    start, slope = f"(1-{wrong})", f"({wrong}-{right})"
    power = np.zeros((_LOOPED, _LOOPED + 1))
    power[0, 0] = 1.0
    for n in range(_LOOPED):
        page.text(row + n, 0, f"strictness {strict:g}: rejected {n} times")
        for j in range(n + 1):
            last, lower = page.at(row + n - 1, j + 1), page.at(row + n - 1, j)
            terms = [f"{start}*{last}"] * (j < n) + [f"{slope}*{lower}"] * (j > 0)
            if n:
                power[n, j] = strict * power[n - 1, j]
                power[n, j] += (1 - strict - good) * power[n - 1, j - 1] if j else 0.0
            page.live(row + n, j + 1, "+".join(terms) or "1", power[n, j], "exact")
    at = row + _LOOPED
    for most in ATTEMPTS:
        _write_attempts(page, at, row, power[:most], (strict, most, good), found)
        at += 2
    return at


def _write_attempts(
    page: Page,
    at: int,
    row: int,
    power: Floats,
    what: tuple[float, int, float],
    found: Verifier,
) -> None:
    """Attempts and accuracy of a loop, in powers of the accuracy of one answer."""
    (strict, most, good), accepts = what, found.accepts_right[what[0]]
    page.text(at, 0, f"strictness {strict:g}, up to {most}: attempts")
    page.text(at + 1, 0, f"strictness {strict:g}, up to {most}: right")
    asked = power.sum(axis=0)
    page.number(at + 1, 1, 0.0, "exact")
    for j in range(most):
        rejected = f"SUM({page.at(row, j + 1, row + most - 1)})"
        page.live(at, j + 1, rejected, asked[j], "exact")
        last = page.at(row + most - 1, j + 1)
        formula = f"{accepts}*{page.at(at, j + 1)}+(1-{accepts})*{last}"
        value = good * asked[j] + (1 - good) * power[-1, j]
        page.live(at + 1, j + 2, formula, value, "exact")
    found.asked[strict, most] = (page.at(at, 1), page.across(at, 2, most))
    found.right[strict, most] = page.across(at + 1, 2, most + 1)
