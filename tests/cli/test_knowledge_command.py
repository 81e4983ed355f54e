import json
from pathlib import Path

import pytest
from servers import Asked, Says, StubServer, chat

from core.cli import main
from core.records import SampleKind
from core.workspace import Workspace
from core.workspace import knowledge as stored
from core.workspace.runs import runs

KIND: SampleKind = "knowledge_triple"
PRICES = ("--input-usd-per-mtok", "1", "--output-usd-per-mtok", "4")


def said(
    capsys: pytest.CaptureFixture[str], folder: Path, *words: str
) -> tuple[int, dict[str, object], str]:
    """Exit status, the JSON object and stderr of a command."""
    status = main(["knowledge", *words, "--json", "--workspace", str(folder / "workspace")])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else {}, err


def reader(asked: Asked) -> Says:
    """States one fact that the chunk holds and one that it does not."""
    shown = asked.question.split("<document>\n")[1].split("\n</document>")[0]
    part = json.loads(shown)
    name = part["text"].split()[1]
    rows = [
        {"subject": name, "relation": "is in", "object": place, "quote": f"{name} is in {place}"}
        for place in ("room 5", "the moon")
    ]
    return chat(json.dumps({"chunk": part["chunk"], "triples": rows}))


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    """A document of twelve chunks, one fact in each."""
    path = tmp_path / "handbook.jsonl"
    lines = [json.dumps({"text": f"The lamp{i} is in room 5."}) for i in range(12)]
    path.write_text("\n".join(lines))
    return path


def test_import_list_check_remove_export(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """From a file to findings and out again; declared relations contradict."""
    file = tmp_path / "facts.csv"
    file.write_text("subject,relation,object\nfee,is,5 EUR\nfee,is,6 EUR\ncard,has,fee\n")
    status, done, _ = said(capsys, tmp_path, "import", str(file))
    assert (status, done["added"], done["triples"], done["findings"]) == (0, 3, 3, 0)
    _, found, _ = said(capsys, tmp_path, "list", "--about", "FEE")
    assert len(found["triples"]) == 3  # type: ignore[arg-type]
    _, found, _ = said(capsys, tmp_path, "check", "--functional", "is")
    assert [f["kind"] for f in found["findings"]] == ["conflict"]  # type: ignore[attr-defined]
    assert said(capsys, tmp_path, "check")[1]["findings"] == []
    said(capsys, tmp_path, "declare", "--functional", "is")
    assert len(said(capsys, tmp_path, "check")[1]["findings"]) == 1  # type: ignore[arg-type]
    _, wrote, _ = said(capsys, tmp_path, "export", str(tmp_path / "out.csv"))
    assert wrote["triples"] == 3
    assert said(capsys, tmp_path, "remove", "facts.csv")[1]["removed"] == 3
    assert said(capsys, tmp_path, "list")[1]["total"] == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("import", "none.csv"), "does not exist"),
        (("remove", "x"), "its sources are: none yet"),
        (("declare",), "--functional REL or --many REL"),
        (("check", "--functional", "x"), "has no relation 'x'"),
        (("extract", "none.txt", "--model", "stub"), "does not exist"),
        (("extract", "none.txt", "--model", "m", "--budget-usd", "-1"), "at least 0"),
    ],
)
def test_bad_input_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: tuple[str, ...], expected: str
) -> None:
    """Exit 2, one sentence on stderr, nothing on stdout."""
    status, out, err = said(capsys, tmp_path, *words)
    assert (status, out) == (2, {})
    assert expected in err
    assert "Traceback" not in err


def test_a_bad_row_imports_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One empty cell in line 3, and the good rows are not half imported."""
    file = tmp_path / "facts.csv"
    file.write_text("subject,relation,object\na,is,b\n,is,c\n")
    status, _, err = said(capsys, tmp_path, "import", str(file))
    assert status == 2
    assert "line 3 has an empty subject" in err
    assert said(capsys, tmp_path, "list")[1]["total"] == 0


def test_only_what_the_document_says_enters_the_graph(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    handbook: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 24 proposed facts the twelve with a true quote enter, with quote, run and candidate."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with StubServer(reader) as server:
        words = ("extract", str(handbook), "--model", "stub", "--base-url", server.base_url)
        status, done, err = said(capsys, tmp_path, *words, *PRICES)
        assert (status, err.count("Traceback")) == (0, 0)
        assert (done["chunks"], done["proposed"], done["grounded"], done["added"]) == (
            12,
            24,
            12,
            12,
        )
        assert done["cost_usd"] == pytest.approx(server.billed_usd(1, 4))
    assert len(done["ungrounded"]) == 12  # type: ignore[arg-type]
    assert "the moon" in done["ungrounded"][0]  # type: ignore[index]
    workspace = Workspace(tmp_path / "workspace")
    found = stored.triples(workspace)
    assert {t.object for t in found} == {"room 5"}
    first = min(found, key=lambda t: t.place)
    assert first.source == "handbook.jsonl"
    assert first.quote == f"{first.subject} is in room 5"
    assert first.candidate_id.startswith(first.run_id)
    assert [r.run.kind for r in runs(workspace)] == [KIND]


def test_an_extraction_that_ran_out_of_budget_goes_on_and_pays_nothing_twice(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    handbook: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a budget for some chunks, then for all: each chunk is asked about once."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with StubServer(reader) as server:
        words = ("extract", str(handbook), "--model", "stub", "--base-url", server.base_url)
        _, some, _ = said(capsys, tmp_path, *words, *PRICES, "--budget-usd", "0.015")
        assert some["stopped"] == "budget"
        assert 0 < int(str(some["added"])) < 12
        again = (*words, *PRICES, "--resume", str(some["run"]))
        _, rest, _ = said(capsys, tmp_path, *again)
        assert rest["stopped"] == "done"
        assert int(str(some["added"])) + int(str(rest["added"])) == 12
        assert len(server.asked) == 12
        _, third, _ = said(capsys, tmp_path, *again)
        assert (third["added"], len(server.asked)) == (0, 12)
        handbook.write_text('{"text": "Another text."}')
        status, _, err = said(capsys, tmp_path, *again)
    assert status == 2
    assert "not from these documents" in err
    assert len(stored.triples(Workspace(tmp_path / "workspace"))) == 12


def test_a_model_without_a_price_is_refused_before_a_call(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, handbook: Path
) -> None:
    """An unknown price is never taken as 0; the message names the options."""
    status, _, err = said(capsys, tmp_path, "extract", str(handbook), "--model", "stub")
    assert status == 2
    assert "--input-usd-per-mtok" in err
