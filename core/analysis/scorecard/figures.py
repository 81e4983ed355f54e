"""The figures of the scorecard as the workspace has them now."""

from dataclasses import dataclass
from math import inf, isfinite

from core.analysis.chain import Chain
from core.analysis.frontier import frontier_of
from core.analysis.margin import MarginAnswer
from core.analysis.programme.criteria import monitor_of
from core.analysis.roi import RoiAnswer
from core.analysis.strictness.judged import judged_of_run
from core.analysis.strictness.knob import Knob, Setting
from core.assumptions import Scenario
from core.formats import count, number, percent, points
from core.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """A figure as it stands; None where it is unknown, with the reason."""

    value: float | None
    low: float | None = None
    high: float | None = None
    target: float | None = None
    """Where it should be, as audit or scenario say; None where they do not."""
    target_from: str = ""
    """What says so."""
    is_watched: bool = False
    """Whether it is to be watched although it is where it should be."""
    verdict: str = ""
    """What it comes to in a word or two, where a number alone would not tell."""
    why: str = ""
    """Why it is unknown, or what has to be known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the figures are read from."""

    workspace: Workspace
    chain: Chain
    margin: MarginAnswer
    roi: RoiAnswer

    @property
    def scenario(self) -> Scenario:
        """The scenario of the chain."""
        return self.chain.scenario

    def setting(self) -> Setting | None:
        """What the run accepts at the strictness of the chain."""
        run, cost = self.chain.run, self.chain.cost
        if run is None or cost is None:
            return None
        return Knob(judged_of_run(self.workspace, run.run_id)).at(cost.tau)


def figures_now(sources: Sources) -> dict[str, Now]:
    """Every figure as it stands."""
    setting = sources.setting()
    return {
        "capability": _capability(sources),
        "deficit_closed": _deficit_closed(sources),
        "cost_per_accepted": _cost_per_accepted(sources),
        "cost_per_good": _cost_per_good(setting),
        "critic_precision": _precision(setting),
        "collapse_risk": _alarms(sources),
        "next_point": _next_point(sources),
        "gross_margin": _margin(sources),
        "payback": _payback(sources),
    }


def _capability(sources: Sources) -> Now:
    audit, part = sources.chain.audit, sources.chain.part
    if audit is None or part is None:
        return Now(value=None, why="The data has not been audited.")
    facts = part.facts
    return Now(
        value=facts.score,
        low=facts.score_low,
        high=facts.score_high,
        target=audit.target,
        target_from="the target for the slice",
        why=f"{audit.measured.metric} of {part.name} on real rows, 95 % interval.",
    )


def _deficit_closed(sources: Sources) -> Now:
    """Accepted samples, at what they are worth, over those that are missing."""
    part, cost, evidence = sources.chain.part, sources.chain.cost, sources.chain.evidence
    whole = "all that is missing"
    if part is None:
        why = "The data has not been audited."
        return Now(value=None, target=1.0, target_from=whole, why=why)
    missing = part.sizing.deficit
    if missing.p50 is None:
        why = f"The middle of the deficit is not known. {part.sizing.why}"
        return Now(value=None, target=1.0, target_from=whole, why=why)
    if missing.p90 == 0:
        return Now(value=1.0, target=1.0, target_from=whole, why="No samples are missing.")
    if cost is None:
        return Now(value=0.0, target=1.0, target_from=whole, why="No samples were generated.")
    rate = sources.scenario["exchange_rate"]
    if evidence is None or rate.status == "default":
        why = "What a sample is worth was not measured: test the evidence."
        return Now(value=None, target=1.0, target_from=whole, why=why)
    low, high = (rate.value if end is None else end for end in (rate.low, rate.high))
    return Now(
        value=_over(cost.accepted * rate.value, missing.p50),
        low=_over(cost.accepted * low, missing.p90),
        high=_over(cost.accepted * high, missing.p10),
        target=1.0,
        target_from=whole,
        why=f"{cost.accepted:,} accepted samples at {number(rate.value, 2)} real ones each, of "
        f"about {count(missing.p50)} missing; the ends take exchange rate and deficit at theirs.",
    )


def _over(worth: float, missing: float | None) -> float:
    """The share of a deficit that is closed; of one without an end, none is sure."""
    if missing is None:
        return 0.0
    return min(worth / missing, 1.0) if missing > 0 else 1.0


def _cost_per_accepted(sources: Sources) -> Now:
    cost = sources.chain.cost
    if cost is None or not cost.accepted:
        return Now(value=None, why="No samples were accepted.")
    paid = "" if cost.calls else " No language model was called, so nothing was paid."
    return Now(
        value=cost.per_accepted_usd,
        why=f"{cost.accepted:,} accepted of {cost.proposed:,} at strictness {cost.tau:g}.{paid}",
    )


def _cost_per_good(setting: Setting | None) -> Now:
    if setting is None:
        return Now(value=None, why="No samples were generated.")
    each = setting.cost_per_good
    if setting.cost_per_good_usd is None:
        return Now(value=None, why="Unknown until candidates are labelled.")
    return Now(
        value=setting.cost_per_good_usd,
        low=each.p10 if each else None,
        high=each.p90 if each else None,
        why="Cost per accepted sample over precision.",
    )


def _precision(setting: Setting | None) -> Now:
    if setting is None:
        return Now(value=None, why="No samples were generated.")
    known = setting.precision.quantiles
    if known is None or known.p50 is None:
        return Now(value=None, why="Unknown until candidates drawn by chance are labelled.")
    said = f"{setting.precision.labels:,} labels drawn by chance, P10 to P90."
    return Now(value=known.p50, low=known.p10, high=known.p90, why=said)


def _alarms(sources: Sources) -> Now:
    found = monitor_of(sources.workspace, sources.chain)
    if found is None or found.risk == "unknown":
        why = found.words if found else "The corpus monitor has not looked at this slice."
        return Now(value=None, target=0.0, target_from="no sign of collapse", why=why)
    last = found.generations[-1]
    alarms = [*last.findings, *([last.rare] if last.rare is not None else [])]
    return Now(
        value=float(sum(one.alarm for one in alarms)),
        target=0.0,
        target_from="no sign of collapse",
        is_watched=found.risk != "none",
        verdict="no sign of collapse" if found.risk == "none" else found.risk,
        why=found.words,
    )


def _next_point(sources: Sources) -> Now:
    answer = frontier_of(sources.scenario)
    step = answer.next_point(sources.margin.target)
    if step is None:
        return Now(value=None, why="The target is the highest accuracy that the levers reach.")
    return Now(
        value=step.usd_over_period,
        why=f"From {percent(step.accuracy_from)} over {count(answer.requests)} requests, every "
        "assumption at its median.",
    )


def _margin(sources: Sources) -> Now:
    margin = sources.margin
    wanted, source = margin.target_margin, "the scenario's target gross margin"
    if margin.plan is None:
        return Now(value=None, target=wanted, target_from=source, why=margin.why_no_plan)
    if sources.scenario.value("price_per_seat") == 0:
        why = "There is no gross margin without revenue: price_per_seat is 0."
        return Now(value=None, target=wanted, target_from=source, why=why)
    at = margin.margin_at_target
    low, middle, high = (float(x) if isfinite(x) else None for x in (at.p10, at.p50, at.p90))
    if middle is None:
        why = "The plan does not exist in half of the draws or more."
        return Now(value=None, target=wanted, target_from=source, why=why)
    return Now(
        value=middle,
        low=low,
        high=high,
        target=wanted,
        target_from=source,
        why=f"P50, P10 to P90 of {margin.draws:,} draws; {points(middle - wanted)} from the "
        "margin wanted.",
    )


def _payback(sources: Sources) -> Now:
    figure = sources.roi.payback_years
    horizon = float(sources.roi.horizon_years)
    source = "the scenario's horizon"
    if figure.at_medians is None:
        return Now(value=None, target=horizon, target_from=source, why=figure.why)
    drawn = figure.drawn
    return Now(
        value=figure.at_medians,
        low=drawn.p10,
        high=inf if drawn.p90 is None else drawn.p90,
        target=horizon,
        target_from=source,
        why=f"Every assumption at its median, P10 to P90; within {count(horizon)} years in "
        f"{percent(figure.share, 0)} of the draws.",
    )
