"""One protocol for everything that can be trained on rows and then asked for labels."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.audit.rows import Examples

Rows = NDArray[np.int64]


class Bench(Protocol):
    """Rows made ready once, on which a model is trained again and again."""

    def predicted(self, train: Rows, test: Rows, seed: int) -> NDArray[np.str_]:
        """Labels of the *test* rows after training on the *train* rows.

        Raises
        ------
        DatawallError
            The training failed; the message says how and ends with its last words.
        """
        ...


class Trainer(Protocol):
    """Something that can be trained. It never sees the labels of the rows it is tested on."""

    @property
    def name(self) -> str:
        """What it is, for people."""
        ...

    @property
    def identity(self) -> str:
        """The same for the same way of training: evidence is kept under it."""
        ...

    @property
    def is_costly(self) -> bool:
        """Whether one training takes minutes or money, so that only what is needed is trained."""
        ...

    @property
    def said(self) -> tuple[str, ...]:
        """What there is to tell of the trainings so far, a sentence each."""
        ...

    @property
    def spent_usd(self) -> float | None:
        """What its trainings were paid so far; None where they cost nothing but time."""
        ...

    def bench(self, rows: Examples) -> Bench:
        """Make the rows of both arms ready: real ones first, then synthetic ones."""
        ...
