"""What people enter beside the facts: small JSON files, changed whole by one process at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from core.errors import WorkspaceError
from core.workspace.folder import Workspace

_LOCK = ".entered.lock"
Entered = TypeVar("Entered")


def load_entered(
    workspace: Workspace, file: str, shape: type[Entered], again: str
) -> Entered | None:
    """What was entered; None before anything was.

    Parameters
    ----------
    again
        What has to be entered again where the file is damaged, in words.

    Raises
    ------
    WorkspaceError
        The file is damaged or cannot be read.
    """
    path = workspace.path(file)
    try:
        return TypeAdapter(shape).validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be read: {error.strerror}. Permit reading it, or move it away and "
            f"enter {again} again."
        ) from error
    except ValidationError as error:
        raise WorkspaceError(
            f"{path} is damaged or was written by another version ({error.error_count()} fields do "
            f"not fit); delete it and enter {again} again."
        ) from error


def save_entered(workspace: Workspace, file: str, entered: Any) -> None:
    """Put what was entered in place, at once and whole."""
    text = TypeAdapter(type(entered)).dump_json(entered, indent=1).decode()
    workspace.write_text(workspace.path(file), text)


@contextmanager
def entering(workspace: Workspace) -> Iterator[None]:
    """The sole right to read and change what was entered; others wait, for it takes moments.

    Raises
    ------
    WorkspaceError
        The workspace cannot be written.
    """
    path = workspace.path(_LOCK)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WorkspaceError(
            f"cannot write {path}: {error.strerror}. Nothing was changed; permit writing in "
            f"{workspace.root} or choose another folder with --workspace."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
