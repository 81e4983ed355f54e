"""What an audit is asked besides the target, as a command and as what it must have measured."""

from dataclasses import dataclass

from core.audit.examples import ALL_COLUMNS
from core.audit.measurement import Measurement
from core.audit.slices import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything that an audit is asked besides the target."""

    label: str
    text: str | None = None
    """The text that is read; None for all columns."""
    is_found: bool = True
    """Whether the audit would choose this text, or none, by itself."""
    slice_by: tuple[str, ...] = ()
    use: str | None = None
    metric: Metric = "recall"
    prediction: str | None = None
    """What a model that exists already said; nothing is trained then."""
    purposes: tuple[tuple[str, str], ...] = ()
    """Further columns of predictions, each as (purpose, column)."""

    def command(self, fingerprint: str, target: float, *, curves: bool = True) -> list[str]:
        """The command that answers it."""
        words = ["audit", fingerprint, "--label", self.label, "--target", str(target)]
        words += ["--metric", self.metric]
        for column in self.slice_by:
            words += ["--slice-by", column]
        if self.prediction is not None:
            words += ["--prediction", self.prediction]
            for purpose, column in self.purposes:
                words += [f"--{purpose.replace('_', '-')}", column]
            return words
        if not self.is_found:
            words += ["--text", ALL_COLUMNS if self.text is None else self.text]
        if self.use is not None:
            words += ["--use", self.use]
        return words if curves else [*words, "--no-curves"]

    def fits(self, measured: Measurement) -> bool:
        """Whether this is what was measured."""
        asked = (self.label, self.metric, set(self.slice_by), self.prediction)
        found = (measured.label, measured.metric, set(measured.slice_by), measured.prediction)
        if asked != found:
            return False
        return self.prediction is not None or (self.text, self.use) == (measured.text, measured.use)
