"""What every command is given: the workspace, and someone to tell about progress."""

import sys
import time
from argparse import ArgumentTypeError, Namespace
from dataclasses import dataclass, field
from pathlib import Path

from core.analysis.price_book import PRICES_FILE, book_of
from core.errors import InputError
from core.formats import duration
from core.prices import PriceBook
from core.records import Progress
from core.workspace import Workspace
from core.workspace.folder import default_folder
from core.workspace.jobs import Pace, job_progress

_SECONDS_BETWEEN_LINES = 1.0
_LARGEST_SEED = 2**31 - 1


@dataclass
class Context:
    """The command's surroundings, made from its arguments when first needed."""

    arguments: Namespace
    _workspace: Workspace | None = field(default=None, init=False)

    @property
    def workspace(self) -> Workspace:
        """The workspace that ``--workspace``, ``DATAWALL_HOME`` or the user's data folder names."""
        if self._workspace is None:
            self._workspace = Workspace(self.arguments.workspace)
        return self._workspace

    @property
    def prices(self) -> PriceBook:
        """The prices of the workspace; no workspace is made to find that it has none."""
        folder = Path(self.arguments.workspace or default_folder()).expanduser()
        return book_of(self.workspace) if (folder / PRICES_FILE).is_file() else PriceBook()

    @property
    def job(self) -> str | None:
        """The job that this command runs as, when the dashboard started it."""
        return getattr(self.arguments, "job", None)

    @property
    def progress(self) -> Progress:
        """Tells progress on stderr, and to the job's file when the command runs as a job."""
        if self.job:
            return job_progress(self.workspace, self.job)
        return stderr_progress()


def seed_number(text: str) -> int:
    """A seed as an argument of the command line."""
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if not 0 <= seed <= _LARGEST_SEED:
        raise ArgumentTypeError(
            f"found {text!r}, expected a whole number from 0 to {_LARGEST_SEED}"
        )
    return seed


def stderr_progress() -> Progress:
    """A progress line on stderr at most once a second, with the time left."""
    pace, last = Pace(), 0.0

    def tell(done: int, total: int, what: str) -> None:
        nonlocal last
        now, left = time.monotonic(), pace.seconds_left(done, total)
        if now - last < _SECONDS_BETWEEN_LINES and (done < total or not total):
            return
        last = now
        tail = f", about {duration(left)} left" if left else ""
        so_far = f": {done} of {total}{tail}" if total else ""
        sys.stderr.write(f"{what}{so_far}\n")
        sys.stderr.flush()

    return tell


def text_of(path: str, what: str) -> str:
    """The text of a small file the user named."""
    file = Path(path)
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{what} {path} does not exist; check the path.") from None
    except IsADirectoryError:
        raise InputError(f"{what} {path} is a folder; expected a file.") from None
    except UnicodeDecodeError:
        raise InputError(f"{what} {path} is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise InputError(f"{what} {path} cannot be read: {error.strerror}.") from error
