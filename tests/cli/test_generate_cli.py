import json
from pathlib import Path

import pytest
from messages import plan_text, written
from servers import StubServer, obliging, refusal
from unchanged import unchanged

from core.cli import main
from core.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the messages and a plan that names them beside itself."""
    written(tmp_path)
    (tmp_path / "plan.toml").write_text(plan_text(candidates=25))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command."""
    status = main([*words, "--workspace", str(folder / "workspace")])
    out, err = capsys.readouterr()
    return status, out, err


def test_from_a_plan_to_a_corpus(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """generate, strictness, export: each prints one JSON object with the keys promised."""
    status, out, _ = said(capsys, folder, "generate", str(folder / "plan.toml"), "--json")
    run = json.loads(out)
    assert (status, run["proposed"], run["stopped"]) == (0, 25, "done")
    assert {"run", "proposed", "cost_usd", "calls", "tokens", "stopped"} <= run.keys()
    assert set(run["tokens"]) == {"input", "output", "cached"}
    status, out, _ = said(capsys, folder, "strictness", run["run"], "--json")
    answer = json.loads(out)
    assert status == 0
    assert set(answer["points"][0]) >= {
        "tau",
        "acceptance_rate",
        "precision",
        "coverage",
        "cost_per_accepted_usd",
        "cost_per_good_usd",
    }
    assert set(answer["recommended"]) == {"tau", "why"}
    assert set(answer["calibration"]) == {"method", "ece", "labels"}
    target = folder / "corpus.jsonl"
    export = (
        "export",
        run["run"],
        "--strictness",
        "0.3",
        "--format",
        "openai-chat",
        "-o",
        str(target),
        "--json",
    )
    status, out, _ = said(capsys, folder, *export)
    assert (status, json.loads(out)["rows"]) == (0, len(target.read_text().splitlines()))
    status, _, err = said(capsys, folder, *export)
    assert status == 2
    assert "--force" in err


def test_scores_of_another_critic_are_read_the_same_way(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    """Twelve of twenty are good, the best-scored ones: the best setting accepts them."""
    rows = [f"{0.04 * i:.2f},{int(i > 8)},0.001" for i in range(1, 21)]
    (folder / "s.csv").write_text("\n".join(["score,label,cost_usd", *rows]))
    status, out, _ = said(capsys, folder, "strictness", "--scores", str(folder / "s.csv"), "--json")
    answer = json.loads(out)
    assert status == 0
    assert answer["calibration"]["labels"] == 20
    assert 0.3 < answer["recommended"]["tau"] < 0.8
    assert answer["points"][0]["cost_per_accepted_usd"] == pytest.approx(0.001)
    status, out, _ = said(capsys, folder, "strictness", "--scores", str(folder / "s.csv"))
    assert "Recommended: " in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("generate", "none.toml"), "plan none.toml does not exist"),
        (("generate", "{plan}", "--budget-usd", "-1"), "--budget-usd is -1"),
        (("generate", "{plan}", "--resume", "nope"), "no run 'nope' in this workspace"),
        (("strictness", "nope"), "no run 'nope' in this workspace"),
        (("strictness",), "give either a RUN or --scores"),
        (("strictness", "--scores", "none.csv"), "none.csv does not exist"),
        (("export", "nope", "--strictness", "80", "--format", "csv", "-o", "x.csv"), "nope"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(
    capsys: pytest.CaptureFixture[str], folder: Path, words: tuple[str, ...], sentence: str
) -> None:
    """Nothing on stdout, no traceback."""
    plan = str(folder / "plan.toml")
    status, out, err = said(capsys, folder, *(word.replace("{plan}", plan) for word in words))
    assert (status, out) == (2, "")
    assert sentence in err.splitlines()[-1]
    assert "Traceback" not in err


def test_an_endpoint_that_refuses_the_key_says_so_and_what_to_set(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    """The run is named all the same, so that it can be resumed; the exit status is 2."""
    more = (
        '[generator]\ntype = "openai"\nmodel = "stub"\nbase_url = "{url}"\n[prices]\n'
        "input_usd_per_mtok = 0\noutput_usd_per_mtok = 0\n"
    )
    with StubServer(lambda asked: refusal(401, "no")) as server:
        text = plan_text(candidates=3, more=more.replace("{url}", server.base_url))
        (folder / "plan.toml").write_text(text)
        status, out, err = said(capsys, folder, "generate", str(folder / "plan.toml"), "--json")
        run = json.loads(out)
        assert (status, run["stopped"], run["calls"]) == (2, "failed", 1)
        assert "OPENAI_API_KEY" in err
        server.script = obliging
        status, out, _ = said(
            capsys, folder, "generate", str(folder / "plan.toml"), "--json", "--resume", run["run"]
        )
        assert (status, json.loads(out)["proposed"]) == (0, 3)


def test_an_embedded_generator_may_be_judged_by_a_model(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the judge's calls are paid for."""
    with StubServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        (folder / "plan.toml").write_text(
            plan_text(
                candidates=6,
                more=(
                    '[critics]\njudge = true\njudge_model = "stub"\n[prices]\n'
                    "input_usd_per_mtok = 1\noutput_usd_per_mtok = 1\n"
                ),
            )
        )
        status, out, _ = said(capsys, folder, "generate", str(folder / "plan.toml"), "--json")
        run = json.loads(out)
        assert (status, run["proposed"], run["stopped"]) == (0, 6, "done")
        assert 0 < run["calls"] == len(server.asked)
        assert all(asked.is_for_judge for asked in server.asked)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ('\n[generator]\ntype = "openai"\nmodel = "gpt-9-nope"\n', "no price is known"),
        ("\n[generator]\nconcurrency = 0\n", "concurrency"),
    ],
)
def test_a_plan_that_cannot_run_leaves_the_workspace_as_it_was(
    capsys: pytest.CaptureFixture[str], folder: Path, change: str, why: str
) -> None:
    """An unknown model or an impossible setting is one sentence, and no dataset stays behind."""
    text = (folder / "plan.toml").read_text("utf-8").split("[generator]")[0]
    (folder / "bad.toml").write_text(text + change, "utf-8")
    Workspace(folder / "workspace")
    with unchanged(folder / "workspace"):
        status, out, err = said(capsys, folder, "generate", str(folder / "bad.toml"), "--json")
    assert (status, out) == (2, "")
    assert why in err
    assert "Traceback" not in err
