"""Labels from a CSV file: all of its rows are taken, or none."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.analysis.labels.labellers import checked_labeller
from core.analysis.labels.rows import Row, refusal, rows_in
from core.analysis.labels.settled import Settled, settled
from core.errors import DataError, InputError
from core.knowledge.triples_file import text_of_file
from core.records import Label
from core.workspace import Workspace, verdicts
from core.workspace.human_labels import add_labels
from core.workspace.run_folder import now_utc

MOST_BYTES = 64 << 20
_DIGITS = 1e-12
_PEOPLE = {"", "human", "humans", "person", "people"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLabels:
    """What became of a file's rows."""

    file: str
    added: int
    """Candidates on which a labeller had said nothing before."""
    changed: int
    """Candidates on which a labeller said something else before."""
    unchanged: int
    empty: int
    """Rows without a label; they are still to be labelled."""
    drawn: int
    """Of those added or changed, drawn by chance: they may serve a certificate."""
    by_hand: int
    """The others of them: picked by hand, or drawn before the run grew."""
    contested: int
    """Candidates of the run on which labellers now disagree."""
    labellers: tuple[str, ...]


def import_labels(
    workspace: Workspace, run_id: str, path: Path | str, labeller: str = "", *, name: str = ""
) -> ImportedLabels:
    """Record the labels of a CSV file with the columns ``candidate`` and ``label``.

    Also read: ``labeller`` (else the *labeller* given), ``labelled_by``,
    ``note``, and ``drawn`` and ``of``, which a sheet carries that was drawn by
    chance. Rows without a label are still to be labelled.

    Raises
    ------
    DataError
        A cell cannot be meant, a candidate is unknown, or a labeller
        contradicts himself; says where. Nothing is recorded.
    InputError
        A labeller is missing or is a model. Nothing is recorded.
    """
    file = Path(path)
    title = name or file.name
    rows = rows_in(text_of_file(file, title, MOST_BYTES), title, labeller)
    scores = verdicts.scores_frame(workspace, run_id)
    rows = _snapped(rows, scores["score"].dropna().tolist())
    _check(rows, title, dict(zip(scores["candidate_id"], scores["score"], strict=True)))
    before = settled(workspace, run_id)
    rows = _of_people(workspace, run_id, rows, title, before)
    _refuse_contradictions(rows, title)
    return _recorded(workspace, run_id, title, rows, before, len(scores))


def import_upload(
    workspace: Workspace, run_id: str, name: str, content: bytes, labeller: str
) -> ImportedLabels:
    """Record the labels of an uploaded file."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        return import_labels(workspace, run_id, file.name, labeller, name=name)


def _snapped(rows: list[Row], scores: list[float]) -> list[Row]:
    """The rows with limits that are scores again: a spreadsheet keeps fifteen digits."""
    limits: dict[float, float] = {}
    for drawn in {row.drawn for row in rows if row.drawn is not None}:
        nearest = min(scores, key=lambda score: abs(score - drawn), default=drawn)
        limits[drawn] = nearest if abs(nearest - drawn) < _DIGITS else drawn
    return [row if row.drawn is None else replace(row, drawn=limits[row.drawn]) for row in rows]


def _check(rows: list[Row], name: str, score: Mapping[str, float]) -> None:
    """Refuse candidates that the run does not hold, and draws from where they were not."""
    wrong = []
    for row in rows:
        where = f"line {row.line}, column "
        if row.candidate not in score:
            wrong.append(
                f"{where}candidate: found {row.candidate!r}, expected a candidate of this run"
            )
        elif row.drawn is not None and not score[row.candidate] >= row.drawn:
            wrong.append(
                f"{where}drawn: found {row.drawn:g}, expected at most the score of the "
                f"candidate, which is {score[row.candidate]:g}"
            )
    if wrong:
        raise DataError(refusal(name, wrong))


def _of_people(
    workspace: Workspace, run_id: str, rows: list[Row], title: str, said: Settled
) -> list[Row]:
    """The rows with their labellers' names as the run knows them; none is a model."""
    known: dict[str, str] = {}

    def person(name: str, line: int) -> str:
        folded = " ".join(name.split()).casefold()
        if folded not in known:
            try:
                known[folded] = checked_labeller(workspace, run_id, name, said)
            except InputError as error:
                raise InputError(f"{title}, line {line}: {error} Nothing was imported.") from error
        return known[folded]

    for row in rows:
        if row.labelled_by.casefold() not in _PEOPLE:
            person(row.labelled_by, row.line)
    return [
        row if row.is_empty else replace(row, labeller=person(row.labeller, row.line))
        for row in rows
    ]


def _refuse_contradictions(rows: list[Row], name: str) -> None:
    first: dict[tuple[str, str], Row] = {}
    wrong = []
    for row in rows:
        if row.good is None:
            continue
        other = first.setdefault((row.candidate, row.labeller), row)
        if other.good != row.good:
            wrong.append(
                f"{row.labeller!r} calls candidate {row.candidate!r} "
                f"{'good' if other.good else 'bad'} in line {other.line} and "
                f"{'good' if row.good else 'bad'} in line {row.line}"
            )
    if wrong:
        raise DataError(refusal(name, wrong))


def _recorded(
    workspace: Workspace, run_id: str, title: str, rows: list[Row], before: Settled, held: int
) -> ImportedLabels:
    acts: dict[tuple[str, str, bool], Label] = {}
    fresh: dict[bool, int] = {True: 0, False: 0}
    drawn = unchanged = empty = 0
    for row in rows:
        key = (row.candidate, row.labeller, row.is_draw)
        had = before.words.get(row.candidate, {}).get(row.labeller)
        if row.is_empty:
            empty += 1
        elif key in acts or (had == row.good and had is not None and not _is_wider(row, before)):
            unchanged += 1
        else:
            acts[key] = _act(run_id, row)
            if not row.is_draw:
                fresh[had is None] += 1
                drawn += row.drawn is not None and row.of in (None, held)
    add_labels(workspace, run_id, list(acts.values()))
    return ImportedLabels(
        file=title,
        added=fresh[True],
        changed=fresh[False],
        unchanged=unchanged,
        empty=empty,
        drawn=drawn,
        by_hand=fresh[True] + fresh[False] - drawn,
        contested=len(settled(workspace, run_id).contested),
        labellers=tuple(dict.fromkeys(row.labeller for row in rows if row.good is not None)),
    )


def _is_wider(row: Row, before: Settled) -> bool:
    """Whether the row adds a draw to what was said."""
    known = before.drawn.get(row.candidate)
    return row.drawn is not None and (known is None or row.drawn < known)


def _act(run_id: str, row: Row) -> Label:
    return Label(
        candidate_id=row.candidate,
        run_id=run_id,
        good=row.good,
        labeller=row.labeller,
        at=now_utc(),
        drawn=row.drawn,
        note=row.note,
        of=row.of,
    )
