"""What was done to a file's rows before training, one sentence each."""

import numpy as np
from numpy.typing import NDArray

from core.formats import percent
from core.workspace.sample import SampleFacts

_OFTEN = 0.2
_SHOWN = 3


def counted(n: int, what: str) -> str:
    """So many things."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def is_often_repeated(duplicates: int, rows: int) -> bool:
    """Whether so many rows are repeated that it is the first thing to know."""
    return duplicates >= _OFTEN * rows


def repeated(duplicates: int, rows: int) -> str:
    """How many rows say what another one says."""
    if not is_often_repeated(duplicates, rows):
        return f"Left out: {counted(duplicates, 'exact duplicate')}."
    return (
        f"{percent(duplicates / rows)} of the file are repeated rows: {duplicates:,} of {rows:,} "
        "say what another row says already, and are left out."
    )


def sampled(facts: SampleFacts) -> list[str]:
    """What was sampled, and what follows, if rows were left out for that."""
    if facts.kept == facts.distinct:
        return []
    whole = [part for part in facts.labels if part.distinct and part.kept == part.distinct]
    cut = [part for part in facts.labels if part.kept < part.distinct]
    each = f"{cut[0].kept:,} of each " + ("other label" if whole else "label")
    if whole:
        each = f"every row of {counted(len(whole), 'rarer label')}, {each}"
    return [
        f"Trained on a stratified sample of {facts.kept:,} of {facts.distinct:,} distinct rows: "
        f"{each}; scores with all rows would likely be higher."
    ]


def single_rows(labels: NDArray[np.str_]) -> list[str]:
    """What to say of labels that have one row, if there are any."""
    names, counts = np.unique(labels, return_counts=True)
    single = [str(name) for name in names[counts == 1]]
    if not single:
        return []
    shown = ", ".join(single[:_SHOWN]) + (", …" if len(single) > _SHOWN else "")
    return [
        f"{counted(len(single), 'label')} with one row only ({shown}): whether a model knows "
        "such a label cannot be tested; add examples."
    ]
