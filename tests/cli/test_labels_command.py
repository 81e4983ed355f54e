"""``datawall labels`` as a program sees it."""

import json
from pathlib import Path

import pytest
from judged_run import RUN, judged_run

from core.cli import main
from core.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a workspace that holds a judged run."""
    judged_run(Workspace(tmp_path / "workspace"), [i / 20 for i in range(20)])
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command."""
    status = main(["labels", *words, "--workspace", str(folder / "workspace")])
    out, err = capsys.readouterr()
    return status, out, err


def test_a_sheet_out_labels_in_and_what_they_come_to(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    """export --sample, import, show: each prints one JSON object."""
    sheet = folder / "sheet.csv"
    status, out, _ = said(
        capsys, folder, "export", RUN, "--sample", "5", "-o", str(sheet), "--json"
    )
    assert (status, json.loads(out)["to_label"]) == (0, 5)
    lines = sheet.read_text("utf-8").splitlines()
    sheet.write_text("\n".join([lines[0], *(x.replace(",,,", ",1,,") for x in lines[1:])]))
    status, out, _ = said(capsys, folder, "import", RUN, str(sheet), "--labeller", "Anna", "--json")
    found = json.loads(out)
    assert (status, found["added"], found["drawn"], found["by_hand"]) == (0, 5, 5, 0)
    hand = folder / "hand.csv"
    hand.write_text(f"candidate,label\n{RUN}/19,0\n{RUN}/18,1\n")
    status, out, _ = said(capsys, folder, "import", RUN, str(hand), "--labeller", "Bo")
    assert status == 0
    assert "2 were picked by hand: they calibrate, but certify nothing." in out
    status, out, _ = said(capsys, folder, "show", RUN, "--json")
    shown = json.loads(out)
    assert status == 0
    assert {"labels", "good", "drawn", "by_hand", "contested", "labellers", "kappa"} <= set(shown)
    assert shown["labellers"] == {"Anna": 5, "Bo": 2}
    assert shown["first_needed"] == 29  # 0.9 to the 29th is the first below one half of 0.1
    status, out, _ = said(capsys, folder, "show", RUN)
    assert "can be certified at all" in out
    status, out, _ = said(capsys, folder, "export", RUN, "-o", str(folder / "all.csv"), "--acts")
    assert (status, len((folder / "all.csv").read_text().splitlines())) == (0, 8)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "nope"), "no run 'nope'"),
        (("import", RUN, "none.csv", "--labeller", "A"), "none.csv does not exist"),
        (("export", RUN, "-o", "x.csv"), "nobody has labelled"),
        (("export", RUN, "-o", "x.csv", "--sample", "0"), "expected 1 or more"),
        (("export", RUN, "-o", "x.csv", "--sample", "5", "--acts"), "exclude each other"),
        (("export", RUN, "-o", "x.csv", "--again"), "add --sample N"),
        (("export", RUN, "-o", "x.csv", "--sample", "5", "--again"), "needs the labeller's name"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    sentence: str,
) -> None:
    """And no file is left behind."""
    monkeypatch.chdir(folder)
    status, out, err = said(capsys, folder, *words)
    assert (status, out) == (2, "")
    assert err.startswith("datawall: ")
    assert sentence in err
    assert not (folder / "x.csv").exists()
    assert len(err.splitlines()) == 1
