"""The accepted corpus as files that training code reads.

Question to file: what goes into which file? ``parts``; what does a row look
like? ``rows``, ``chat``, ``preferences``; does what trains also test?
``overlap``; what would training cost? ``quote``; what does the dataset card
say? ``card``; how is it written? ``writing``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from core.analysis.export.chat import MOST_TOKENS, chats, problems
from core.analysis.export.overlap import note_written, refuse_overlap, without_copies_of_real
from core.analysis.export.parts import Part, as_name, gathered, parts, place_of
from core.analysis.export.quote import TrainingQuote, quote
from core.analysis.export.writing import (
    FOLDER,
    FORMATS,
    Content,
    File,
    as_file,
    folder_of,
    put_folder,
)
from core.analysis.new_file import free_place, put
from core.analysis.price_book import book_of
from core.errors import InputError
from core.workspace import Workspace, ledger

__all__ = ["FORMATS", "ExportAnswer", "export"]

_TOKENIZER = "gpt-4.1-mini"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAnswer:
    """What was written, or would be."""

    file: str
    """The file, or the folder, that was asked for."""
    rows: int
    """In all files together."""
    sha256: str
    """Of the first file."""
    files: tuple[File, ...]
    training: TrainingQuote | None
    """Tokens and price of fine-tuning on the training cases; None where there are none."""
    notes: tuple[str, ...]
    written: bool
    """False when it was only asked what would be."""


def export(
    workspace: Workspace,
    run_id: str,
    *more: str,
    strictness: float,
    format: str,
    target: Path | str,
    force: bool = False,
    by_slice: bool = False,
    leave_out_overlap: bool = False,
    bare: bool = False,
    model: str = _TOKENIZER,
    only_quote: bool = False,
) -> ExportAnswer:
    """Write the samples that a strictness accepts; each says that it is synthetic and whence.

    Training cases and evaluation items go to different files. A file appears at
    once and whole, or not at all; a folder too.

    Parameters
    ----------
    run_id, more
        Runs that are exported together.
    strictness
        Accept from this score on. [fraction]
    format
        One of ``FORMATS``; ``huggingface`` writes a folder.
    force
        Replace a file that is there.
    by_slice
        One file per slice.
    leave_out_overlap
        Leave out what is in training and evaluation alike, instead of refusing.
    bare
        Conversations without marker and lineage, which then stand in a file beside.
    model
        Whose tokens to count.
    only_quote
        Count and price, and write nothing.

    Raises
    ------
    InputError
        Nothing is accepted, the format is unknown, an item would train and
        test, or a file is there.
    """
    if format not in FORMATS:
        raise InputError(f"format is {format!r}; expected one of {', '.join(FORMATS)}.")
    asked = folder_of(target, force=force) if format == FOLDER else free_place(target, force=force)
    runs = tuple(dict.fromkeys((run_id, *more)))
    every = gathered(workspace, runs, strictness)
    if every.accepted.empty:
        raise InputError(_nothing(workspace, runs, strictness))
    found, copied = without_copies_of_real(workspace, runs, parts(every, by_slice=by_slice))
    found, left = refuse_overlap(workspace, found, leave_out=leave_out_overlap)
    if not found:
        raise InputError(f"nothing is left to export. {' '.join((*copied, *left))}")
    training = [part for part in found if part.purpose == "training"]
    quoted = _quoted(workspace, training, model)
    notes = (*copied, *left, *_objections(training, quoted, format))
    contents = as_file(
        workspace, runs, strictness, found, format,
        bare=bare, places=_places(found, asked, force=force, format=format),
        quoted=quoted, notes=notes,
    )  # fmt: skip
    if not only_quote:
        _write(workspace, asked, contents, found, format=format, force=force)
    files = tuple(content.file for content in contents)
    return ExportAnswer(
        file=str(asked),
        rows=sum(len(part.frame) for part in found),
        sha256=files[0].sha256,
        files=files,
        training=quoted,
        notes=notes + tuple(note for content in contents for note in content.notes),
        written=not only_quote,
    )


def _places(found: Sequence[Part], target: Path, *, force: bool, format: str) -> list[Path]:
    """Where each part goes."""
    if format == FOLDER:
        return [_in_folder(part) for part in found]
    return [free_place(place_of(p, target, len(found) == 1), force=force) for p in found]


def _in_folder(part: Part) -> Path:
    split = "test" if part.purpose == "evaluation" else "train"
    folder = Path("data") if part.slice is None else Path("data") / as_name(part.slice)
    return folder / f"{split}-00000-of-00001.parquet"


def _quoted(workspace: Workspace, training: Sequence[Part], model: str) -> TrainingQuote | None:
    if not training:
        return None
    rows = [row["messages"] for part in training for row in chats(part, bare=True)]
    return quote(rows, model, book_of(workspace))


def _objections(
    training: Sequence[Part], quoted: TrainingQuote | None, format: str
) -> tuple[str, ...]:
    """What a fine-tuning service would say to the conversations."""
    if format != "openai-chat" or quoted is None:
        return ()
    said = [found for part in training for found in problems(chats(part, bare=True))[:3]]
    if quoted.longest > MOST_TOKENS:
        said.append(
            f"The longest example has {quoted.longest:,} tokens; beyond {MOST_TOKENS:,} it is cut."
        )
    return tuple(said)


def _write(
    workspace: Workspace,
    asked: Path,
    contents: Sequence[Content],
    found: Sequence[Part],
    *,
    format: str,
    force: bool,
) -> None:
    if format == FOLDER:
        put_folder(asked, {content.file.file: content.payload for content in contents}, force=force)
    else:
        for content in contents:
            put(Path(content.file.file), content.payload)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    for part, content in zip(found, contents, strict=False):
        note_written(workspace, part, content.file.file, at)


def _nothing(workspace: Workspace, runs: Sequence[str], strictness: float) -> str:
    scores = pd.concat([ledger.candidates_frame(workspace, run)["score"] for run in runs])
    best, named = scores.max(), "run " + runs[0] if len(runs) == 1 else "runs " + ", ".join(runs)
    if pd.isna(best):
        return f"{named} holds no candidate that every critic has judged; nothing to export."
    return (
        f"{named} accepts nothing at strictness {strictness:g}; its best score is "
        f"{best:.3f}, choose a strictness below it."
    )
