"""What is simulated, and which combinations make no sense."""

from dataclasses import dataclass, replace
from math import log10
from typing import Literal, get_args

from core.calculators.collapse import AnchorKind, Loop, Mode
from core.errors import InputError

Model = Literal["gaussian", "categorical", "regression", "kde", "critic"]
Estimator = Literal["mle", "unbiased"]
MODELS: tuple[str, ...] = get_args(Model)
MODES: tuple[str, ...] = get_args(Mode)
ANCHOR_KINDS: tuple[str, ...] = get_args(AnchorKind)
ESTIMATORS: tuple[str, ...] = get_args(Estimator)
_MOST_N, _MOST_GENERATIONS, _MOST_REPEATS = 100_000, 10_000, 100_000
_MOST_WORK = 3e9
_MOST_FIGURES = 2e7
_MOST_HELD = 4e7
_MOST_DECADES = 140
_OWN = {
    "bias": (1.0, ("gaussian", "categorical", "regression")),
    "keep_within": (None, ("gaussian",)),
    "critic_centre": (None, ("gaussian",)),
    "estimator": ("mle", ("gaussian",)),
    "known_sd": (False, ("gaussian",)),
    "bandwidth": (None, ("kde",)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LabSettings:
    """One experiment with a loop that is trained on its own output."""

    model: Model = "gaussian"
    n: int = 100
    generations: int = 20
    mode: Mode = "replace"
    anchor: float = 0.0
    """Real share of every generation after the first. [fraction]"""
    anchor_kind: AnchorKind = "fresh"
    estimator: Estimator = "mle"
    """Divides the squares by n, or by n − 1."""
    bias: float = 1.0
    """Factor of the spread that the generator samples with; of its temperature for categories."""
    repeats: int = 500
    seed: int = 0
    keep_within: float | None = None
    """A critic keeps what lies within so many standard deviations of the model's mean."""
    critic_centre: float | None = None
    """A critic keeps what lies near this point, in true standard deviations from the truth."""
    critic_radius: float = 1.0
    known_sd: bool = False
    """The spread is known; only the mean is fitted."""
    categories: int = 200
    zipf: float = 1.2
    dim: int = 10
    noise: float = 1.0
    good_share: float = 0.6
    tpr: float = 0.9
    fpr: float = 0.3
    imitation_loss: float = 0.05
    anchor_good: float = 1.0
    """Good share of the anchors."""
    bandwidth: float | None = None
    """Of the kernel density; 1.06 n to the power −1/5 when None."""

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated.

        Raises
        ------
        InputError
            A number lies outside its range, or an option has no meaning for the model.
        """
        _check_names(self)
        _check_ranges(self)
        for name, (usual, models) in _OWN.items():
            if getattr(self, name) != usual and self.model not in models:
                raise InputError(
                    f"{_flag(name)} has no meaning for the model {self.model}; it is for "
                    f"{', '.join(models)}."
                )
        if self.keep_within is not None and self.critic_centre is not None:
            raise InputError("--keep-within and --critic-centre are two critics; choose one.")
        if self.model == "regression" and self.n < self.dim + 2:
            raise InputError(
                f"--n is {self.n}; a regression on {self.dim} features needs {self.dim + 2} or "
                "more."
            )
        _check_work(self)

    @property
    def effective_anchors(self) -> int:
        """Real points of each generation: the share of n, rounded. [samples]"""
        return round(self.anchor * self.n)

    @property
    def loop(self) -> Loop:
        """How each generation is fed."""
        return Loop(
            n=self.n,
            generations=self.generations,
            mode=self.mode,
            anchors=self.effective_anchors,
            anchor_kind=self.anchor_kind,
        )

    @property
    def kernel(self) -> float:
        """Bandwidth of the kernel density; Silverman's rule unless given."""
        return 1.06 * self.n ** (-0.2) if self.bandwidth is None else self.bandwidth

    def with_repeats(self, repeats: int) -> "LabSettings":
        """The same with another number of repeats."""
        return replace(self, repeats=repeats)


def _check_names(settings: LabSettings) -> None:
    for name, known in (
        ("model", MODELS),
        ("mode", MODES),
        ("anchor_kind", ANCHOR_KINDS),
        ("estimator", ESTIMATORS),
    ):
        if getattr(settings, name) not in known:
            raise InputError(
                f"{_flag(name)} is {getattr(settings, name)!r}; expected one of {', '.join(known)}."
            )


def _check_ranges(settings: LabSettings) -> None:
    ranges: dict[str, tuple[float, float]] = {
        "n": (2, _MOST_N),
        "generations": (0, _MOST_GENERATIONS),
        "repeats": (2, _MOST_REPEATS),
        "anchor": (0, 1),
        "bias": (0.01, 10),
        "keep_within": (0.1, 10),
        "critic_centre": (-5, 5),
        "critic_radius": (0.1, 10),
        "categories": (1, 5_000),
        "zipf": (0, 10),
        "dim": (1, 200),
        "noise": (0, 1e6),
        "good_share": (0, 1),
        "tpr": (0, 1),
        "fpr": (0, 1),
        "imitation_loss": (0, 1),
        "anchor_good": (0, 1),
        "bandwidth": (0, 10),
    }
    for name, (low, high) in ranges.items():
        value = getattr(settings, name)
        if value is not None and not low <= value <= high:
            raise InputError(
                f"{_flag(name)} is {value:g}; expected a number from {low:g} to {high:g}."
            )


def _check_work(settings: LabSettings) -> None:
    fits = settings.generations + 1.0
    if settings.n * fits * settings.repeats > _MOST_WORK:
        raise InputError(
            "n × generations × repeats is more than three thousand million; take fewer repeats."
        )
    if fits * settings.repeats > _MOST_FIGURES:
        raise InputError(
            "generations × repeats is more than twenty million figures to hold; take fewer repeats."
        )
    if settings.mode != "replace" and settings.n * fits > _MOST_HELD:
        raise InputError(
            "accumulated, n × generations is more than forty million samples; take fewer of either."
        )
    grows = settings.model == "gaussian" and settings.bias > 1
    if grows and 2 * fits * log10(settings.bias) > _MOST_DECADES:
        raise InputError(
            f"--bias {settings.bias:g} over {settings.generations:,} generations is more than "
            "numbers can hold; take fewer generations."
        )


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
