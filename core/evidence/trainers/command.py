"""The user's own script: it gets two files, and writes what it predicts.

The script is started without a shell, in a process group of its own, with the
environment of this process. It never gets the labels of the test rows.
"""

import hashlib
import json
import math
import shlex
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audit.rows import Examples
from core.errors import DataError, InputError
from core.evidence.trainers.foreign import printable
from core.evidence.trainers.process import run
from core.evidence.trainers.trainer import Bench, Rows

LIMIT_SECONDS = 600.0
_PLACES = ("train", "test", "output", "seed")
_NEEDED = _PLACES[:3]
_MOST_NUMBERS, _LONGEST_NAME = 12, 60
_MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTrainer:
    """Runs a command once per training.

    ``{train}``, ``{test}``, ``{output}`` and ``{seed}`` in it are filled in;
    without them ``--train FILE --test FILE --output FILE --seed N`` is added.
    Both files are CSV; only the first has the label column. The output is JSON:
    ``predictions``, one label per test row in order, and any other numbers.
    """

    command: str
    limit_seconds: float = LIMIT_SECONDS
    is_costly: bool = True
    spent_usd: float | None = None
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Refuse a command that cannot be started."""
        try:
            words = shlex.split(self.command)
        except ValueError as error:
            raise InputError(f"the training command cannot be read: {error}.") from error
        if not words:
            raise InputError(
                "the training command is empty; expected for example 'python train.py'."
            )
        named = [place for place in _PLACES if "{" + place + "}" in self.command]
        if named and (left := [place for place in _NEEDED if place not in named]):
            raise InputError(
                f"the training command names {{{named[0]}}} but not {{{left[0]}}}; expected "
                "{train}, {test} and {output}, or none of them."
            )
        if not self.limit_seconds > 0:
            raise InputError(
                f"the time limit is {self.limit_seconds:g} s; expected more than 0 seconds."
            )

    @property
    def name(self) -> str:
        """The command."""
        return f"the command {self.command}"

    @property
    def identity(self) -> str:
        """The command and the contents of the files that it names."""
        digest = hashlib.sha256(self.command.encode())
        for word in shlex.split(self.command):
            with suppress(OSError):  # a word that is no readable file, or too long for a name
                if Path(word).is_file() and Path(word).stat().st_size < _MOST_BYTES:
                    digest.update(Path(word).read_bytes())
        return f"command {digest.hexdigest()[:16]}"

    @property
    def said(self) -> tuple[str, ...]:
        """The other numbers of each output."""
        return tuple(self.told)

    def bench(self, rows: Examples) -> Bench:
        """Nothing is started yet."""
        return _CommandBench(self, rows)


@dataclass(frozen=True, slots=True)
class _CommandBench:
    trainer: CommandTrainer
    rows: Examples

    def predicted(self, train: Rows, test: Rows, seed: int) -> NDArray[np.str_]:
        rows = self.rows
        with tempfile.TemporaryDirectory(
            prefix="datawall-training-", ignore_cleanup_errors=True
        ) as name:
            folder = Path(name)
            columns = list(rows.columns)
            rows.frame.iloc[train][[*columns, rows.label]].to_csv(folder / "train.csv", index=False)
            rows.frame.iloc[test][columns].to_csv(folder / "test.csv", index=False)
            lines = run(self._words(folder, seed), self.trainer.limit_seconds)
            found = _output(folder / "output.json", lines)
        predicted, numbers = _checked(found, test.size, set(rows.labels[train].tolist()), lines)
        if numbers:
            listed = ", ".join(f"{k} {v:g}" for k, v in sorted(numbers.items()))
            self.trainer.told.append(f"The script said after {train.size:,} rows: {listed}.")
        return predicted

    def _words(self, folder: Path, seed: int) -> list[str]:
        values = {
            "train": str(folder / "train.csv"),
            "test": str(folder / "test.csv"),
            "output": str(folder / "output.json"),
            "seed": str(seed),
        }
        words = shlex.split(self.trainer.command)
        if any("{" + place + "}" in word for word in words for place in _PLACES):
            for place, value in values.items():
                words = [word.replace("{" + place + "}", value) for word in words]
            return words
        return [*words, *(w for place, v in values.items() for w in (f"--{place}", v))]


def _output(path: Path, lines: str) -> dict[str, Any]:
    if not path.is_file():
        raise DataError(f"the training script ended but wrote no output file.{lines}")
    if path.stat().st_size > _MOST_BYTES:
        raise DataError(
            f"the training script's output has {path.stat().st_size:,} bytes; expected JSON with a "
            f"list of predictions.{lines}"
        )
    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"the training script's output is not JSON: {error}.{lines}") from error
    if not isinstance(found, dict) or not isinstance(found.get("predictions"), list):
        raise DataError(
            "the training script's output has no list of predictions; expected "
            f'{{"predictions": ["label of the first test row", …]}}.{lines}'
        )
    return found


def _checked(
    found: dict[str, Any], n: int, labels: set[str], lines: str
) -> tuple[NDArray[np.str_], dict[str, float]]:
    """The predictions, one known label per row, and the other numbers."""
    said = found["predictions"]
    if len(said) != n:
        raise DataError(
            f"the training script predicts {len(said):,} rows; expected {n:,}, one label per test "
            f"row in order.{lines}"
        )
    # A script that reads labels such as 0 and 1 as numbers writes numbers.
    named = [str(v) if isinstance(v, str | int | float) else "" for v in said]
    wrong = next((i for i, v in enumerate(named) if v not in labels), None)
    if wrong is not None:
        some = ", ".join(repr(v) for v in sorted(labels)[:6])
        raise DataError(
            f"the training script predicts {said[wrong]!r:.80} for test row {wrong + 1:,}; "
            f"expected one of the labels {some}.{lines}"
        )
    numbers = {printable(k, _LONGEST_NAME): float(v) for k, v in found.items() if _is_number(v)}
    kept = sorted(numbers.items())[:_MOST_NUMBERS]
    return np.asarray(named, dtype=str), dict(kept)


def _is_number(value: object) -> bool:
    """Whether a value of JSON is a finite number; whole ones can be too large for a float."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) < 2**63
    return isinstance(value, float) and math.isfinite(value)
