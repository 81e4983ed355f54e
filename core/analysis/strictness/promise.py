"""What is promised of the accepted, and the certificate that grants or refuses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import InputError
from core.records import Quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One threshold that was tried."""

    score: float
    labels: int
    bad: int
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What may be promised of a run's accepted candidates, or of a file's."""

    run: str | None
    at: str
    precision_wanted: float
    confidence: float
    certified: bool
    tau: float | None
    """The most lenient certified strictness; on the scale of the file for a file of scores."""
    score: float | None
    """The lowest critics' score that it accepts."""
    acceptance_rate: float | None
    precision: Quantiles | None
    """Of what it accepts, from labels and all scores."""
    labels_used: int
    """Labels drawn by chance that were looked at."""
    labels_missing: int | None
    """More labels until it is certified four times in five; None when certified, or hopeless."""
    why: str
    error_spent: float
    """The probability of a wrong certificate that this look was allowed."""
    look: int
    """How many times labels of this run have been looked at for this promise, this one included."""
    steps: tuple[Step, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    labels_digest: str = ""
    status: str = "new"
    """``valid``, or why it no longer is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is to be certified."""

    precision: float
    confidence: float

    def __post_init__(self) -> None:
        """Refuse what cannot be promised."""
        for name, share in (("precision", self.precision), ("confidence", self.confidence)):
            if not 0 < share < 1:
                hint = f" If you mean {share:g} %, write {share / 100:g}." if share > 1 else ""
                raise InputError(
                    f"{name} is {share:g}; expected a number between 0 and 1, such as 0.9.{hint}"
                )

    @property
    def error(self) -> float:
        """The probability allowed for a wrong certificate."""
        return 1 - self.confidence
