"""What was done for one training, line by line; one process writes at a time."""

import fcntl
import hashlib
import json
import os
import threading
from pathlib import Path
from typing import IO, Any

from core.errors import RunBusyError, WorkspaceError


class Journal:
    """Facts and answers of a training; every line is on disk before the next step."""

    def __init__(self, folder: Path) -> None:
        """Read what is there; a last line that was cut is dropped."""
        folder.mkdir(parents=True, exist_ok=True)
        self.facts: dict[str, Any] = {}
        self._answers: dict[str, dict[str, Any]] = {}
        self._path, self._folder = folder / "journal.jsonl", folder
        self._guard = threading.Lock()
        self._file: IO[bytes] | None = None
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> "Journal":
        """Hold the journal.

        Raises
        ------
        RunBusyError
            Another process is at the same training.
        """
        self._lock = (self._folder / "lock").open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise RunBusyError(
                f"another process is at the training {self._folder.name}; wait for it."
            ) from None
        try:
            whole = self._read()
        except WorkspaceError:
            self._lock.close()
            raise
        self._file = self._path.open("ab")
        self._file.truncate(whole)
        return self

    def __exit__(self, *_: object) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()
        if self._lock is not None:
            self._lock.close()

    def note(self, **facts: Any) -> None:
        """Write facts down."""
        self.facts |= facts
        self._write({"facts": facts})

    def answer(self, text: str) -> str | None:
        """What the tuned model said to a text; None when it was not asked."""
        found = self._answers.get(_key(text))
        return None if found is None else str(found["said"])

    def answered(
        self, text: str, said: str, read: int, written: int, *, is_counted: bool = False
    ) -> None:
        """Write an answer down; *is_counted*: its tokens were counted here, not said by it."""
        key = _key(text)
        found = {"key": key, "said": said, "read": read, "written": written}
        found |= {"counted": True} if is_counted else {}
        with self._guard:
            self._answers[key] = found
            self._write({"answer": found})

    @property
    def tokens(self) -> tuple[int, int]:
        """Tokens read and written by all answers."""
        found = self._answers.values()
        return sum(int(a["read"]) for a in found), sum(int(a["written"]) for a in found)

    @property
    def counted(self) -> int:
        """Answers that did not say how many tokens they used."""
        return sum("counted" in a for a in self._answers.values())

    @property
    def anew(self) -> str:
        """What to do to train again, and pay again."""
        return f"To train again, and pay again, delete {self._folder}."

    def _read(self) -> int:
        """Take in all whole lines; how many bytes they are.

        Raises
        ------
        WorkspaceError
            A whole line is none of ours.
        """
        whole = 0
        if not self._path.exists():
            return whole
        for line in self._path.read_bytes().splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            try:
                found = json.loads(line)
                if "facts" in found:
                    self.facts |= found["facts"]
                else:
                    self._answers[found["answer"]["key"]] = found["answer"]
            except (ValueError, TypeError, KeyError) as error:
                raise WorkspaceError(
                    f"{self._path} cannot be read: it was changed or damaged. {self.anew}"
                ) from error
        return whole

    def _write(self, found: dict[str, Any]) -> None:
        assert self._file is not None
        self._file.write(json.dumps(found, ensure_ascii=False).encode("utf-8") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
