"""A file that the user asked for: it appears at once and whole, or not at all."""

import os
import tempfile
from pathlib import Path

from core.errors import InputError


def free_place(target: Path | str, *, force: bool = False) -> Path:
    """Where the file may be written.

    Raises
    ------
    InputError
        The folder is missing, or a file is there and *force* does not say to replace it.
    """
    path = Path(target).expanduser()
    if path.is_dir() or not path.parent.is_dir():
        raise InputError(
            f"{path} is no file that could be written; give a file in an existing folder."
        )
    if path.exists() and not force:
        raise InputError(f"{path} is there already; choose another name or add --force.")
    return path


def put(path: Path, payload: bytes) -> None:
    """Put a file in place at once and whole.

    Raises
    ------
    InputError
        It cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as partial:
                partial.write(payload)
                partial.flush()
                os.fsync(partial.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
