"""Small labelled sets in which it is known which slice is served badly."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from core.audit.examples import Examples
from core.datasets import load_dataset
from core.workspace import Workspace
from core.workspace.datasets import ROW_KEY, Dataset

_BILL = ("bill", "invoice", "charge", "tariff", "payment", "refund", "amount", "balance", "debit")
_METER = ("meter", "dial", "reading", "digits", "display", "photo", "screen", "counter", "serial")
_MOVE = ("moving", "house", "keys", "address", "tenant", "flat", "landlord", "handover", "van")
_FRAUD = ("stolen", "magnet", "seal", "tampered")
_FILL = (
    "please",
    "hello",
    "my",
    "the",
    "when",
    "can",
    "you",
    "tell",
    "me",
    "about",
    "this",
    "need",
)


def _text(rng: np.random.Generator, words: Sequence[str], marked: int) -> str:
    parts = [*rng.choice(words, marked), *rng.choice(_FILL, 5)]
    return " ".join(rng.permutation(parts))


def rows(
    seed: int = 0, *, common: int = 60, rare: int = 30, single: bool = False
) -> list[tuple[str, str, str]]:
    """Rows ``(text, intent, channel)``: *fraud* looks like *bill* in two of three examples."""
    rng = np.random.default_rng(seed)
    found = []
    for label, words in (("bill", _BILL), ("meter", _METER), ("move", _MOVE)):
        found += [(_text(rng, words, 4), label) for _ in range(common)]
    for i in range(rare):
        found.append((_text(rng, _FRAUD if i % 3 == 0 else _BILL, 4), "fraud"))
    if single:
        found.append(("a thing that happened only once to me", "oddity"))
    order = rng.permutation(len(found))
    return [(*found[i], str(rng.choice(["chat", "mail"]))) for i in order]


def loaded(
    workspace: Workspace,
    folder: Path,
    lines: Sequence[Sequence[object]],
    columns: Sequence[str] = ("text", "intent", "channel"),
) -> Dataset:
    """A dataset of these rows."""
    path = folder / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *lines])
    return load_dataset(workspace, path)


def as_examples(
    lines: Sequence[Sequence[str]], group: Sequence[int] | None = None, columns: Sequence[str] = ()
) -> Examples:
    """These rows as a learner reads them, by their text; any further cells are *columns*."""
    frame = pd.DataFrame(list(lines), columns=["text", "intent", *columns])
    frame.insert(0, ROW_KEY, range(len(frame)))
    return Examples(
        frame=frame,
        label="intent",
        text="text",
        columns=("text",),
        numeric=(),
        labels=frame["intent"].to_numpy(dtype=str),
        group=np.arange(len(frame)) if group is None else np.array(group, dtype=np.int64),
        notes=(),
    )
