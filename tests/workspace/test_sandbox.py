"""The query engine reaches the workspace and nothing else, whatever a file or a label is called."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from core.datasets import load_dataset
from core.errors import DataError, WorkspaceError
from core.workspace import Workspace
from core.workspace.datasets import (
    as_text,
    dataset_folder,
    datasets,
    examples,
    label_counts,
)
from core.workspace.engine import quoted


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file beside the workspace."""
    path = tmp_path / "secret.csv"
    path.write_text("a\n1\n", "utf-8")
    return path


BARRED = [
    "SELECT * FROM read_csv({outside})",
    "SELECT * FROM read_text({root} || '/../secret.csv')",
    "SELECT * FROM glob('/etc/*')",
    "COPY (SELECT 1) TO {outside}",
    "COPY (SELECT 1) TO {new}",
    "ATTACH {new}",
    "EXPORT DATABASE {new}",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SELECT * FROM read_csv('https://example.com/x.csv')",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET GLOBAL allowed_paths = ['/etc/passwd']",
    "RESET lock_configuration",
]


def test_the_engine_refuses_to_leave_the_folder(workspace: Workspace, outside: Path) -> None:
    """Reading, writing, attaching, extensions, the network and the locks themselves are barred."""
    new = outside.with_name("new.csv")
    for statement in BARRED:
        sql = statement.format(
            outside=quoted(outside), new=quoted(new), root=quoted(workspace.root)
        )
        with pytest.raises(duckdb.Error):
            workspace.engine.run(sql)
    assert outside.read_text("utf-8") == "a\n1\n"
    assert not new.exists()


def test_one_file_more_may_be_read_and_its_neighbours_not(
    workspace: Workspace, outside: Path
) -> None:
    """An engine that may read a file reads that one only, and writes only below the folder."""
    other = outside.with_name("other.csv")
    other.write_text("a\n2\n", "utf-8")
    engine = workspace.engine.including(outside)
    assert engine.rows(f"SELECT * FROM read_csv({quoted(outside)})") == [(1,)]
    for sql in (
        f"SELECT * FROM read_csv({quoted(other)})",
        f"SELECT * FROM read_csv({quoted(outside.with_name('*.csv'))})",
        f"COPY (SELECT 1) TO {quoted(other)}",
    ):
        with pytest.raises(duckdb.Error):
            engine.run(sql)


def test_a_link_in_the_folder_leads_nowhere(workspace: Workspace, outside: Path) -> None:
    """A symbolic link that points outside is not followed."""
    link = workspace.root / "datasets" / "link.csv"
    link.symlink_to(outside)
    with pytest.raises(duckdb.Error):
        workspace.engine.rows(f"SELECT * FROM read_csv({quoted(link)})")


INJECTION = "x' OR 1=1 --"


def test_names_and_labels_are_never_sql(workspace: Workspace, tmp_path: Path) -> None:
    """Quotes in a column's name, in a label and in the file's name are characters."""
    path = tmp_path / "it's; DROP TABLE x.csv"
    path.write_text(
        'text,"a""b","label","1); SELECT (1"\n'
        f'one,"{INJECTION}",p,1\ntwo,"{INJECTION}",q,2\nthree,plain,q,3\n',
        "utf-8",
    )
    data = load_dataset(workspace, path)
    assert [c.name for c in data.columns] == ["text", 'a"b', "label", "1); SELECT (1"]
    assert label_counts(workspace, data, 'a"b') == {INJECTION: 2, "plain": 1}
    assert label_counts(workspace, data, "label") == {"q": 2, "p": 1}
    found = examples(workspace, data, ["text"], label=('a"b', INJECTION))
    assert found["text"].tolist() == ["one", "two"]
    assert examples(workspace, data, label=('a"b', "' OR ''='"))["text"].tolist() == []
    for column in ("a", 'a"b" --', "nothing"):
        with pytest.raises(DataError, match="has no column"):
            examples(workspace, data, [column])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "0", "1", ""], {"1": 2, "0": 1}),
        (["1.0", "0.0", "1.0", ""], {"1": 2, "0": 1}),
        (["1.5", "0", "1.5", ""], {"1.5": 2, "0": 1}),
        (["true", "false", "true", ""], {"true": 2, "false": 1}),
        ([" a", "b", "a\t", "  "], {"a": 2, "b": 1}),
        (["1", "0", "1", "1"], {"1": 3, "0": 1}),
    ],
    ids=["whole", "whole as decimals", "decimals", "booleans", "blanks around", "none missing"],
)
def test_a_label_is_called_the_same_in_queries_and_in_frames(
    workspace: Workspace, tmp_path: Path, cells: list[str], expected: dict[str, int]
) -> None:
    """Missing cells turn no 1 into 1.0, and blanks around a label do not make another one."""
    path = tmp_path / "a.csv"
    rows = [f'"{cell}",text {i}\n' for i, cell in enumerate(cells)]
    path.write_text("label,text\n" + "".join(rows), "utf-8")
    data = load_dataset(workspace, path)
    assert label_counts(workspace, data, "label") == expected
    frame = as_text(examples(workspace, data)["label"]).dropna()
    assert frame[frame != ""].value_counts().to_dict() == expected
    for label, count in expected.items():
        assert len(examples(workspace, data, label=("label", label))) == count


def test_a_limit_takes_the_first_rows_in_file_order(workspace: Workspace, tmp_path: Path) -> None:
    """Rows come as they stand in the file, keyed by their place."""
    path = tmp_path / "a.csv"
    path.write_text("n,label\n" + "".join(f"{9 - i},a\n" for i in range(9)), "utf-8")
    found = examples(workspace, load_dataset(workspace, path), limit=3)
    assert found.to_numpy().tolist() == [[0, 9, "a"], [1, 8, "a"], [2, 7, "a"]]


def test_a_damaged_dataset_is_named(workspace: Workspace, tmp_path: Path) -> None:
    """A torn profile or a missing Parquet file is a sentence that says what to delete."""
    path = tmp_path / "a.csv"
    path.write_text("text,label\none,a\ntwo,b\n", "utf-8")
    data = load_dataset(workspace, path)
    (dataset_folder(workspace, data.fingerprint) / "data.parquet").unlink()
    with pytest.raises(WorkspaceError, match=r"data\.parquet is missing; delete its folder"):
        examples(workspace, data)
    (dataset_folder(workspace, data.fingerprint) / "profile.json").write_text('{"a', "utf-8")
    with pytest.raises(WorkspaceError, match=r"profile\.json is damaged"):
        datasets(workspace)


def test_two_processes_read_one_folder_at_once(workspace: Workspace, tmp_path: Path) -> None:
    """While this process queries, another one loads and reads the same dataset."""
    path = tmp_path / "a.csv"
    path.write_text("text,label\none,a\ntwo,b\n", "utf-8")
    data = load_dataset(workspace, path)
    code = (
        "import sys; from core.workspace import Workspace; from core.datasets import load_dataset\n"
        "from core.workspace.datasets import examples; w = Workspace(sys.argv[1])\n"
        "print(len(examples(w, load_dataset(w, sys.argv[2]))))"
    )
    words = [sys.executable, "-c", code, str(workspace.root), str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as other:
        for _ in range(50):
            assert len(examples(workspace, data)) == 2
        assert other.communicate(timeout=60)[0] == "2\n"
    assert other.returncode == 0
