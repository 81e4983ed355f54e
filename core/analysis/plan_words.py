"""A plan in words: which levers it uses, and how far; and a measured route."""

from core.analysis.evaluations import EvaluationAnswer
from core.analysis.plans import Plan
from core.formats import count, money, percent


def used_levers(plan: Plan) -> tuple[str, ...]:
    """Each lever that a plan uses, as a few words; empty for what is served today."""
    said = []
    if plan.new_samples:
        said.append(f"{count(plan.new_samples)} new samples")
    if plan.tier == "stronger":
        said.append("the stronger model")
    if plan.retrieval:
        said.append("deeper retrieval")
    if plan.votes > 1:
        said.append(f"{plan.votes} votes")
    if plan.strictness is not None:
        said.append(_verifier(plan, plan.strictness))
    if plan.review_share:
        said.append(f"{percent(plan.review_share)} to people")
    return tuple(said)


def _verifier(plan: Plan, strictness: float) -> str:
    stops = f"a verifier that stops {percent(strictness, 0)} of wrong answers"
    if plan.tier == "cascade":
        return f"{stops} and passes on to the stronger model"
    return f"{stops}, up to {plan.attempts} tries"


def plan_in_words(plan: Plan) -> str:
    """The levers of a plan in one line."""
    return "; ".join(used_levers(plan)) or "as it is served today"


def route_in_words(found: EvaluationAnswer) -> str:
    """What reaches the target at the least cost among the measured configurations."""
    route = found.route
    if route is None:
        best = max(config.accuracy for config in found.configs)
        return f"Nothing measured reaches {percent(found.target)}; the best is {percent(best)}."
    if route.second_share in (0.0, 1.0):
        only = route.second if route.second_share else route.first
        return f"{only} alone reaches {percent(found.target)} at {money(route.cost_usd)} an answer."
    return (
        f"{percent(found.target)} costs {money(route.cost_usd)} an answer when "
        f"{percent(route.second_share)} of the requests go to {route.second} and the rest to "
        f"{route.first}, at random."
    )
