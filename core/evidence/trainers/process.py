"""A command run to its end: with a time limit, its last lines, and nothing left running."""

import os
import select
import signal
import subprocess
import threading
from collections import deque
from typing import IO

from core.errors import DataError
from core.evidence.trainers.foreign import printable

_LAST_LINES, _LONGEST_LINE = 5, 300
_KEPT_BYTES, _CHUNK_BYTES = 64_000, 8192
_LOOK_SECONDS, _PATIENCE_SECONDS = 0.1, 1.0


def run(words: list[str], limit_seconds: float) -> str:
    """Run a command to its end; the last lines of what it printed.

    Whatever it has started itself ends with it, unless that has left its
    process group; nothing waits for such a process.

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
            bufsize=0,
        )
    except OSError as error:
        raise DataError(
            f"the training command cannot be started: {words[0]}: {error.strerror}."
        ) from error
    assert process.stdout is not None
    tail: deque[bytes] = deque()
    over = threading.Event()
    reader = threading.Thread(target=_drain, args=(process.stdout, tail, over), daemon=True)
    reader.start()
    try:
        status: int | None = process.wait(limit_seconds)
    except subprocess.TimeoutExpired:
        status = None
    finally:
        _end(process)
        reader.join(_PATIENCE_SECONDS)
        over.set()
        reader.join()
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


def _drain(stream: IO[bytes], tail: deque[bytes], over: threading.Event) -> None:
    """Read all that is printed and keep the end of it.

    A process that left the group can hold the other end open for ever, so that
    reading alone would never return.
    """
    kept = 0
    while not over.is_set():
        if not select.select([stream], [], [], _LOOK_SECONDS)[0]:
            continue
        if not (chunk := stream.read(_CHUNK_BYTES)):
            return
        tail.append(chunk)
        kept += len(chunk)
        while kept > _KEPT_BYTES and len(tail) > 1:
            kept -= len(tail.popleft())


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
    lines = [line for raw in text.splitlines() if (line := printable(raw, _LONGEST_LINE))]
    if not lines:
        return " It printed nothing."
    return " It last printed:\n" + "\n".join(f"  {line}" for line in lines[-_LAST_LINES:])
