"""Runs that an earlier version wrote are read by every reader: columns it lacked get defaults."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from core.analysis.ledger import verify_run
from core.analysis.spending import spending_of
from core.analysis.strictness.answer import strictness_of_run
from core.cli import main
from core.errors import WorkspaceError
from core.workspace import Workspace, ledger
from core.workspace.journal import RunWriter
from core.workspace.run_folder import CLOSING, JOURNAL, load_run
from core.workspace.runs import run_summary, runs

DATA = Path(__file__).parent / "data"
RUN = "20261101-090000-aaaaaa"
SCHEMA_1 = {
    "calls": 'call_id, run_id, CAST("at" AS TIMESTAMP) AS "at", role, model, attempt, '
    "candidate_index, input_tokens, output_tokens, cached_tokens, reasoning_tokens, counted_by, "
    "cost_usd, unsettled_usd, price_source, latency_seconds, outcome, reason",
    "candidates": 'candidate_id, run_id, "index", kind, label, CAST(content AS JSON) AS content, '
    "written_by, call_id, parents",
    "critiques": "candidate_id, run_id, critic, score, reason, call_id",
    "reservations": 'call_id, run_id, CAST("at" AS TIMESTAMP) AS "at", role, model, attempt, '
    "candidate_index, reserved_usd",
}
"""The columns of the packed files that schema 1 had."""


def pack_as_schema_1(folder: Path) -> None:
    """Close the run as its own version did: Parquet of its columns, totals without hashes."""
    journal = folder / JOURNAL
    with duckdb.connect() as connection:
        for table, columns in SCHEMA_1.items():
            fact = table.removesuffix("s")
            connection.execute(
                f"COPY (SELECT {columns} FROM read_json('{journal}', "
                f"format = 'newline_delimited') WHERE fact = '{fact}') "
                f"TO '{folder / table}.parquet' (FORMAT parquet)"
            )
    totals = {
        "proposed": 3,
        "calls": 4,
        "cost_usd": 0.00156,
        "unsettled_usd": 0.0024,
        "input_tokens": 1200,
        "output_tokens": 90,
        "cached_tokens": 300,
    }
    closing = {"schema": 1, "at": "2026-11-01T09:00:09", "stopped": "cancelled", "totals": totals}
    (folder / CLOSING).write_text(json.dumps({**closing, "why": "stopped by the user"}))
    journal.unlink()


@pytest.fixture(params=["its journal", "its packed files"])
def earlier(tmp_path: Path, request: pytest.FixtureRequest) -> Workspace:
    """A workspace of schema 1 with one run: four calls, three candidates, one call in the air."""
    shutil.copytree(DATA / "schema1", tmp_path / "workspace")
    if request.param == "its packed files":
        pack_as_schema_1(tmp_path / "workspace/runs" / RUN)
    return Workspace(tmp_path / "workspace")


def test_the_ledger_reads_schema_1(earlier: Workspace) -> None:
    """Every fact is there; nothing was saved, nothing hashed, no model said, no batch made."""
    run = load_run(earlier, RUN)
    assert (run.schema, run.critics, run.versions, run.estimate) == (
        1,
        ("format", "duplicate"),
        {},
        {},
    )
    calls = ledger.calls(earlier, RUN)
    assert [call.candidate_index for call in calls] == [0, 1, 2, 3]
    assert {(c.saved_usd, c.request_key, c.response_hash, c.model_said) for c in calls} == {
        (0.0, "", "", "")
    }
    assert {call.usage.cache_write_tokens for call in calls} == {0}
    assert calls[0].usage.cached_tokens == 100
    assert (calls[3].outcome, calls[3].unsettled_usd) == ("failed", 0.0012)
    candidates = ledger.candidates(earlier, RUN)
    assert candidates[2].content == {"text": "bitte sperrt meine Karte, né 2"}
    assert {(c.parents, tuple(c.extras)) for c in candidates} == {(("3", "7"), ())}
    assert [c.score for c in ledger.critiques(earlier, RUN)] == [0.9, 1.0, 0.8, 0.2, None, 1.0]
    assert [r.candidate_index for r in ledger.open_reservations(earlier, RUN)] == [4]
    assert ledger.reserved_usd(earlier, RUN)[f"{RUN}/3/generator/1"] == 0.0012
    assert ledger.batches(earlier, RUN) == []


def test_frames_and_sums_of_schema_1_are_those_of_the_present(earlier: Workspace) -> None:
    """3 x $0.00052 paid; $0.0012 of a lost answer and as much of one in the air are in doubt."""
    totals = ledger.totals(earlier, RUN)
    assert totals["cost_usd"] == pytest.approx(0.00156)
    assert totals["unsettled_usd"] == pytest.approx(0.0024)
    assert (totals["calls"], totals["proposed"], totals["saved_usd"]) == (4, 3, 0)
    frame = ledger.candidates_frame(earlier, RUN)
    assert frame["score"].iloc[:2].tolist() == [0.9, 0.2]
    assert frame["score"].isna().tolist() == [False, False, True]
    assert frame["cost_usd"].tolist() == pytest.approx([0.00052] * 3)
    assert len(ledger.critiques_frame(earlier, RUN)) == 6
    assert set(ledger.calls_frame(earlier, RUN)["saved_usd"]) == {0.0}
    accepted = ledger.acceptance(earlier, RUN, [0.0, 0.5])
    assert accepted["accepted"].tolist() == [2, 1]
    assert accepted["cost_per_accepted_usd"].tolist() == pytest.approx([0.00078, 0.00156])


def test_summaries_and_answers_over_schema_1(earlier: Workspace) -> None:
    """The list of runs, what was paid for what, and the strictness curve."""
    (listed,) = runs(earlier)
    summary = run_summary(earlier, RUN)
    assert listed == summary
    assert (summary.wanted, summary.proposed, summary.strictness) == (5, 3, 0.5)
    assert (summary.saved_usd, summary.damage) == (0.0, "")
    spent = spending_of(earlier, RUN)
    assert spent.cost_usd == pytest.approx(0.00156)
    assert [(line.outcome, line.calls) for line in spent.lines] == [("failed", 1), ("ok", 3)]
    assert spent.reasons == (("no answer within 60 s", 1),)
    points = strictness_of_run(earlier, RUN).points
    assert next(p for p in points if p.tau == 0.5).accepted == 1


def test_the_ledger_of_schema_1_is_verified_as_far_as_it_goes(earlier: Workspace) -> None:
    """What it did not keep is said, and is no fault; what it kept must hold."""
    found = {check.name: check for check in verify_run(earlier, RUN).checks}
    assert [name for name, check in found.items() if not check.ok] == []
    assert found["plan"].found == "its digest is of an earlier version"
    assert found["files"].found in ("not packed yet", "packed by a version that kept no hashes")
    assert found["prices"].found == "3 of 3 costs follow from their tokens"
    assert found["texts"].found == "0 texts give their hashes"
    assert found["budget"].found == "$0.00396 at most of $0.02"


def test_commands_over_schema_1_end_well(
    earlier: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """runs, ledger show, ledger verify, strictness."""
    for command in (
        ["runs"],
        ["ledger", "show", RUN],
        ["ledger", "verify", RUN],
        ["strictness", RUN],
    ):
        assert main([*command, "--json", "--workspace", str(earlier.root)]) == 0
        json.loads(capsys.readouterr().out)


def test_a_run_of_schema_1_is_closed_by_the_present_version(earlier: Workspace) -> None:
    """Facts of both versions lie side by side, and packing changes none of them."""
    before = ledger.calls(earlier, RUN), ledger.candidates(earlier, RUN)
    with RunWriter(earlier, RUN) as writer:
        assert (ledger.calls(earlier, RUN), ledger.candidates(earlier, RUN)) == before
        writer.close("cancelled", "enough")
    assert (ledger.calls(earlier, RUN), ledger.candidates(earlier, RUN)) == before
    assert verify_run(earlier, RUN).ok


@pytest.mark.parametrize(("file", "what"), [("run.json", "run"), ("workspace.json", "workspace")])
def test_what_a_newer_version_wrote_is_refused_in_a_sentence(
    tmp_path: Path, file: str, what: str
) -> None:
    """A reader that cannot know what columns mean does not guess."""
    shutil.copytree(DATA / "schema1", tmp_path / "workspace")
    path = next((tmp_path / "workspace").rglob(file))
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 99}))
    with pytest.raises(WorkspaceError, match=f"{what} .* was made by a newer version.*update"):
        run_summary(Workspace(tmp_path / "workspace"), RUN)
