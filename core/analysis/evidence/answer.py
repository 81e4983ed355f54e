"""What an injection experiment answers."""

from dataclasses import dataclass

from core.evidence.verdict import Verdict
from core.records import Quantiles

Range = tuple[float | None, float | None, float | None]
"""5th, 50th and 95th percentile; None where beyond what the curve can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """The slice's score in one arm, on the held-out rows."""

    score: float
    """Mean over the repeats."""
    score_low: float
    score_high: float
    n_train: int
    """Training rows of the slice, synthetic ones included."""
    n_test: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedArm:
    """One arm against the baseline: the same real rows, and what was added to them."""

    name: str
    added: int
    """Rows of the slice added to its training rows."""
    score: float
    """Mean over the repeats."""
    gain: Quantiles
    """Of the slice, over the baseline."""
    gain_low: float
    gain_high: float
    """90 % interval of the gain."""
    elsewhere: Quantiles
    """Gain on the held-out rows of all other slices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the corpus is worth at one strictness, or at one share of the slice's training rows."""

    at: float
    """The strictness or the synthetic share."""
    samples: int
    """Synthetic rows of the slice added."""
    score: float
    gain: Quantiles
    gain_low: float
    gain_high: float
    exchange_rate: Quantiles
    exchange_range: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class RealCurve:
    """The slice's learning curve on real rows, by which the corpus is read."""

    n: tuple[int, ...]
    """Real training rows of the slice that were measured."""
    score: tuple[float, ...]
    grid: tuple[float, ...]
    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]
    """5th, 50th and 95th percentile of the fitted curve on the grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAnswer:
    """What the corpus did to the slice, and to the rest."""

    evidence_id: str
    at: str
    fingerprint: str
    data_name: str
    label: str
    slice: str
    corpus: str
    """The run and strictness, or the file, that the synthetic rows came from."""
    synthetic: int
    repeats: int
    seed: int
    baseline: Arm
    augmented: Arm
    gain: Quantiles
    gain_low: float
    gain_high: float
    """90 % interval of the gain, which decides the verdict together with the p-value."""
    p_value: float
    gained: int
    lost: int
    elsewhere: Quantiles
    """Gain on the held-out rows of all other slices."""
    exchange_rate: Quantiles
    exchange_range: Range
    verdict: Verdict
    why: str
    notes: tuple[str, ...]
    trainer: str = ""
    cost_usd: float | None = None
    """What the trainer was paid; None when training costs nothing but time."""
    arms: tuple[ComparedArm, ...] = ()
    """The corpus and the arms that a sceptic asks for, each against the same baseline."""
    not_trained: tuple[str, ...] = ()
    """Why an arm is missing, a sentence each."""
    controls: str = ""
    """What the other arms say of the gain."""
    exchange_by_strictness: tuple[Setting, ...] = ()
    exchange_by_share: tuple[Setting, ...] = ()
    best_share: float | None = None
    hurts_beyond: float | None = None
    """The share from which on more synthetic rows are proven to hurt; None where none is."""
    shares: str = ""
    """What mixing in more of the corpus does."""
    real_curve: RealCurve | None = None
