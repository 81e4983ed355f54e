"""Every slice of a file, however large and however rare: its rows, and how many of each label.

A slice is a value of a column, a range of numbers, or a year or month of dates.
Each column is counted beside the label by DuckDB, straight from Parquet, so
that every cell is read once and only the counts reach Python.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context

from core.errors import DataError
from core.formats import number
from core.workspace.datasets import ColumnProfile, Dataset, relation, text_of, trimmed
from core.workspace.engine import identifier, quoted
from core.workspace.folder import Workspace
from core.workspace.labels import checked_label_counts

MISSING = "(missing)"
_MOST_COUNTED = 10_000  # a text column with more values holds keys or prose, not slices
_TAILS = (0.01, 0.99)
_WITHIN_THE_REST = (0.0, 0.25, 0.5, 0.75)
_ALL_DIGITS = 17


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceCount:
    """One slice of the whole file."""

    name: str
    """Such as ``term = 60 months`` or ``amount ≥ 5,000 & < 10,000``."""
    column: str
    value: str | None
    """The value or the period; None for a range."""
    low: float | None
    """The range's lower end, which belongs to it; None where it has none."""
    high: float | None
    """The range's upper end, which does not belong to it; None where it has none."""
    rows: int
    """Labelled rows."""
    rows_per_label: Mapping[str, int]
    """Labels without a row are absent."""
    prevalence: float
    """Share of the file's labelled rows. [fraction]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Values of a column that are not among the slices."""

    column: str
    values: int
    rows: int | None
    """Labelled rows that hold them; None where the column has too many values to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceScan:
    """The slices of a file, and what was left out."""

    label: str
    rows: int
    """Rows with a label."""
    labels: Mapping[str, int]
    """Rows per label, most frequent first."""
    slices: tuple[SliceCount, ...]
    """By column in file order; values by frequency, ranges upwards."""
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Cut:
    """How the cells of a column are told apart."""

    sql: str
    """What the cell ``cell_`` is counted as; NULL where it is missing."""
    edges: tuple[float, ...] | None = None
    """Where ranges begin; None where values are counted."""
    digits: int = _ALL_DIGITS
    """Significant ones of the edges."""
    verb: str = "="


def scan(
    workspace: Workspace,
    data: Dataset,
    label: str,
    columns: Sequence[str] | None = None,
    *,
    most_values: int = 20,
    bins: int = 10,
) -> SliceScan:
    """Count every slice of the file, and each label within it.

    Nothing is left out for being rare: of a column with more than *most_values*
    values the most frequent are kept, and ``left_out`` says how many are not.

    Parameters
    ----------
    columns
        Which columns to cut by; all but the label when None.
    most_values
        Values kept per column; numbers with more are cut into ranges.
    bins
        Ranges of about equal size; the outer hundredths are ranges of their own.

    Raises
    ------
    DataError
        A column is missing, or the label is no label.
    """
    labels = checked_label_counts(workspace, data, label)
    rows = sum(labels.values())
    slices: list[SliceCount] = []
    left_out: list[LeftOut] = []
    for column in _columns_to_cut_by(data, label, columns):
        if column.type == "text" and column.distinct > _MOST_COUNTED:
            left_out.append(LeftOut(column=column.name, values=column.distinct, rows=None))
            continue
        cut = _cut(workspace, data, column, most_values, bins)
        # Few numbers are all kept: those of the profile are counted about, and none is the missing.
        most = _MOST_COUNTED if column.type == "number" else most_values
        found, values = _counted(workspace, data, label, column, cut, most)
        own = [_slice(column.name, cut, value, per, rows) for value, per in found.items()]
        if values > len(own):
            rest = rows - sum(part.rows for part in own)
            left_out.append(LeftOut(column=column.name, values=values - len(own), rows=rest))
        slices += own
    return SliceScan(
        label=label, rows=rows, labels=labels, slices=tuple(slices), left_out=tuple(left_out)
    )


def _columns_to_cut_by(
    data: Dataset, label: str, columns: Sequence[str] | None
) -> list[ColumnProfile]:
    if columns is None:
        return [column for column in data.columns if column.name != label]
    if label in columns:
        raise DataError(f"{data.name}: {label!r} is the label; name other columns to cut by.")
    return [data.column(name) for name in dict.fromkeys(columns)]


def _cut(
    workspace: Workspace, data: Dataset, column: ColumnProfile, most_values: int, bins: int
) -> _Cut:
    if column.type == "date":
        name, rows = identifier(column.name), relation(workspace, data, numbered=False)
        years = workspace.engine.rows(f"SELECT count(DISTINCT year({name})) FROM {rows}")[0][0]
        return _Cut(f"strftime(cell_, '{'%Y' if years > 1 else '%Y-%m'}')", verb="in")
    if column.type != "number":
        return _Cut(text_of("cell_", column.type))
    if column.distinct <= most_values:
        return _Cut(f"CASE WHEN isfinite(cell_) THEN {text_of('cell_', 'number')} END")
    edges, digits = _edges(workspace, data, column, bins)
    place = " + ".join(f"CAST(cell_ >= {_double(edge)} AS TINYINT)" for edge in edges)
    return _Cut(f"CASE WHEN isfinite(cell_) THEN {place or '0'} END", edges, digits)


def _double(value: float) -> str:
    return f"CAST({quoted(repr(value))} AS DOUBLE)"


def _edges(
    workspace: Workspace, data: Dataset, column: ColumnProfile, bins: int
) -> tuple[tuple[float, ...], int]:
    """Quantiles, rounded where that hardly moves them, and their significant digits.

    Where one value fills several quantiles, as zero does in many amounts, the
    quantiles of the other values are edges too.
    """
    name, rows = identifier(column.name), relation(workspace, data, numbered=False)

    def quantiles(shares: Sequence[float], but: Sequence[float] = ()) -> list[float]:
        others = "".join(f" AND {name} <> {_double(value)}" for value in but)
        found = workspace.engine.rows(
            f"SELECT quantile_disc({name}, {list(shares)}) FROM {rows} "
            f"WHERE isfinite({name}){others}"
        )[0][0]
        return [float(value) for value in found or ()]

    inner = (place / bins for place in range(1, bins))
    least, *found, most = quantiles([0, *sorted({*inner, *_TAILS}), 1]) or [0.0, 0.0]
    crowded = sorted({value for value in found if found.count(value) > 1})
    if crowded:
        found += quantiles(_WITHIN_THE_REST, crowded)
    exact = sorted({value for value in found if value > least} | {least} & set(crowded))
    # Rounded up, the end of a crowded value's range would let others in.
    rounding = ROUND_FLOOR if crowded else ROUND_HALF_EVEN
    short = [
        _shortened(value, before, after, rounding)
        for before, value, after in zip([least, *exact], exact, [*exact[1:], most], strict=False)
    ]
    return tuple(value for value, _ in short), max((digits for _, digits in short), default=1)


def _shortened(value: float, before: float, after: float, rounding: str) -> tuple[float, int]:
    """The value in as few digits as move it by a fifth of the way to its neighbours at most."""
    near = min((gap for gap in (value - before, after - value) if gap > 0), default=0.0)
    for digits in range(1, _ALL_DIGITS):
        short = float(Context(prec=digits, rounding=rounding).create_decimal(repr(value)))
        if abs(short - value) <= near / 5:
            return short, digits
    return value, _ALL_DIGITS


def _counted(
    workspace: Workspace, data: Dataset, label: str, column: ColumnProfile, cut: _Cut, most: int
) -> tuple[dict[str, dict[str, int]], int]:
    """Rows per label of the *most* frequent values, and how many values there are."""
    order = "place_" if cut.edges is None else "try_cast(value_ AS INTEGER) NULLS LAST"
    counted = workspace.engine.rows(
        f"""
        WITH raw AS (
            SELECT label_, {cut.sql} AS part_, count(*) AS n_
            FROM (SELECT {identifier(label)} AS label_, {identifier(column.name)} AS cell_
                  FROM {relation(workspace, data, numbered=False)})
            GROUP BY ALL
        ), folded AS (
            SELECT {trimmed(text_of("label_", data.column(label).type))} AS of_, n_,
                   {trimmed("CAST(part_ AS VARCHAR)")} AS own_
            FROM raw
        ), counted AS (
            SELECT of_, coalesce(nullif(own_, ''), '{MISSING}') AS value_, sum(n_) AS rows_
            FROM folded WHERE of_ <> '' GROUP BY ALL
        ), placed AS (
            SELECT value_, row_number() OVER (ORDER BY sum(rows_) DESC, value_) AS place_,
                   count(*) OVER () AS values_
            FROM counted GROUP BY value_
        )
        SELECT value_, of_, rows_, values_ FROM counted JOIN placed USING (value_)
        WHERE place_ <= {int(most)} ORDER BY {order}, rows_ DESC, of_
        """
    )
    found: dict[str, dict[str, int]] = {}
    for value, of, rows, _ in counted:
        found.setdefault(str(value), {})[str(of)] = int(rows)
    return found, int(counted[0][3])


def _slice(column: str, cut: _Cut, value: str, per: dict[str, int], rows: int) -> SliceCount:
    own = sum(per.values())
    low = high = None
    if cut.edges is None or value == MISSING:
        name = f"{column} {'=' if value == MISSING else cut.verb} {value}"
    else:
        low, high = _ends(cut.edges, int(value))
        name = f"{column} {_range(low, high, cut.digits)}"
    return SliceCount(
        name=name,
        column=column,
        value=value if low is None and high is None else None,
        low=low,
        high=high,
        rows=own,
        rows_per_label=per,
        prevalence=own / rows,
    )


def _ends(edges: Sequence[float], place: int) -> tuple[float | None, float | None]:
    """The range of the cells that reach the first *place* edges and no other."""
    return (edges[place - 1] if place else None, edges[place] if place < len(edges) else None)


def _range(low: float | None, high: float | None, digits: int) -> str:
    ends = []
    if low is not None:
        ends.append(f"≥ {number(low, digits)}")
    if high is not None:
        ends.append(f"< {number(high, digits)}")
    return " & ".join(ends)
