"""The user's own script: it gets two files, and writes what it predicts.

The script is started without a shell, in a process group of its own, with the
environment of this process. It never gets the labels of the test rows.
"""

import hashlib
import json
import os
import shlex
import signal
import subprocess
import tempfile
import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core.audit.rows import Examples
from core.errors import DataError, InputError
from core.evidence.trainers.trainer import Bench, Rows

LIMIT_SECONDS = 600.0
_PLACES = ("train", "test", "output", "seed")
_LAST_LINES, _LONGEST_LINE = 5, 300
_KEPT_BYTES = 64_000
_MOST_BYTES = 200_000_000
_PATIENCE_SECONDS = 5.0


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
        with tempfile.TemporaryDirectory(prefix="datawall-training-") as name:
            folder = Path(name)
            columns = list(rows.columns)
            rows.frame.iloc[train][[*columns, rows.label]].to_csv(folder / "train.csv", index=False)
            rows.frame.iloc[test][columns].to_csv(folder / "test.csv", index=False)
            lines = _run(self._words(folder, seed), self.trainer.limit_seconds)
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


def _run(words: list[str], limit_seconds: float) -> str:
    """Run a command to its end; the last lines of what it printed.

    Whatever it has started itself ends with it.

    Raises
    ------
    DataError
        It cannot be started, fails, or takes longer than allowed.
    """
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise DataError(
            f"the training command cannot be started: {words[0]}: {error.strerror}."
        ) from error
    tail: deque[bytes] = deque()
    assert process.stdout is not None
    reader = threading.Thread(target=_drain, args=(process.stdout, tail), daemon=True)
    reader.start()
    try:
        status: int | None = process.wait(limit_seconds)
    except subprocess.TimeoutExpired:
        status = None
    finally:
        _end(process)
        reader.join(_PATIENCE_SECONDS)
        process.stdout.close()
    lines = _last_lines(tail)
    if status is None:
        raise DataError(
            f"the training script was stopped after {limit_seconds:g} s, its time limit.{lines}"
        )
    if status < 0:
        raise DataError(f"the training script was killed by signal {-status}.{lines}")
    if status:
        raise DataError(f"the training script ended with exit code {status}.{lines}")
    return lines


def _drain(stream: IO[bytes], tail: deque[bytes]) -> None:
    """Read all that is printed and keep the end of it."""
    kept = 0
    try:
        while chunk := stream.read1(8192):  # type: ignore[attr-defined]  # a buffered pipe has it
            tail.append(chunk)
            kept += len(chunk)
            while kept > _KEPT_BYTES and len(tail) > 1:
                kept -= len(tail.popleft())
    except ValueError:  # closed while a child still holds the other end
        return


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill the process group, whoever of it is left."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


def _last_lines(tail: deque[bytes]) -> str:
    text = b"".join(tail).decode("utf-8", "replace")
    lines = [line.rstrip()[:_LONGEST_LINE] for line in text.splitlines() if line.strip()]
    if not lines:
        return " It printed nothing."
    return " It last printed:\n" + "\n".join(f"  {line}" for line in lines[-_LAST_LINES:])


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
    wrong = next((i for i, v in enumerate(said) if not isinstance(v, str) or v not in labels), None)
    if wrong is not None:
        some = ", ".join(repr(v) for v in sorted(labels)[:6])
        raise DataError(
            f"the training script predicts {said[wrong]!r:.80} for test row {wrong + 1:,}; "
            f"expected one of the labels {some}.{lines}"
        )
    numbers = {
        str(k): float(v)
        for k, v in found.items()
        if isinstance(v, int | float) and not isinstance(v, bool) and np.isfinite(v)
    }
    return np.asarray(said, dtype=str), numbers
