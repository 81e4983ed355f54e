"""Labels as CSV: a sheet of drawn candidates to fill in, what people settled, and every act."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.analysis.inert import inert
from core.analysis.labels.drawing import Pool, next_to_label
from core.analysis.labels.labelling import Shown, shown
from core.analysis.labels.settled import settled
from core.analysis.new_file import free_place, put
from core.errors import InputError
from core.records import CAME_UP
from core.workspace import Workspace, verdicts
from core.workspace.human_labels import labels_of
from core.workspace.run_folder import load_run, run_folder

SHEET = ("candidate", "label", "note", "drawn", "of")
"""Columns of a sheet that are read when it comes back; the others are for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedLabels:
    """What was written."""

    file: str
    rows: int
    to_label: int = 0
    """Rows of a sheet that wait for a label."""


def export_labels(
    workspace: Workspace,
    run_id: str,
    target: Path | str,
    *,
    acts: bool = False,
    force: bool = False,
) -> ExportedLabels:
    """Write what people have settled, or every act as it was recorded.

    Raises
    ------
    InputError
        Nobody has labelled a candidate of the run, or the file cannot be written.
    """
    path = free_place(target, force=force)
    text = acts_csv(workspace, run_id) if acts else settled_csv(workspace, run_id)
    put(path, text.encode("utf-8"))
    return ExportedLabels(file=str(path), rows=_rows_in(text))


def export_sheet(
    workspace: Workspace,
    run_id: str,
    target: Path | str,
    *,
    n: int,
    pool: Pool = "upper",
    seed: int = 0,
    labeller: str | None = None,
    again: bool = False,
    scores: bool = False,
    force: bool = False,
) -> ExportedLabels:
    """Write a sheet of candidates drawn by chance, to be labelled and imported.

    Parameters
    ----------
    scores
        Show the critics' scores; a labeller who sees them is no longer blind.

    Raises
    ------
    InputError
        Every candidate of the pool is labelled, the run is going on, or the
        file cannot be written.
    """
    path = free_place(target, force=force)
    text, waiting = sheet_csv(
        workspace, run_id, n=n, pool=pool, seed=seed, labeller=labeller, again=again, scores=scores
    )
    put(path, text.encode("utf-8"))
    return ExportedLabels(file=str(path), rows=_rows_in(text), to_label=waiting)


def sheet_csv(
    workspace: Workspace,
    run_id: str,
    *,
    n: int,
    pool: Pool = "upper",
    seed: int = 0,
    labeller: str | None = None,
    again: bool = False,
    scores: bool = False,
) -> tuple[str, int]:
    """A sheet of drawn candidates, and how many of its rows wait for a label.

    Candidates that came up in the draw and were labelled before stand at the
    end; nothing is to be filled in there.
    """
    draw = next_to_label(workspace, run_id, n, seed=seed, pool=pool, labeller=labeller, again=again)
    if not draw.candidates:
        raise InputError(_all_done(run_id, pool, draw.pool, again))
    known = shown(workspace, run_id, [c.candidate_id for c in draw.candidates] + [*draw.came_up])
    of = draw.candidates[0].of
    rows = [
        _sheet_row(known[c.candidate_id], "", c.drawn, None if again else of)
        | ({"score": c.score} if scores else {})
        for c in draw.candidates
    ]
    rows += [_sheet_row(known[name], CAME_UP, draw.limit, of) for name in draw.came_up]
    slice_ = {"slice": load_run(workspace, run_id).slice}
    return _csv([row | slice_ for row in rows]), len(draw.candidates)


def settled_csv(workspace: Workspace, run_id: str) -> str:
    """Every candidate that people have judged, with what they settled and what it scores."""
    said = settled(workspace, run_id)
    if not said.drawn:
        raise InputError(_nothing(run_id))
    found = verdicts.scores_frame(workspace, run_id)
    score = dict(zip(found["candidate_id"], found["score"], strict=True))
    texts = shown(workspace, run_id, [*said.drawn])
    return _csv(
        {
            "candidate": name,
            "label": "" if name not in said.labels else int(said.labels[name]),
            "drawn": "" if said.drawn[name] is None else said.drawn[name],
            "score": "" if score[name] != score[name] else score[name],
            "status": _status(name, said.labels, said.words),
            "labelled_by": "; ".join(said.words.get(name, {})),
            **_content(texts[name]),
        }
        for name in said.drawn
        if name in texts
    )


def acts_csv(workspace: Workspace, run_id: str) -> str:
    """Every act of every labeller, in the order they were recorded."""
    run_folder(workspace, run_id)
    acts = labels_of(workspace, run_id)
    if not acts:
        raise InputError(_nothing(run_id))
    return _csv(
        {
            "candidate": act.candidate_id,
            "label": "" if act.good is None else int(act.good),
            "labeller": act.labeller,
            "at": act.at.isoformat(timespec="seconds"),
            "drawn": "" if act.drawn is None else act.drawn,
            "of": "" if act.of is None else act.of,
            "note": act.note,
        }
        for act in acts
    )


def _sheet_row(row: Shown, note: str, drawn: float | None, of: int | None) -> dict[str, Any]:
    return {
        "candidate": row.candidate_id,
        **_content(row),
        "label": "",
        "note": note,
        "drawn": "" if drawn is None else drawn,
        "of": "" if of is None else of,
    }


def _content(row: Shown) -> dict[str, Any]:
    """The content under names that no other column has."""
    taken = {*SHEET, "score", "slice", "status", "labelled_by"}
    everything = {**row.content, **row.extras}
    return {(f"content_{name}" if name in taken else name): v for name, v in everything.items()}


def _status(name: str, labels: Mapping[str, bool], words: Mapping[str, Any]) -> str:
    if name in labels:
        return "settled"
    return "contested" if name in words else "skipped"


def _all_done(run_id: str, pool: Pool, size: int, again: bool) -> str:
    if again:
        return f"run {run_id}: nothing that others have labelled is left for a second labeller."
    wider = "; draw from all with --pool all" if pool == "upper" and size else ""
    return f"run {run_id}: all {size} candidates of the pool are labelled or skipped{wider}."


def _nothing(run_id: str) -> str:
    return (
        f"nobody has labelled a candidate of run {run_id}; write a sheet with datawall labels "
        f"export {run_id} --sample 50 -o sheet.csv, or label on the page Label."
    )


def _csv(rows: Iterable[Mapping[str, Any]]) -> str:
    listed = [{name: inert(value) for name, value in row.items()} for row in rows]
    names = list(dict.fromkeys(name for row in listed for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [inert(name) for name in names], lineterminator="\n")
    writer.writeheader()
    writer.writerows({inert(name): value for name, value in row.items()} for row in listed)
    return out.getvalue()


def _rows_in(text: str) -> int:
    rows: Sequence[list[str]] = list(csv.reader(io.StringIO(text)))
    return len(rows) - 1
