"""Labels as CSV: sheets that go out and come back, and files that are refused whole."""

import csv
from pathlib import Path

import pytest
from judged_run import RUN, judged_run

from core.analysis.labels.files import import_labels
from core.analysis.labels.settled import settled
from core.analysis.labels.sheets import export_labels, export_sheet, settled_csv
from core.analysis.scores import read_scores
from core.errors import DataError, InputError
from core.workspace import Workspace
from core.workspace.human_labels import labels_of

SCORES: list[float | None] = [1 / 3 + i / 30 for i in range(12)]


@pytest.fixture
def run(workspace: Workspace) -> str:
    """Twelve judged candidates."""
    return judged_run(workspace, SCORES)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """A file of rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def plain(path: Path, text: str) -> Path:
    """A file of this text, with RUN standing for the run."""
    path.write_text(text.replace("RUN", RUN), "utf-8")
    return path


def test_a_sheet_goes_out_blind_and_comes_back_as_labels_drawn_by_chance(
    workspace: Workspace, run: str, tmp_path: Path
) -> None:
    """No score in it; formulas are inert; empty rows wait; the same file adds nothing twice."""
    path = tmp_path / "sheet.csv"
    done = export_sheet(workspace, run, path, n=4)
    assert (done.rows, done.to_label) == (4, 4)
    rows = read(path)
    assert "score" not in rows[0]
    assert rows[0]["text"].startswith("'=stop my card")
    assert {row["drawn"] for row in rows} == {str(SCORES[6])}
    for row, label in zip(rows, ("1", "0", "good", ""), strict=True):
        row["label"] = label
    found = import_labels(workspace, run, write(tmp_path / "back.csv", rows), "Anna")
    assert (found.added, found.drawn, found.by_hand, found.empty) == (3, 3, 0, 1)
    said = settled(workspace, run)
    assert said.labels == {r["candidate"]: r["label"] != "0" for r in rows[:3]}
    assert said.drawn_by_chance == 3
    again = import_labels(workspace, run, tmp_path / "back.csv", "Anna")
    assert (again.added, again.unchanged) == (0, 3)
    assert settled(workspace, run).acts == 3
    rest = export_sheet(workspace, run, tmp_path / "rest.csv", n=99)
    assert rest.to_label == 3
    assert rows[3]["candidate"] in {row["candidate"] for row in read(tmp_path / "rest.csv")}


def test_a_spreadsheet_that_keeps_fifteen_digits_does_no_harm(
    workspace: Workspace, run: str, tmp_path: Path
) -> None:
    """The limit is the score again that it was."""
    export_sheet(workspace, run, tmp_path / "sheet.csv", n=6)
    rows = read(tmp_path / "sheet.csv")
    for row in rows:
        row["label"], row["drawn"] = "1", f"{float(row['drawn']):.15g}"
    import_labels(workspace, run, write(tmp_path / "back.csv", rows), "Anna")
    assert set(settled(workspace, run).drawn.values()) == {SCORES[6]}


def test_labels_of_candidates_picked_by_hand_certify_nothing(
    workspace: Workspace, run: str, tmp_path: Path
) -> None:
    """They calibrate; once they come up in a sheet they count as drawn."""
    text = "candidate_id;good;labeller\nRUN/0;0;Anna\nRUN/11;1;Anna\nRUN/10;yes;Bo\n"
    found = import_labels(workspace, run, plain(tmp_path / "hand.csv", text))
    assert (found.added, found.drawn, found.by_hand) == (3, 0, 3)
    assert found.labellers == ("Anna", "Bo")
    assert settled(workspace, run).drawn_by_chance == 0
    export_sheet(workspace, run, tmp_path / "sheet.csv", n=99, pool="all")
    rows = read(tmp_path / "sheet.csv")
    assert sum(row["note"] == "came up in the draw" for row in rows) == 3
    for row in rows:
        row["label"] = "" if row["note"] else "1"
    import_labels(workspace, run, write(tmp_path / "back.csv", rows), "Cleo")
    said = settled(workspace, run)
    assert said.drawn_by_chance == 12
    assert said.labellers == {"Cleo": 9, "Anna": 2, "Bo": 1}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("candidate,label\nRUN/1,maybe\n", "line 2, column label: found 'maybe', expected 1"),
        ("candidate,label\nRUN/1,1\nRUN/99,1\n", "line 3, column candidate: found 'RUN/99'"),
        ("candidate,label\n,1\n", "line 2, column candidate: found nothing"),
        ("candidate,label,drawn\nRUN/1,1,x\n", "line 2, column drawn: found 'x'"),
        ("candidate,label,drawn\nRUN/1,1,0.9\n", "line 2, column drawn: found 0.9, expected at"),
        ("candidate,label,of\nRUN/1,1,few\n", "line 2, column of: found 'few'"),
        (
            "candidate,label\nRUN/1,1\nRUN/2,0\nRUN/1,0\n",
            "'Anna' calls candidate 'RUN/1' good in line 2 and bad in line 4",
        ),
        ("candidate,text\nRUN/1,x\n", "expected the column label"),
        ("text\nx\n", "expected the columns candidate and label"),
        ("candidate,label\nRUN/1,\n", "holds no label"),
        ("candidate,label\nRUN/1,1,extra\n", "line 2 has 3 cells"),
        ('candidate,label\n"RUN/1,1\n', "put quotation marks"),
        ("candidate,label,labelled_by\nRUN/1,1,model\n", "line 2: labels by 'model' are refused"),
        ("candidate,label,labeller\nRUN/1,1,gpt-4o\n", "line 2: labels by 'gpt-4o' are refused"),
        ("candidate,label,labelled_by\nRUN/1,1,stub-writer\n", "a model that made or judged"),
    ],
)
def test_a_bad_file_is_one_sentence_and_leaves_everything_as_it_was(
    workspace: Workspace, run: str, tmp_path: Path, text: str, sentence: str
) -> None:
    """Where, what was found, what was expected; the good rows are not taken either."""
    good = "candidate,label\nRUN/5,1\n"
    import_labels(workspace, run, plain(tmp_path / "good.csv", good), "Anna")
    before = labels_of(workspace, run)
    with pytest.raises(InputError) as error:
        import_labels(workspace, run, plain(tmp_path / "bad.csv", text), "Anna")
    assert sentence.replace("RUN", RUN) in str(error.value)
    assert str(error.value).startswith("bad.csv")
    assert labels_of(workspace, run) == before


def test_every_bad_cell_is_named_and_a_flood_is_counted(
    workspace: Workspace, run: str, tmp_path: Path
) -> None:
    """Five places, then how many more."""
    rows = "".join(f"RUN/{i},perhaps\n" for i in range(8))
    with pytest.raises(DataError, match=r"line 6, column label.*; and 3 more"):
        import_labels(workspace, run, plain(tmp_path / "b.csv", f"candidate,label\n{rows}"), "A")


def test_a_binary_a_folder_and_a_missing_file_are_said(
    workspace: Workspace, run: str, tmp_path: Path
) -> None:
    """No traceback, whatever the file is."""
    (tmp_path / "b.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    for path in (tmp_path / "b.csv", tmp_path, tmp_path / "none.csv"):
        with pytest.raises(DataError):
            import_labels(workspace, run, path, "Anna")


def test_what_is_settled_goes_out_as_scores_with_labels(
    workspace: Workspace, run: str, tmp_path: Path
) -> None:
    """The file is one that strictness --scores reads; contested ones have no label."""
    text = "candidate,label,labeller\nRUN/0,0,Anna\nRUN/1,1,Anna\nRUN/1,0,Bo\n"
    import_labels(workspace, run, plain(tmp_path / "in.csv", text))
    done = export_labels(workspace, run, tmp_path / "out.csv")
    assert done.rows == 2
    assert [r["status"] for r in read(tmp_path / "out.csv")] == ["settled", "contested"]
    found = read_scores(str(tmp_path / "out.csv"))
    assert found["label"].tolist()[0] == 0
    assert found["label"].isna().tolist() == [False, True]
    acts = export_labels(workspace, run, tmp_path / "acts.csv", acts=True)
    assert acts.rows == 3
    with pytest.raises(InputError, match="--force"):
        export_labels(workspace, run, tmp_path / "out.csv")


def test_there_is_nothing_to_export_before_anybody_labelled(workspace: Workspace, run: str) -> None:
    """And the sentence says how to begin."""
    with pytest.raises(InputError, match="--sample 50"):
        settled_csv(workspace, run)
