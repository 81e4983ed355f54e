"""The lines of an order: what each way of mending a slice takes, and what it costs."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from core.analysis.figures import Figure, ends, figure_of, figure_of_quantiles, quantiles_of
from core.analysis.measured import RunCost
from core.analysis.sizing import SliceAudit
from core.assumptions import Assumption, Scenario
from core.calculators.calibration import precision_quantile
from core.calculators.deficit import records_to_collect
from core.calculators.door import Floats
from core.calculators.order import candidates_to_generate, synthetic_samples
from core.formats import money, number, percent
from core.prices import bundled
from core.records import Quantiles
from core.units import Unit

LineKind = Literal["real", "generate", "check", "collect", "proof", "gain"]
NOTHING = Quantiles(p10=None, p50=None, p90=None)

_ACCEPTANCE = Assumption(
    key="acceptance_rate",
    value=0.6,
    low=0.3,
    high=0.85,
    unit=Unit.FRACTION,
    source="our guess; a run of this slice measures it",
    as_of=date(2026, 11, 22),
    note="Share of the generated candidates that the critics accept.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an order."""

    kind: LineKind
    """``real`` equivalents; to ``generate`` and ``check``; to ``collect``; ``proof``, ``gain``."""
    what: str
    unit: Unit
    quantity: Quantiles
    """None where no quantity is known; ``note`` says why."""
    cost_usd: Quantiles = NOTHING
    prices: tuple[Assumption, ...] = ()
    """What the cost follows from, each with its source and date."""
    rates: tuple[Assumption, ...] = ()
    """What the quantity follows from besides the deficit; status ``measured`` where it is."""
    note: str = ""
    held: float = 0.0
    """How many of them are there already and cost nothing. [examples]"""


def supply_lines(
    part: SliceAudit, scenario: Scenario, run: RunCost | None, assurance: float
) -> tuple[Line, ...]:
    """What closes the deficit: real samples, or generated ones, or raw records to collect."""
    missing = part.sizing.deficit
    real = Line(
        kind="real",
        what="real-equivalent samples",
        unit=Unit.SAMPLES,
        quantity=missing,
        note="" if missing.p50 else part.sizing.why,
    )
    needed = figure_of_quantiles(missing)
    if needed is None:
        return (real, *_unknown(part.sizing.why))
    synthetic = _synthetic(needed, scenario, run, assurance)
    return (real, *synthetic, _collected(part, needed, scenario, assurance))


def _unknown(why: str) -> list[Line]:
    lines: list[tuple[LineKind, str, Unit]] = [
        ("generate", "candidates to generate", Unit.CANDIDATES),
        ("collect", "raw records to collect", Unit.RECORDS),
    ]
    return [
        Line(kind=kind, what=what, unit=unit, quantity=NOTHING, note=why)
        for kind, what, unit in lines
    ]


def acceptance_rate(run: RunCost | None) -> Assumption:
    """The share of candidates that is accepted: of the slice's run, or else our guess."""
    if run is None or not run.proposed:
        return _ACCEPTANCE
    share = run.accepted / run.proposed
    low, high = precision_quantile(run.accepted, run.proposed - run.accepted, [0.05, 0.95])
    return Assumption(
        key="acceptance_rate",
        value=share,
        low=min(float(low), share),
        high=max(float(high), share),
        unit=Unit.FRACTION,
        status="measured",
        source=f"run {run.run_id} at strictness {run.tau:g}: {run.accepted:,} accepted of "
        f"{run.proposed:,}",
        as_of=date.fromisoformat(f"{run.run_id[:4]}-{run.run_id[4:6]}-{run.run_id[6:8]}"),
        note=_ACCEPTANCE.note,
    )


def _synthetic(
    needed: Figure, scenario: Scenario, run: RunCost | None, assurance: float
) -> tuple[Line, ...]:
    """Candidates to generate so that enough are accepted, and the accepted ones to check."""
    exchange, accepted = scenario["exchange_rate"], acceptance_rate(run)
    wanted = needed.over(figure_of(exchange))
    generate = Line(
        kind="generate",
        what="candidates to generate",
        unit=Unit.CANDIDATES,
        quantity=NOTHING,
        prices=(scenario["cost_per_accepted_sample"],),
        rates=(exchange, accepted),
    )
    if not exchange.value:
        return (replace(generate, note="One synthetic sample is worth no real one: none helps."),)
    if not accepted.value:
        return (replace(generate, note="None of the run's candidates was accepted."),)
    quantity = _counted(
        needed.with_spread_of(wanted.over(figure_of(accepted))),
        lambda k: candidates_to_generate(
            synthetic_samples(k, exchange.value), accepted.value, assurance
        ),
    )
    bought = replace(wanted, p50=(quantity.p50 or 0.0) * accepted.value)
    generate = replace(
        generate,
        quantity=quantity,
        cost_usd=bought.times(figure_of(*generate.prices)).quantiles,
        note=f"One accepted sample is worth {number(exchange.value, 2)} real ones, "
        f"{percent(accepted.value, 0)} of the candidates are accepted; {percent(assurance, 0)} "
        f"assurance of enough. Setting up costs {money(scenario.value('fixed_cost_of_campaign'))} "
        "more, however many are made.",
    )
    return generate, _checked(needed, wanted, scenario)


def _checked(needed: Figure, wanted: Figure, scenario: Scenario) -> Line:
    exchange, price = scenario["exchange_rate"], scenario["review_cost_per_sample"]
    quantity = _counted(
        needed.with_spread_of(wanted), lambda k: synthetic_samples(k, exchange.value)
    )
    return Line(
        kind="check",
        what="accepted samples to check",
        unit=Unit.SAMPLES,
        quantity=quantity,
        cost_usd=replace(wanted, p50=quantity.p50 or 0.0).times(figure_of(price)).quantiles,
        prices=(price,),
        rates=(exchange,),
        note="If a person looks at every accepted sample.",
    )


def _collected(part: SliceAudit, needed: Figure, scenario: Scenario, assurance: float) -> Line:
    """Raw records in which the missing samples are found at today's prevalence."""
    share, (price, prices) = part.facts.prevalence, record_price(part, scenario)
    quantity = _counted(needed, lambda k: records_to_collect(k, share, assurance))
    cost = NOTHING
    if quantity.p50 is not None:
        cost = replace(needed, p50=quantity.p50).times(price).quantiles
    return Line(
        kind="collect",
        what="raw records to collect",
        unit=Unit.RECORDS,
        quantity=quantity,
        cost_usd=cost,
        prices=prices,
        note=f"{percent(share)} of the records are of this slice; {percent(assurance, 0)} "
        "assurance of enough. " + _who_is_labelled(part),
    )


def record_price(part: SliceAudit, scenario: Scenario) -> tuple[Figure, tuple[Assumption, ...]]:
    """The cost of a raw record, labelled where only the label tells whether it is of the slice."""
    row, label = bundled("raw_record"), scenario["review_cost_per_sample"]
    record = Assumption(
        key=row.key,
        value=row.value,
        low=row.low,
        high=row.high,
        unit=row.unit,
        source=f"{row.source} ({row.kind})",
        as_of=row.as_of,
        note="What one more raw record costs, before anyone labels it.",
    )
    times = 1.0 if part.facts.label is not None else part.facts.prevalence
    low, high = (None if v is None else v * times for v in (label.low, label.high))
    counted = replace(label, value=label.value * times, low=low, high=high)
    return figure_of(record, counted), (record, label)


def _who_is_labelled(part: SliceAudit) -> str:
    if part.facts.label is not None:
        return "Each is labelled, for only its label tells."
    return "Only those of the slice are labelled."


def _counted(figure: Figure, how_many: Callable[[float], Floats]) -> Quantiles:
    """How many things each end of a figure takes."""
    return quantiles_of(
        [float(how_many(v)) if math.isfinite(v) else v for v in ends(figure.quantiles)]
    )
