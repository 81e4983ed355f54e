"""How the labelling page words and sets what it shows."""

from collections.abc import Mapping
from typing import Any

from core.analysis.labels.settled import Kappa
from core.formats import coefficient, count, interval, percent

MOST_CONTESTED = 20
_BREAKS = "overflow-wrap:anywhere;white-space:pre-wrap"
LARGE = f"font-size:1.5rem;line-height:1.45;margin:0;max-width:60ch;{_BREAKS}"
NAME = "font-size:0.875rem;opacity:0.75"
VALUE = f"font-size:1.25rem;line-height:1.4;margin:0 0 0.6rem 0;max-width:70ch;{_BREAKS}"


def short(content: Mapping[str, Any], most: int = 90) -> str:
    """A candidate's content in one line."""
    text = " · ".join(" ".join(str(value).split()) for value in content.values())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def agreement(kappa: Kappa) -> str:
    """How far two labellers agree."""
    who = f"{kappa.first} and {kappa.second} have both judged {count(kappa.both)}"
    same = f"{who} and say the same of {percent(kappa.agreement, 0)}"
    if kappa.why:
        return f"{same}. Cohen's κ is unknown: {kappa.why}."
    spread = interval(coefficient(kappa.low), coefficient(kappa.high))
    return (
        f"{same}. Cohen's κ {coefficient(kappa.kappa)} ({spread}, P10 to P90): 1 is perfect, 0 is "
        "what chance would give."
    )
