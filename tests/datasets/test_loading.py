"""The same content is the same dataset, whatever file it comes in."""

import csv
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from core.datasets import load_dataset
from core.errors import DataError
from core.workspace import Workspace
from core.workspace.datasets import Dataset, dataset, datasets, examples, label_counts
from core.workspace.engine import Engine, quoted

ROWS: list[dict[str, Any]] = [
    {"text": "where is my bill, please", "intent": "bill", "paid": 12.5, "loyal": True},
    {"text": "the meter says 48213", "intent": "meter", "paid": 3.0, "loyal": False},
    {"text": 'line one\nline two; and a "quote"', "intent": "bill", "paid": 0.25, "loyal": True},
    {"text": "ünïcödé 🔌", "intent": "meter", "paid": None, "loyal": False},
]
COLUMNS = list(ROWS[0])


def as_csv(path: Path, delimiter: str = ",", rows: list[dict[str, Any]] = ROWS) -> Path:
    """The rows as delimited text."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_json_lines(path: Path) -> Path:
    """One JSON object per line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    return path


def as_json_array(path: Path) -> Path:
    """One JSON array over many lines."""
    path.write_text(json.dumps(ROWS, indent=2), "utf-8")
    return path


def as_parquet(path: Path) -> Path:
    """A Parquet file with typed columns."""
    values = ", ".join(
        f"({quoted(r['text'])}, {quoted(r['intent'])}, {'NULL' if r['paid'] is None else r['paid']}"
        f"::DOUBLE, {r['loyal']})"
        for r in ROWS
    )
    Engine(path.parent).run(
        f"COPY (SELECT * FROM (VALUES {values}) AS t({', '.join(COLUMNS)})) TO {quoted(path)} "
        "(FORMAT parquet)"
    )
    return path


def as_excel(path: Path) -> Path:
    """A workbook whose sheet has an empty row, and empty columns that were once formatted."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*COLUMNS, "", ""])
    for row in ROWS:
        sheet.append([*row.values(), None, None])
        sheet.append([None])
    book.save(path)
    return path


WRITERS = {
    "rows.csv": as_csv,
    "rows.tsv": lambda path: as_csv(path, "\t"),
    "semicolons.csv": lambda path: as_csv(path, ";"),
    "pipes.txt": lambda path: as_csv(path, "|"),
    "rows.jsonl": as_json_lines,
    "rows.json": as_json_array,
    "rows.parquet": as_parquet,
    "rows.xlsx": as_excel,
}


def test_equal_content_has_one_fingerprint_in_every_format(
    workspace: Workspace, tmp_path: Path
) -> None:
    """CSV, TSV, semicolons, JSON lines, a JSON array, Parquet and Excel are one dataset."""
    loaded = {
        name: load_dataset(workspace, write(tmp_path / name)) for name, write in WRITERS.items()
    }
    assert {data.fingerprint for data in loaded.values()} == {loaded["rows.csv"].fingerprint}
    assert len(datasets(workspace)) == 1
    for data in loaded.values():
        assert data.rows == 4
        assert [c.type for c in data.columns] == ["text", "text", "number", "boolean"]
        assert data.column("paid").missing == 1
    assert examples(workspace, loaded["rows.csv"])["text"].tolist()[2] == ROWS[2]["text"]


def test_the_order_of_rows_is_no_content(workspace: Workspace, tmp_path: Path) -> None:
    """Shuffled rows are the same dataset; one cell more or less is another."""
    shuffled = random.Random(3).sample(ROWS, len(ROWS))
    first = load_dataset(workspace, as_csv(tmp_path / "a.csv"))
    again = load_dataset(workspace, as_csv(tmp_path / "b.csv", rows=shuffled))
    other = load_dataset(workspace, as_csv(tmp_path / "c.csv", rows=[*ROWS, ROWS[0]]))
    assert again.fingerprint == first.fingerprint
    assert other.fingerprint != first.fingerprint


def test_a_dataset_is_found_again_by_its_fingerprint(workspace: Workspace, tmp_path: Path) -> None:
    """The whole fingerprint or its beginning names it; an unknown one lists what there is."""
    data = load_dataset(workspace, as_csv(tmp_path / "a.csv"))
    assert load_dataset(workspace, data.fingerprint).fingerprint == data.fingerprint
    assert dataset(workspace, data.fingerprint[3:9]).rows == 4
    with pytest.raises(DataError, match=r"no dataset 'd1:0123456789abcdef'.*a\.csv"):
        load_dataset(workspace, "d1:0123456789abcdef")


def loaded(workspace: Workspace, path: Path, content: str | bytes) -> Dataset:
    """The dataset in a file of this content."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_dataset(workspace, path)


def test_a_late_value_of_another_type_makes_the_column_text(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Thirty thousand numbers and then a word: the column is text and no row is lost."""
    numbers = "".join(f"message {i},{i}\n" for i in range(30_000))
    data = loaded(workspace, tmp_path / "late.csv", f"text,code\n{numbers}last,unknown\n")
    assert data.rows == 30_001
    assert data.column("code").type == "text"
    decimals = loaded(workspace, tmp_path / "late2.csv", f"text,code\n{numbers}last,0.5\n")
    assert decimals.column("code").type == "number"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbftext,intent\nhello,a\nbye,b\n",
        b"text,intent\r\nhello,a\r\nbye,b\r\n",
        b"text,intent\rhello,a\rbye,b\r",
        b"text,intent\r\nhello,a\nbye,b\r\n",
        b"\n\ntext,intent\n\nhello,a\n\nbye,b\n\n",
        b'"text","intent"\n"hello","a"\n"bye","b"',
        b" text , intent \nhello,a\nbye,b\n",
    ],
    ids=["BOM", "CRLF", "CR", "mixed line ends", "blank lines", "all quoted", "blanks in names"],
)
def test_how_lines_end_and_begin_is_no_content(
    workspace: Workspace, tmp_path: Path, content: bytes
) -> None:
    """A byte order mark, line ends, blank lines and quotation marks leave the data as they are."""
    plain = loaded(workspace, tmp_path / "plain.csv", "text,intent\nhello,a\nbye,b\n")
    assert loaded(workspace, tmp_path / "odd.csv", content).fingerprint == plain.fingerprint


def test_quoted_cells_keep_their_line_breaks_and_delimiters(
    workspace: Workspace, tmp_path: Path
) -> None:
    """A cell in quotation marks may hold commas, quotes and newlines."""
    data = loaded(
        workspace, tmp_path / "a.csv", 'text,intent\n"one\ntwo, ""three""",a\nhe said "hi",b\n'
    )
    assert examples(workspace, data)["text"].tolist() == ['one\ntwo, "three"', 'he said "hi"']


def test_the_first_line_decides_the_delimiter_outside_its_quotes(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Commas inside a quoted column name do not make a semicolon file comma-separated."""
    data = loaded(workspace, tmp_path / "a.csv", 'text;"yes, no, or maybe"\nhello;a\nbye;b\n')
    assert [c.name for c in data.columns] == ["text", "yes, no, or maybe"]


def test_rows_that_begin_with_a_hash_are_rows(workspace: Workspace, tmp_path: Path) -> None:
    """A hash sign starts no comment: the row counts, and a first line of it is column names."""
    data = loaded(workspace, tmp_path / "a.csv", "text,intent\n#help,a\nbye,b\n#late,b\n")
    assert data.rows == 3


def test_nested_json_is_kept_as_json_text(workspace: Workspace, tmp_path: Path) -> None:
    """An object in a cell becomes its JSON."""
    data = loaded(
        workspace, tmp_path / "a.jsonl", '{"t": {"a": [1, "x"]}, "l": 1}\n{"t": null, "l": 2}\n'
    )
    assert examples(workspace, data)["t"].tolist()[0] == '{"a":[1,"x"]}'


def test_dates_of_excel_and_of_text_are_the_same(workspace: Workspace, tmp_path: Path) -> None:
    """Excel keeps a date as midnight of a day; here it is the day."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["day", "intent"])
    for day in ("2026-01-31", "2026-02-01"):
        sheet.append([pd.Timestamp(day).to_pydatetime(), "a"])
    book.save(tmp_path / "a.xlsx")
    text = loaded(workspace, tmp_path / "a.csv", "day,intent\n2026-01-31,a\n2026-02-01,a\n")
    excel = load_dataset(workspace, tmp_path / "a.xlsx")
    assert excel.fingerprint == text.fingerprint
    assert excel.column("day").type == "date"


def test_times_with_a_zone_are_the_same_data_everywhere(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine's own time zone is no part of a dataset."""
    path = tmp_path / "a.parquet"
    Engine(tmp_path).run(
        "COPY (SELECT TIMESTAMPTZ '2026-01-01 00:00:00+00' AS at, 'a' AS intent) "
        f"TO {quoted(path)} (FORMAT parquet)"
    )
    here = load_dataset(workspace, path)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    there = load_dataset(Workspace(tmp_path / "other"), path)
    assert there.fingerprint == here.fingerprint
    assert here.column("at").examples == ("2026-01-01 00:00:00",)


def test_words_that_could_be_dates_of_no_day_are_missing(
    workspace: Workspace, tmp_path: Path
) -> None:
    """A column of nothing but *inf* is no reason to fail; far years are years."""
    data = loaded(workspace, tmp_path / "a.csv", "a,b,l\ninf,9999-12-31,x\ninf,0001-01-01,y\n")
    assert data.column("a").missing == 2
    assert data.column("b").type == "date"
    assert examples(workspace, data)["b"].astype(str).tolist() == ["9999-12-31", "0001-01-01"]


ODD_NAMES = [
    "it's.csv",
    'a"b.csv',
    "a[1].csv",
    "all*.csv",
    "what?.csv",
    "per%20cent.csv",
    "~me.csv",
]


def test_a_file_name_is_a_name_and_no_pattern(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quotes, brackets and stars in a file's name mean themselves; neighbours are not read."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate([*ODD_NAMES, "a1.csv", "allx.csv"]):
        (tmp_path / name).write_text(f"text,intent\nhello,{name[0]}\nbye,n{number}\n", "utf-8")
    for number, name in enumerate(ODD_NAMES):
        counts = label_counts(workspace, load_dataset(workspace, name), "intent")
        assert counts == {name[0]: 1, f"n{number}": 1}


@pytest.mark.parametrize("folder", ["a (copy)", "it's", "w[1]", "w*"])
def test_a_workspace_folder_may_have_any_name(tmp_path: Path, folder: str) -> None:
    """Parentheses, quotes and stars in the folder's name are no SQL and no pattern."""
    (tmp_path / "w1").mkdir()
    workspace = Workspace(tmp_path / folder)
    data = loaded(workspace, tmp_path / "a.csv", "text,intent\nhello,a\nbye,b\n")
    assert len(examples(workspace, data)) == 2
    with pytest.raises(DataError, match="50,000 characters"):
        loaded(workspace, tmp_path / "b.csv", f"text,intent\n{'x' * 50_000},a\nbye,b\n")


MEASURED = """
import sys, tracemalloc
from pathlib import Path
from core.datasets import load_dataset
from core.workspace import Workspace
workspace = Workspace(Path(sys.argv[2]))
tracemalloc.start()
data = load_dataset(workspace, sys.argv[1])
_, peak = tracemalloc.get_traced_memory()
# Not ru_maxrss, which starts at what the parent held when it forked.
status = Path("/proc/self/status").read_text()
most = next(line for line in status.splitlines() if line.startswith("VmHWM"))
print(data.rows, peak, int(most.split()[1]) * 1024)
"""


def test_a_million_rows_do_not_pass_through_python(tmp_path: Path) -> None:
    """Forty megabytes load with under 20 MB of Python objects and under 900 MB in all."""
    path = tmp_path / "million.csv"
    block = "".join(f"message number {i:06d} about a bill,intent_{i % 7}\n" for i in range(10_000))
    with path.open("w", encoding="utf-8") as file:
        file.write("text,intent\n")
        for _ in range(100):
            file.write(block)
    assert path.stat().st_size > 38_000_000
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), str(tmp_path / "workspace")],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    rows, python_peak, most = (int(word) for word in done.stdout.split())
    assert rows == 1_000_000
    assert python_peak < 20e6
    assert most < 900e6
