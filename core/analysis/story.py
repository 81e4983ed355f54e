"""What does the whole chain come to, link by link, in sentences with their numbers?"""

from dataclasses import dataclass

from core.analysis.chain import Chain
from core.analysis.frontier import FrontierAnswer, frontier_of
from core.analysis.margin import MarginAnswer, Point
from core.analysis.sizing import Sizing
from core.formats import count, interval, money, percent, points


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the summary: a question, the finding, and how far to trust it."""

    heading: str
    finding: str
    trust: str
    page: str
    """The page that made the number."""


def story_of(chain: Chain, margin: MarginAnswer) -> tuple[Line, ...]:
    """Every link of the chain as a sentence, and the page that made its numbers."""
    return (
        _bottleneck(chain),
        _deficit(chain),
        _samples(chain),
        _evidence(chain),
        _next_point(frontier_of(chain.scenario)),
        _margin(margin),
        _collapse(margin),
    )


def _bottleneck(chain: Chain) -> Line:
    if chain.part is None or chain.audit is None:
        return Line(heading="Bottleneck", finding="Not audited yet.", trust="", page="audit")
    facts = chain.part.facts
    low, high = percent(facts.score_low, 0), percent(facts.score_high, 0)
    return Line(
        heading="Bottleneck",
        page="audit",
        finding=f"{facts.slice}: {chain.audit.measured.metric} {percent(facts.score, 0)} with "
        f"{facts.n:,} "
        f"samples; {percent(chain.audit.target, 0)} is wanted.",
        trust=f"95 % interval {interval(low, high)}, cross-validated on real rows.",
    )


def _deficit(chain: Chain) -> Line:
    if chain.part is None:
        return Line(heading="Deficit", finding="Not audited yet.", trust="", page="audit")
    sizing = chain.part.sizing
    return Line(heading="Deficit", finding=deficit_in_words(sizing), trust=sizing.why, page="audit")


def deficit_in_words(sizing: Sizing) -> str:
    """The samples that are missing, as a sentence."""
    deficit = sizing.deficit
    if deficit.p10 is None:
        return "Cannot be put in samples: the target is not reachable or not sized."
    if deficit.p90 == 0:
        return "No samples are missing."
    if deficit.p50 == 0:
        return f"Probably none are missing ({deficit_range(sizing)}, P10 to P90)."
    middle = (
        f"About {count(deficit.p50)} samples are missing"
        if deficit.p50 is not None
        else f"Over {count(sizing.beyond)} samples are missing"
    )
    return f"{middle} ({deficit_range(sizing)}, P10 to P90)."


def deficit_range(sizing: Sizing) -> str:
    """P10 to P90 of the missing samples; beyond the horizon it only says over how many."""
    low, high = sizing.deficit.p10, sizing.deficit.p90
    if low is None:
        return "not sized"
    return interval(count(low), count(high) if high is not None else f"over {count(sizing.beyond)}")


def _samples(chain: Chain) -> Line:
    if chain.cost is None or chain.run is None:
        return Line(heading="Samples", finding="None generated yet.", trust="", page="generate")
    cost = chain.cost
    price = money(cost.per_accepted_usd) if cost.accepted else "unknown"
    writer = (
        "no language model wrote them"
        if chain.run.run.generator == "embedded"
        else f"written by {chain.run.run.model}"
    )
    return Line(
        heading="Samples",
        page="strictness",
        finding=f"{cost.accepted:,} of {cost.proposed:,} candidates are accepted at strictness "
        f"{cost.tau:g}, "
        f"at {price} paid to models for each.",
        trust=f"Read from the ledger of run {cost.run_id}; {writer}.",
    )


def _evidence(chain: Chain) -> Line:
    found = chain.evidence
    if found is None:
        return Line(
            heading="Evidence",
            finding="Not tested on held-out real data yet.",
            trust="",
            page="evidence",
        )
    change = f"{points(found.gain.p50)} ({points(found.gain.p10)} to {points(found.gain.p90)})"
    return Line(
        heading="Evidence",
        page="evidence",
        finding=f"{found.verdict.capitalize()}: injecting {found.synthetic:,} samples changes "
        f"recall by {change}.",
        trust=f"{found.baseline.n_test} held-out real examples, {found.repeats} paired repeats. "
        f"{found.why}",
    )


def _next_point(answer: FrontierAnswer) -> Line:
    if answer.plan is None:
        return Line(
            heading="Next accuracy point", finding=answer.why_no_plan, trust="", page="frontier"
        )
    step = answer.next_point(answer.target)
    if step is None:
        return Line(
            heading="Next accuracy point",
            page="frontier",
            trust="",
            finding="The target is the highest accuracy that the levers reach.",
        )
    return Line(
        heading="Next accuracy point",
        page="frontier",
        finding=f"From {percent(step.accuracy_from)} one more point costs "
        f"{money(step.usd_over_period)} over the amortisation time, on "
        f"{count(answer.requests)} requests.",
        trust="Slope of the frontier with every assumption at its median.",
    )


def _margin(answer: MarginAnswer) -> Line:
    optimum = answer.optimum
    if optimum.value is None:
        return Line(heading="Best accuracy", finding=optimum.why, trust="", page="margin")
    return Line(
        heading="Best accuracy",
        page="margin",
        finding=f"Gross margin is highest, {percent(answer.optimum_margin)}, at "
        f"{percent(optimum.value)} accuracy.",
        trust="P10 to P90 of that accuracy: "
        f"{interval(percent(optimum.p10), percent(optimum.p90))}.",
    )


def _collapse(answer: MarginAnswer) -> Line:
    def said(point: Point, found: str, none: str) -> str:
        if point.value is not None:
            return found
        return f"there is no {none}: {point.why[:1].lower()}{point.why[1:]}"

    wanted = percent(answer.target_margin, 0)
    parts = [
        said(
            answer.accuracy_target,
            f"the wanted {wanted} margin is lost above accuracy "
            f"{percent(answer.accuracy_target.value)}",
            f"accuracy above which the wanted {wanted} margin is lost",
        ),
        said(
            answer.accuracy_zero,
            f"the margin is zero above accuracy {percent(answer.accuracy_zero.value)}",
            "accuracy above which the margin is zero",
        ),
        said(
            answer.usage_per_seat,
            f"a seat earns nothing from {count(answer.usage_per_seat.value)} requests a month",
            "usage from which a seat earns nothing",
        ),
    ]
    text = "; ".join(part.rstrip(".") for part in parts) + "."
    return Line(
        heading="Margin collapse",
        finding=text[0].upper() + text[1:],
        page="margin",
        trust="Three different points, each with the other assumptions as they stand.",
    )
