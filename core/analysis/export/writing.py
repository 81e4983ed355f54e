"""The bytes of every file of an export, and a folder that appears at once and whole."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.analysis.export import preferences
from core.analysis.export.card import card
from core.analysis.export.chat import chats
from core.analysis.export.parts import Part, Purpose
from core.analysis.export.quote import TrainingQuote
from core.analysis.export.rows import lineage, lines, plain
from core.analysis.inert import inert, is_active
from core.errors import InputError
from core.workspace import Workspace

FOLDER = "huggingface"
FORMATS = (
    "openai-chat",
    "openai-preference",
    "preference",
    "jsonl",
    "parquet",
    "csv",
    FOLDER,
)
_CARD = "README.md"
_MARK = "- datawall\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of an export."""

    file: str
    rows: int
    sha256: str
    purpose: Purpose | None
    """None for what stands beside the samples: a dataset card, a file of lineage."""
    slice: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file and its bytes."""

    file: File
    payload: bytes
    notes: tuple[str, ...] = ()


def as_file(
    workspace: Workspace,
    runs: Sequence[str],
    tau: float,
    found: Sequence[Part],
    format: str,
    *,
    bare: bool,
    places: Sequence[Path],
    quoted: TrainingQuote | None,
    notes: Sequence[str],
) -> list[Content]:
    """The files of an export: those of the samples in the order of the parts, then the others."""
    contents, beside = [], []
    for part, place in zip(found, places, strict=True):
        payload, rows, said = _WRITERS[format](part, bare)
        contents.append(_content(place, payload, rows, part, said))
        if bare and format.startswith("openai"):
            whence = place.with_name(f"{place.stem}.lineage.jsonl")
            rows_of = _lineage_lines(part, format)
            beside.append(_content(whence, rows_of[0], rows_of[1], None, ()))
    if format == FOLDER:
        named = {place.as_posix(): part for part, place in zip(found, places, strict=True)}
        text = card(workspace, runs, tau, named, quoted, notes)
        beside.append(_content(Path(_CARD), text.encode("utf-8"), 0, None, ()))
    return contents + beside


def folder_of(target: Path | str, *, force: bool) -> Path:
    """Where the folder may be written.

    Raises
    ------
    InputError
        The parent is missing, or something is there that is not an earlier export.
    """
    path = Path(target).expanduser()
    if not path.parent.is_dir():
        raise InputError(f"{path.parent} is no folder; give a new folder in an existing one.")
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        if not force:
            raise InputError(f"{path} is there already; choose another name or add --force.")
        readme = path / _CARD
        if not (readme.is_file() and _MARK in readme.read_text("utf-8", "replace")):
            raise InputError(f"{path} is not an earlier export; it is not replaced.")
    return path


def put_folder(path: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """Put a folder in place at once and whole.

    Raises
    ------
    InputError
        It cannot be written.
    """
    try:
        fresh = Path(tempfile.mkdtemp(prefix=".", dir=path.parent))
        try:
            for name, payload in files.items():
                place = fresh / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(payload)
            fresh.chmod(0o755)
            if path.exists():
                shutil.rmtree(folder_of(path, force=force))
            fresh.rename(path)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error


def _content(
    place: Path, payload: bytes, rows: int, part: Part | None, notes: tuple[str, ...]
) -> Content:
    file = File(
        file=str(place),
        rows=rows,
        sha256=hashlib.sha256(payload).hexdigest(),
        purpose=part.purpose if part else None,
        slice=part.slice if part else None,
    )
    return Content(file=file, payload=payload, notes=notes)


Written = tuple[bytes, int, tuple[str, ...]]


def _jsonl(part: Part, bare: bool) -> Written:
    return lines(plain(part)), len(part.frame), ()


def _chat(part: Part, bare: bool) -> Written:
    return lines(chats(part, bare=bare)), len(part.frame), ()


def _csv(part: Part, bare: bool) -> Written:
    cells = part.frame.map(is_active)
    frame = part.frame.map(inert)
    changed = int(cells.to_numpy().sum())
    note = (
        f"{changed:,} cells begin like a spreadsheet formula; an apostrophe stands before them. "
        "Train on another format."
    )
    payload = frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
    return payload, len(frame), (note,) if changed else ()


def _parquet(part: Part, bare: bool) -> Written:
    return bytes(part.frame.to_parquet(index=False)), len(part.frame), ()


def _trl(part: Part, bare: bool) -> Written:
    return _paired(part, preferences.as_trl)


def _openai_preference(part: Part, bare: bool) -> Written:
    return _paired(part, lambda pair: preferences.as_openai(pair, bare=bare))


def _paired(part: Part, write: Callable[[preferences.Pair], dict[str, object]]) -> Written:
    pairs = preferences.pairs(part)
    if not pairs:
        raise InputError(
            "there is no pair: no candidate was rejected for anything but repeating another; raise "
            "the strictness, or export another format."
        )
    rest = len(part.frame) - len(pairs)
    note = (
        f"{rest:,} accepted candidates found no rejected one to stand against; they are left out."
    )
    return lines([write(pair) for pair in pairs]), len(pairs), (note,) if rest else ()


def _lineage_lines(part: Part, format: str) -> tuple[bytes, int]:
    """The lineage of every line, for files that must not hold it."""
    if format == "openai-chat":
        rows = [{"synthetic": True, **whence} for whence in lineage(part.frame)]
    else:
        rows = [pair.lineage for pair in preferences.pairs(part)]
    return lines(rows), len(rows)


_WRITERS: dict[str, Callable[[Part, bool], Written]] = {
    "openai-chat": _chat,
    "openai-preference": _openai_preference,
    "preference": _trl,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "csv": _csv,
    FOLDER: _parquet,
}
