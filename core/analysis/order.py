"""What has to be ordered so that a slice reaches its target, and what does it cost?"""

from dataclasses import dataclass
from typing import Literal

from core.analysis.evidence import EvidenceAnswer
from core.analysis.measured import RunCost, with_measurements
from core.analysis.order_lines import Line, LineKind, supply_lines
from core.analysis.order_proof import proof_lines
from core.analysis.sizing import SliceAudit
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.audit.slices import Metric
from core.formats import count, interval, money, number, percent, points

OrderStatus = Literal["order", "reached", "unreachable", "unknown"]
ASSURANCE = 0.95
_FEW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A slice's deficit as something that can be bought, line by line."""

    slice: str
    metric: Metric
    target: float
    score: float
    score_low: float
    score_high: float
    status: OrderStatus
    why: str
    lines: tuple[Line, ...]
    """Empty when the target is reached; lines without a quantity when none is known."""
    beyond: float | None
    """Missing samples beyond which nothing is said. [samples]"""
    assurance: float

    def line(self, kind: LineKind) -> Line | None:
        """The line of this kind, if the order has one."""
        return next((line for line in self.lines if line.kind == kind), None)


def order_of(
    part: SliceAudit,
    *,
    target: float,
    metric: Metric,
    scenario: Scenario,
    run: RunCost | None = None,
    evidence: EvidenceAnswer | None = None,
    assurance: float = ASSURANCE,
) -> Order:
    """Turn a slice's deficit into samples to generate, records to collect and tests to keep.

    Parameters
    ----------
    part
        The slice, sized for *target*.
    scenario
        Where prices and the exchange rate come from, unless *run* and *evidence* of this
        slice have measured them. What the user typed stays.
    assurance
        Probability that what is generated or collected is enough. [fraction]

    Raises
    ------
    AssumptionError
        The target is not strictly between 0 and 1.
    """
    checked_target(target)
    own = evidence if evidence is not None and evidence.slice == part.name else None
    bound = with_measurements(scenario, run=run, evidence=own)
    status, why = _status(part, target, metric)
    lines: tuple[Line, ...] = ()
    if status != "reached":
        lines = supply_lines(part, bound, run, assurance)
    if status in ("order", "unknown"):
        lines += proof_lines(part, target, bound, own, assurance)
    return Order(
        slice=part.name,
        metric=metric,
        target=target,
        score=part.facts.score,
        score_low=part.facts.score_low,
        score_high=part.facts.score_high,
        status=status,
        why=why,
        lines=lines,
        beyond=part.sizing.beyond,
        assurance=assurance,
    )


def _status(part: SliceAudit, target: float, metric: Metric) -> tuple[OrderStatus, str]:
    facts, sizing = part.facts, part.sizing
    around = interval(percent(facts.score_low, 0), percent(facts.score_high, 0))
    if facts.score >= target:
        why = (
            f"{_named(metric)} is {percent(facts.score)} ({around}), "
            f"{points(facts.score - target).lstrip('+')} above the target: nothing to order."
        )
        if facts.score_low < target:
            why += " Its interval reaches below the target, so chance may have put it there."
        return "reached", why
    if sizing.reachable == "no":
        return "unreachable", sizing.why
    if sizing.deficit.p50 == 0:
        return "unknown", (
            f"{_named(metric)} is {percent(facts.score)} ({around}), "
            f"{points(target - facts.score).lstrip('+')} below the target, which the samples "
            "held should reach; test it on more examples before ordering any."
        )
    if sizing.deficit.p50 is None:
        return "unknown", sizing.why
    return "order", sizing.why


def _named(metric: Metric) -> str:
    return "F1" if metric == "f1" else metric.capitalize()


def in_words(order: Order) -> str:
    """The order as one sentence for someone who decides on it."""
    about = f"“{order.slice}”"
    if order.status == "reached":
        return f"{about}: {order.why}"
    if order.status != "order":
        return f"Nothing can be ordered yet for {about}: {order.why}"
    digits = 0 if percent(order.score, 0) != percent(order.target, 0) else 2
    name = "F1" if order.metric == "f1" else order.metric
    return (
        f"To bring {name} of {about} from {percent(order.score, digits)} to "
        f"{percent(order.target, digits)}: {_real(order)} – {_supply(order)}{_proof(order)}."
    )


def _about(value: float | None) -> str:
    """A planned quantity: two digits say all that is known."""
    return count(value) if value is not None and value < _FEW else number(value, 2)


def _real(order: Order) -> str:
    line = order.line("real")
    if line is None or line.quantity.p50 is None:
        return "an unknown number of real-equivalent samples"
    low, high = line.quantity.p10, line.quantity.p90
    most = _about(high) if high is not None else f"more than {_about(order.beyond)}"
    return f"about {_about(line.quantity.p50)} real-equivalent samples ({_about(low)} to {most})"


def _supply(order: Order) -> str:
    ways = []
    generate, collect = order.line("generate"), order.line("collect")
    if generate is not None and generate.quantity.p50 is not None:
        guessed = [r for r in generate.rates if r.status == "default"]
        names = {"exchange_rate": "exchange", "acceptance_rate": "acceptance"}
        which = " and ".join(names[r.key] for r in guessed)
        aside = f"; {which} rate assumed" if guessed else ""
        ways.append(
            f"generate {_about(generate.quantity.p50)} candidates "
            f"({money(generate.cost_usd.p50)}{aside})"
        )
    if collect is not None and collect.quantity.p50 is not None:
        ways.append(
            f"collect {_about(collect.quantity.p50)} raw records ({money(collect.cost_usd.p50)})"
        )
    return ", or ".join(ways) or "no way is known to get them"


def _proof(order: Order) -> str:
    proofs = [line for line in order.lines if line.kind in ("proof", "gain")]
    known = [(line.quantity.p50, line) for line in proofs if line.quantity.p50 is not None]
    if not known:
        return ""
    wanted, line = max(known, key=lambda found: found[0])
    cost = "held already" if line.cost_usd.p50 == 0 else money(line.cost_usd.p50)
    return f"; keep {_about(wanted)} labelled examples aside to prove it ({cost})"
