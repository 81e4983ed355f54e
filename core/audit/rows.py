"""Labelled rows as everything in the audit passes them on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Labelled examples ready for a learner; all arrays have one entry per row."""

    frame: pd.DataFrame
    label: str
    text: str | None
    """The text column, or None when the columns themselves are the features."""
    columns: tuple[str, ...]
    """Columns that the learner reads."""
    numeric: tuple[str, ...]
    labels: NDArray[np.str_]
    group: NDArray[np.int64]
    """Equal numbers for equal content, so that duplicates never straddle a split."""
    notes: tuple[str, ...]
