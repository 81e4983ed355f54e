"""What a critic is, and what all critics learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from core.critique.verdict import Verdict
from core.datasets.content import ContentColumn, content_columns, contents, row_keys

__all__ = ["Anchors", "Critic", "Verdict", "anchors_of"]


class Critic(Protocol):
    """Scores the contents of candidates, in the order they were made."""

    name: str

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """One verdict per content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """The train-side rows that critics learn from."""

    columns: tuple[ContentColumn, ...]
    own: tuple[dict[str, Any], ...]
    """Contents of the slice's rows."""
    keys: tuple[str, ...]
    """Their row keys."""
    others: tuple[dict[str, Any], ...]
    """Contents of the rows with another label."""
    text: str | None
    """The text column when the content is one text."""
    slice: str


def anchors_of(
    anchors: pd.DataFrame, others: pd.DataFrame, *, label: str, text: str | None, slice_: str
) -> Anchors:
    """What critics learn from, from the rows of the slice and those of other labels."""
    columns = content_columns(anchors, label, text)
    return Anchors(
        columns=tuple(columns),
        own=tuple(contents(anchors, columns)),
        keys=tuple(row_keys(anchors)),
        others=tuple(contents(others, columns)) if len(others) else (),
        text=text,
        slice=slice_,
    )
