"""How much should a run be allowed to spend?"""

from math import floor, isfinite, log10

from core.analysis.quote import Quote
from core.workspace.runs import RunSummary

_STEPS = (1.0, 2.0, 3.0, 5.0, 10.0)
_LEAST = 0.01


def rounded_up(usd: float) -> float:
    """The next amount up that people would name, a cent at least. [USD]"""
    if not isfinite(usd) or usd <= _LEAST:
        return _LEAST
    power = 10.0 ** floor(log10(usd))
    step = next(s for s in _STEPS if s * power >= usd * (1 - 1e-9))
    return max(_LEAST, round(step * power, 2))


def budget_for(expected: Quote) -> float:
    """A budget that nine runs in ten like this one keep to. [USD]"""
    return rounded_up(expected.cost_usd_p90)


def budget_to_go_on(run: RunSummary, limit_usd: float | None) -> float:
    """A budget, all that is spent included, that lets a run finish at the price so far. [USD]

    Parameters
    ----------
    limit_usd
        What it was allowed before; None when it had no limit. [USD]
    """
    spent = run.cost_usd + run.unsettled_usd
    whole = spent * run.wanted / run.proposed if run.proposed else 2 * spent
    return rounded_up(max(whole, spent * 1.05, limit_usd or 0.0))
