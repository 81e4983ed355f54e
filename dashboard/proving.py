"""What an injection experiment shows, in tables and a few words."""

from core.analysis.evidence import EvidenceAnswer
from core.analysis.evidence.answer import Setting
from core.formats import count, interval, number, percent, points
from dashboard import show

Rows = list[dict[str, object]]


def headline(found: EvidenceAnswer) -> str:
    """The conclusion with its number."""
    gain = f"{points(found.gain.p50)} recall"
    if found.verdict == "proven gain":
        return f"Proven: the corpus adds {gain} at {found.slice}"
    if found.verdict == "harm":
        return f"Harm: with the corpus {found.slice} changes by {gain}"
    return f"Not proven: {gain} at {found.slice} can be chance"


def numbers(found: EvidenceAnswer) -> None:
    """Recall without and with, the gain, and what a synthetic sample is worth."""
    arms = (("Recall without", found.baseline), ("Recall with the corpus", found.augmented))
    for name, arm in arms:
        spread = interval(percent(arm.score_low, 0), percent(arm.score_high, 0))
        show.number(name, percent(arm.score, 0), spread, "95 % interval")
    spread = interval(points(found.gain_low), points(found.gain_high))
    show.number("Gain", points(found.gain.p50), spread, "90 % interval")
    show.number(
        "Worth in real samples",
        number(found.exchange_range[1], 2),
        _open(found.exchange_range),
        "90 % interval",
        why="Real samples that one synthetic sample is worth, read back on the learning curve of "
        "real rows of the same experiment.",
    )


def _open(ends: tuple[float | None, float | None, float | None]) -> str:
    """An interval whose upper end the curve may not tell."""
    low, _, high = ends
    if low is None:
        return "beyond the curve"
    return (
        f"{number(low, 2)} or more" if high is None else interval(number(low, 2), number(high, 2))
    )


def arms(found: EvidenceAnswer) -> Rows:
    """Every arm against the baseline."""
    rows: Rows = [
        {
            "What is added to the real rows": arm.name[0].upper() + arm.name[1:],
            "Rows": count(arm.added),
            "Recall": percent(arm.score),
            "Gain": points(arm.gain.p50),
            "90 % interval": interval(points(arm.gain_low), points(arm.gain_high)),
            "All other slices": points(arm.elsewhere.p50),
        }
        for arm in found.arms
    ]
    return rows


def settings(found: tuple[Setting, ...], name: str) -> Rows:
    """What the corpus is worth at each setting."""
    shown = percent if name != "Strictness" else (lambda value, _: number(value, 2))
    return [
        {
            name: shown(s.at, 0),
            "Synthetic rows": count(s.samples),
            "Recall": percent(s.score),
            "Gain": points(s.gain.p50),
            "Gain, 90 % interval": interval(points(s.gain_low), points(s.gain_high)),
            "Real samples per synthetic one": number(s.exchange_range[1], 2),
            "90 % interval": _open(s.exchange_range),
        }
        for s in found
    ]
