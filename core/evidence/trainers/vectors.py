"""Vectors of texts on disk: appended, so that what was paid for is kept at once."""

import fcntl
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError, RunBusyError

Vectors = NDArray[np.float32]

_WIDEST = 1_000_000
_HEAD, _KEY = 8, 16  # bytes: how many numbers a vector has; the hash of its text


def name_of(text: str) -> str:
    """A name for a folder."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class VectorStore:
    """One file: the width, then the hash of each text and its vector."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "vectors.bin"
        self._file: IO[bytes] | None = None
        self._place: dict[bytes, int] = {}
        self._blocks: list[Vectors] = []
        self._width = 0

    def __enter__(self) -> "VectorStore":
        """Hold the file and read it; a record that was cut by a crash is dropped.

        Raises
        ------
        RunBusyError
            Another process is embedding with the same model.
        """
        file = self._path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise RunBusyError(
                "another process is embedding with the same model; wait for it."
            ) from None
        self._file = file
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()

    def __contains__(self, text: str) -> bool:
        """Whether the vector of a text is here."""
        return _key(text) in self._place

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Of texts that are here."""
        if len(self._blocks) > 1:
            self._blocks = [np.concatenate(self._blocks)]
        places = np.array([self._place[_key(text)] for text in texts], dtype=np.int64)
        return np.asarray(self._blocks[0][places])

    def add(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of texts that were not here.

        Raises
        ------
        DataError
            They have another width than those that are here.
        """
        assert self._file is not None
        if self._width and self._width != vectors.shape[1]:
            raise DataError(
                f"the endpoint answers embeddings of {vectors.shape[1]} numbers and answered such "
                f"of {self._width} before; is it still the same model?"
            )
        records = np.zeros(len(texts), dtype=_record(vectors.shape[1]))
        records["key"] = [np.frombuffer(_key(text), dtype=np.uint8) for text in texts]
        records["vector"] = vectors
        head = b"" if self._width else vectors.shape[1].to_bytes(_HEAD, "little")
        self._file.write(head + records.tobytes())
        self._file.flush()
        self._take(records, vectors.shape[1])

    def _read(self) -> None:
        assert self._file is not None
        self._file.seek(0)
        payload = self._file.read()
        width = int.from_bytes(payload[:_HEAD], "little")
        if len(payload) < _HEAD or not 0 < width <= _WIDEST:
            self._file.truncate(0)
            return
        kind = _record(width)
        n = (len(payload) - _HEAD) // kind.itemsize
        self._file.truncate(_HEAD + n * kind.itemsize)
        self._take(np.frombuffer(payload, dtype=kind, count=n, offset=_HEAD), width)

    def _take(self, records: NDArray[np.void], width: int) -> None:
        start = len(self._place)
        self._place |= {key.tobytes(): start + i for i, key in enumerate(records["key"])}
        self._blocks.append(np.asarray(records["vector"]))
        self._width = width


def _record(width: int) -> np.dtype[np.void]:
    return np.dtype([("key", np.uint8, (_KEY,)), ("vector", np.float32, (width,))])


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:_KEY]
