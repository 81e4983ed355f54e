"""The workspace folder: where it is, whether it is ours, and how files get into it."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from core.errors import WorkspaceError
from core.workspace.engine import Engine

WORKSPACE_SCHEMA = 1
"""Version of the folder's layout; readers understand every earlier one."""

HOME_VARIABLE = "DATAWALL_HOME"
_FOLDERS = ("datasets", "runs", "audits", "evidence", "scenarios", "reports", "jobs")


def default_folder() -> Path:
    """The folder named by ``DATAWALL_HOME``, else a per-user data folder."""
    home = os.environ.get(HOME_VARIABLE, "").strip()
    return Path(home).expanduser() if home else user_data_path("datawall", appauthor=False)


class Workspace:
    """A folder of facts. Opening it creates it; every process may open it at once."""

    def __init__(self, root: Path | str | None = None) -> None:
        """Open the folder, creating it on first use.

        Raises
        ------
        WorkspaceError
            The path is a file, cannot be written, or was made by a newer version.
        """
        self.root = _resolved(Path(root if root is not None else default_folder()))
        if self.root.exists() and not self.root.is_dir():
            raise WorkspaceError(
                f"workspace {self.root} is a file; expected a folder. "
                "Choose another with --workspace."
            )
        marker = self.root / "workspace.json"
        try:
            if marker.exists():
                _refuse_newer(self.root, json.loads(marker.read_text("utf-8"))["schema"])
            for name in _FOLDERS:
                (self.root / name).mkdir(parents=True, exist_ok=True)
            if not marker.exists():
                self.write_json(marker, {"schema": WORKSPACE_SCHEMA})
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = (
                error.strerror if isinstance(error, OSError) else "its workspace.json is damaged"
            )
            raise WorkspaceError(
                f"workspace {self.root} cannot be used: {reason}. Expected a folder that you may "
                f"write; choose another with --workspace or {HOME_VARIABLE}."
            ) from error
        self.engine = Engine(self.root)

    def lean(self) -> "Workspace":
        """The same folder for small questions: its engine takes one thread and little memory."""
        other = copy(self)
        other.engine = Engine(self.root, threads=1)
        return other

    def path(self, *parts: str) -> Path:
        """A path inside the workspace; a part that would leave it is refused."""
        target = self.root.joinpath(*parts)
        if not target.resolve().is_relative_to(self.root):
            raise WorkspaceError(f"{'/'.join(parts)!r} lies outside the workspace {self.root}.")
        return target

    @contextmanager
    def replacing(self, target: Path) -> Iterator[Path]:
        """A temporary path that takes the place of *target* when the block succeeds.

        Readers see the old file or the whole new one. If the block fails the
        workspace stays as it was.
        """
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".", suffix=target.suffix, dir=target.parent)
        except OSError as error:
            raise WorkspaceError(
                f"cannot write {target}: {error.strerror}. The workspace stays as it was; free "
                f"space or choose another folder with --workspace."
            ) from error
        os.close(handle)
        partial = Path(name)
        try:
            yield partial
            with partial.open("rb") as written:
                os.fsync(written.fileno())
            partial.replace(target)
        except OSError as error:
            raise WorkspaceError(
                f"cannot write {target}: {error.strerror}. The workspace stays as it was."
            ) from error
        finally:
            partial.unlink(missing_ok=True)

    def write_text(self, target: Path, text: str) -> None:
        """Put a text file in place at once and whole."""
        with self.replacing(target) as partial:
            partial.write_text(text, "utf-8")

    def write_json(self, target: Path, value: Any) -> None:
        """Put a JSON file in place at once and whole; NaN and infinity are not JSON."""
        self.write_text(target, json.dumps(value, allow_nan=False, indent=1, ensure_ascii=False))

    def copy_from(self, source: Path) -> None:
        """Add the facts of another workspace folder that are not here yet."""
        for path in sorted(source.rglob("*")):
            relative = path.relative_to(source)
            target = self.root / relative
            if path.is_file() and not target.exists():
                with self.replacing(target) as partial:
                    shutil.copyfile(path, partial)


def _resolved(folder: Path) -> Path:
    try:
        return folder.expanduser().resolve()
    except (RuntimeError, OSError) as error:  # no such user, or a link that leads to itself
        raise WorkspaceError(
            f"workspace {folder} cannot be used: {error}. Choose another with --workspace."
        ) from error


def _refuse_newer(root: Path, schema: int) -> None:
    if schema > WORKSPACE_SCHEMA:
        raise WorkspaceError(
            f"workspace {root} was made by a newer version (schema {schema}, this one "
            f"reads up to {WORKSPACE_SCHEMA}); update Datawall or choose another folder."
        )
