"""The distinct rows of a file, or a stratified sample of them, chosen without holding the file.

Which rows are kept follows from their content and the seed alone: every machine
keeps the same content, in whatever order the rows come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from core.workspace.datasets import ROW_KEY, Dataset, label_text, relation, text_of
from core.workspace.engine import identifier
from core.workspace.folder import Workspace
from core.workspace.labels import checked_label_counts

FEWEST_PER_LABEL = 50
"""Rows that every label keeps, if it has them, however many labels there are."""

_KEYS = 2.0**64
# Case and spacing are no content. Few rows are spaced unevenly, and looking is the cheaper step.
_EVENED = r"regexp_replace(trim(regexp_replace(cells_, '\s+', ' ', 'g')), ' ?\x1f ?', chr(31), 'g')"
_UNEVEN = r"regexp_matches(cells_, '\s\s|[^\S ]|^ | $| \x1f|\x1f ')"
_FOLDED = f"lower(CASE WHEN {_UNEVEN} THEN {_EVENED} ELSE cells_ END)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRows:
    """What became of one label's rows."""

    label: str
    rows: int
    """In the file."""
    distinct: int
    """Different contents with this label."""
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFacts:
    """What became of a file's rows."""

    rows: int
    labelled: int
    empty: int
    """Labelled rows without content."""
    duplicates: int
    """Labelled rows that repeat another one's content and label."""
    distinct: int
    kept: int
    labels: tuple[LabelRows, ...]
    """Most frequent first."""


def sampled_examples(
    workspace: Workspace,
    data: Dataset,
    label: str,
    columns: Sequence[str],
    *,
    keep: Sequence[str] = (),
    most: int = 10_000,
    seed: int = 0,
) -> tuple[pd.DataFrame, SampleFacts]:
    """The distinct labelled rows, a stratified sample of them if there are more than *most*.

    Rows are the same when their *columns* and label are, but for case and
    spacing. Of the rarest labels every row is kept, and of all others equally
    many, at least ``FEWEST_PER_LABEL``: only for those can *most* be exceeded.

    Parameters
    ----------
    columns
        The content: what a learner reads.
    keep
        Further columns of the frame.
    most
        Rows to keep. [rows]

    Returns
    -------
    The rows in file order as :func:`core.workspace.datasets.examples` gives
    them, and what became of the others.

    Raises
    ------
    DataError
        A column is missing, or the label is no label.
    """
    counts = checked_label_counts(workspace, data, label)
    names = list(dict.fromkeys([*columns, label, *keep]))
    for name in names:
        data.column(name)
    with workspace.engine.session() as session:
        session.execute(_distinct_rows(workspace, data, label, columns, seed))
        distinct = {
            str(of): (int(n), int(filled))
            for of, n, filled in session.execute(
                "SELECT label_, count(*), sum(rows_) FROM distinct_ GROUP BY label_"
            ).fetchall()
        }
        kept = allocation({of: n for of, (n, _) in distinct.items()}, most)
        frame = _chosen(session, relation(workspace, data), names, distinct, kept)
    return frame, _facts(data, counts, distinct, kept)


def _facts(
    data: Dataset,
    counts: Mapping[str, int],
    distinct: Mapping[str, tuple[int, int]],
    kept: Mapping[str, int],
) -> SampleFacts:
    own = tuple(
        LabelRows(label=of, rows=rows, distinct=distinct.get(of, (0, 0))[0], kept=kept.get(of, 0))
        for of, rows in counts.items()
    )
    labelled = sum(counts.values())
    filled = sum(rows for _, rows in distinct.values())
    different = sum(part.distinct for part in own)
    return SampleFacts(
        rows=data.rows,
        labelled=labelled,
        empty=labelled - filled,
        duplicates=filled - different,
        distinct=different,
        kept=sum(part.kept for part in own),
        labels=own,
    )


def allocation(distinct: Mapping[str, int], most: int) -> dict[str, int]:
    """Rows to keep per label: small labels whole, all others cut to the same number."""
    left, most_each = most, 0
    sizes = sorted(distinct.values())
    for place, size in enumerate(sizes):
        most_each = left // (len(sizes) - place)
        if size > most_each:
            break
        left -= size
        most_each = size
    most_each = max(most_each, FEWEST_PER_LABEL)
    return {label: min(size, most_each) for label, size in distinct.items()}


def _distinct_rows(
    workspace: Workspace, data: Dataset, label: str, columns: Sequence[str], seed: int
) -> str:
    """SQL that makes the table ``distinct_``: a key, the label, the first row, how many rows."""
    kinds = {column: data.column(column).type for column in columns}
    cells = ", ".join(f"coalesce({text_of(c, kind)}, '')" for c, kind in kinds.items())
    filled = " OR ".join(
        f"trim({identifier(c)}) <> ''" if kind == "text" else f"{identifier(c)} IS NOT NULL"
        for c, kind in kinds.items()
    )
    return f"""
        CREATE TEMP TABLE distinct_ AS
        SELECT md5_number_lower(concat_ws(chr(31), '{int(seed)}', label_, {_FOLDED})) AS key_,
               label_, min(row_) AS row_, count(*) AS rows_
        FROM (SELECT {label_text(data, label)} AS label_, file_row_number AS row_,
                     concat_ws(chr(31), {cells}) AS cells_
              FROM {relation(workspace, data)} WHERE {filled})
        WHERE label_ <> ''
        GROUP BY key_, label_
    """


def _chosen(
    session: duckdb.DuckDBPyConnection,
    rows: str,
    names: Sequence[str],
    distinct: Mapping[str, tuple[int, int]],
    kept: Mapping[str, int],
) -> pd.DataFrame:
    """The rows with the lowest keys of each label.

    Keys are spread evenly, so that a share of them bounds the keys to be
    sorted: ten standard deviations above the expected number are looked at.
    """
    labels = list(distinct)
    wanted = [kept[of] for of in labels]
    below = [
        _KEYS * (n + 10 * n**0.5 + 100) / distinct[of][0] if n < distinct[of][0] else 2 * _KEYS
        for of, n in zip(labels, wanted, strict=True)
    ]
    chosen = ", ".join(identifier(name) for name in names)
    return session.execute(
        f"""
        WITH wanted AS (
            SELECT unnest(?) AS label_, unnest(?) AS most_, unnest(?) AS below_
        ), placed AS (
            SELECT row_, most_, row_number() OVER (PARTITION BY label_ ORDER BY key_) AS place_
            FROM distinct_ JOIN wanted USING (label_)
            WHERE CAST(key_ AS DOUBLE) <= below_
        )
        SELECT file_row_number AS {ROW_KEY}, {chosen} FROM {rows}
        WHERE file_row_number IN (SELECT row_ FROM placed WHERE place_ <= most_)
        ORDER BY {ROW_KEY}
        """,
        [labels, wanted, below],
    ).df()
