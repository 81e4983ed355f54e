"""The figures of the scorecard as the workspace has them now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isinf

from core.analysis.chain import Chain
from core.analysis.frontier import frontier_of
from core.analysis.margin import MarginAnswer
from core.analysis.programme.criteria import monitor_of
from core.analysis.roi import RoiAnswer
from core.analysis.strictness.judged import judged_of_run
from core.analysis.strictness.knob import Knob, Setting
from core.assumptions import Scenario
from core.formats import count, money, number, percent, points
from core.units import Unit
from core.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One figure of the scorecard."""

    key: str
    name: str
    unit: Unit
    more_is_better: bool
    page: str
    """The page that makes it."""
    role: str
    """Who owns it, unless somebody is named."""


KPIS: tuple[Kpi, ...] = (
    Kpi(key="capability", name="Score at the edge case", unit=Unit.FRACTION, more_is_better=True,
        page="audit", role="ML engineer"),
    Kpi(key="deficit_closed", name="Deficit closed", unit=Unit.FRACTION, more_is_better=True,
        page="evidence", role="ML engineer"),
    Kpi(key="cost_per_accepted", name="Cost per accepted sample", unit=Unit.USD_PER_SAMPLE,
        more_is_better=False, page="strictness", role="ML engineer"),
    Kpi(key="cost_per_good", name="Cost per good sample", unit=Unit.USD_PER_SAMPLE,
        more_is_better=False, page="strictness", role="ML engineer"),
    Kpi(key="critic_precision", name="Precision of the critics", unit=Unit.FRACTION,
        more_is_better=True, page="strictness", role="annotation lead"),
    Kpi(key="collapse_risk", name="Alarms of the corpus monitor", unit=Unit.ONE,
        more_is_better=False, page="monitor", role="data engineer"),
    Kpi(key="next_point", name="Cost of the next accuracy point", unit=Unit.USD,
        more_is_better=False, page="frontier", role="product manager"),
    Kpi(key="gross_margin", name="Gross margin at the target", unit=Unit.FRACTION,
        more_is_better=True, page="margin", role="product manager"),
    Kpi(key="payback", name="Payback", unit=Unit.YEARS, more_is_better=False, page="returns",
        role="product manager"),
)  # fmt: skip
"""Every figure, in the order of the chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """A figure as it stands; None where it is unknown, with the reason."""

    value: float | None
    low: float | None = None
    high: float | None = None
    target: float | None = None
    """Where it should be, as audit or scenario say; None where they do not."""
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


def written(kpi: Kpi, value: float | None) -> str:
    """A figure of the scorecard for people."""
    if value is None:
        return "unknown"
    return _WRITTEN[kpi.key](value)


_WRITTEN: Mapping[str, Callable[[float], str]] = {
    "capability": percent,
    "deficit_closed": lambda share: percent(share, 0),
    "cost_per_accepted": money,
    "cost_per_good": money,
    "critic_precision": percent,
    "collapse_risk": count,
    "next_point": money,
    "gross_margin": percent,
    "payback": lambda years: "never" if isinf(years) else f"{number(years, 2)} years",
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
        why=f"{audit.measured.metric} of {part.name} on real rows, 95 % interval.",
    )


def _deficit_closed(sources: Sources) -> Now:
    """Accepted samples, at what they are worth, over those that are missing."""
    part, cost, evidence = sources.chain.part, sources.chain.cost, sources.chain.evidence
    if part is None or part.sizing.deficit.p50 is None:
        return Now(value=None, target=1.0, why="The deficit is not sized.")
    missing = part.sizing.deficit
    if not missing.p50:
        return Now(value=1.0, target=1.0, why="No samples are missing.")
    if cost is None:
        return Now(value=0.0, target=1.0, why="No samples were generated.")
    rate = sources.scenario["exchange_rate"]
    if evidence is None or rate.status == "default":
        why = "What a sample is worth was not measured: test the evidence."
        return Now(value=None, target=1.0, why=why)
    worth = cost.accepted * rate.value
    low = None if rate.low is None else _over(cost.accepted * rate.low, missing.p90)
    high = None if rate.high is None else _over(cost.accepted * rate.high, missing.p10)
    return Now(
        value=min(worth / missing.p50, 1.0),
        low=low,
        high=high,
        target=1.0,
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
    if found is None:
        return Now(value=None, target=0.0, why="The corpus monitor has not looked at this slice.")
    if found.risk == "unknown":
        return Now(value=None, target=0.0, why=found.words)
    last = found.generations[-1]
    alarms = [*last.findings, *([last.rare] if last.rare is not None else [])]
    return Now(value=float(sum(one.alarm for one in alarms)), target=0.0, why=found.words)


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
    if margin.plan is None:
        return Now(value=None, target=margin.target_margin, why=margin.why_no_plan)
    if sources.scenario.value("price_per_seat") == 0:
        why = "There is no gross margin without revenue: price_per_seat is 0."
        return Now(value=None, target=margin.target_margin, why=why)
    at = margin.margin_at_target
    low, middle, high = (float(x) if x == x else None for x in (at.p10, at.p50, at.p90))
    change = "" if middle is None else points(middle - margin.target_margin)
    return Now(
        value=middle,
        low=low,
        high=high,
        target=margin.target_margin,
        why=f"P50, P10 to P90; {change} from the margin wanted." if change else "",
    )


def _payback(sources: Sources) -> Now:
    figure = sources.roi.payback_years
    horizon = float(sources.roi.horizon_years)
    if figure.at_medians is None:
        return Now(value=None, target=horizon, why=figure.why)
    drawn = figure.drawn
    return Now(
        value=figure.at_medians,
        low=drawn.p10,
        high=inf if drawn.p90 is None else drawn.p90,
        target=horizon,
        why=f"Every assumption at its median, P10 to P90; within {count(horizon)} years in "
        f"{percent(figure.share, 0)} of the draws.",
    )
