"""A ledger that says what was written is told from one that does not, and the check is named."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from driving import by_content, drive, new_run, plan_for
from servers import Asked, Says, StubServer

from core.analysis.ledger import verify_run
from core.cli import main
from core.errors import Cancelled
from core.workspace import Workspace
from core.workspace.exchanges import TEXTS
from core.workspace.journal import RunWriter
from core.workspace.run_folder import CLOSING, JOURNAL, run_folder


def broken(workspace: Workspace, run_id: str) -> list[str]:
    """The names of the checks that do not hold."""
    return [check.name for check in verify_run(workspace, run_id).checks if not check.ok]


def finished(workspace: Workspace, more: str = "") -> str:
    """A healthy run of six candidates and their verdicts, packed."""
    with StubServer(by_content) as server:
        return drive(workspace, plan_for(server, 6, judge=True, more=more)).run_id


def interrupted(workspace: Workspace) -> str:
    """A run whose writer is gone and whose journal is still there."""

    class GoneError(Exception):
        """The process ends."""

    def dies(done: int, total: int, what: str) -> None:
        if done >= 4:
            raise GoneError

    with StubServer(by_content) as server:
        plan = plan_for(server, 8)
        run = new_run(workspace, plan)
        with pytest.raises(GoneError):
            drive(workspace, plan, run, progress=dies)
    return run.run_id


@pytest.mark.parametrize("policy", ["keep", "hash", "drop"])
def test_a_healthy_run_holds_and_its_rerun_from_the_cache_too(
    workspace: Workspace, policy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """All ten checks, whatever is kept of texts; the command ends with 0."""
    with StubServer(by_content) as server:
        plan = plan_for(server, 6, judge=True, more=f'[ledger]\ntexts = "{policy}"\n')
        runs = [drive(workspace, plan).run_id, drive(workspace, plan).run_id]
        assert len(server.asked) == (12 if policy == "keep" else 24)
    for run_id in runs:
        command = ["ledger", "verify", run_id, "--json", "--workspace", str(workspace.root)]
        assert main(command) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["ok"] is True
        assert len(facts["checks"]) == 10


def test_a_run_that_was_killed_and_resumed_holds(workspace: Workspace) -> None:
    """While it is open, and after it went on."""
    with StubServer(by_content) as server:
        plan = plan_for(server, 12, judge=True, concurrency=6)
        run = new_run(workspace, plan)

        class GoneError(Exception):
            """The process ends."""

        def dies(done: int, total: int, what: str) -> None:
            if done >= 4:
                raise GoneError

        with pytest.raises(GoneError):
            drive(workspace, plan, run, progress=dies)
        assert broken(workspace, run.run_id) == []
        assert drive(workspace, plan, run).proposed == 12
    assert broken(workspace, run.run_id) == []


def test_a_cancelled_run_holds(workspace: Workspace) -> None:
    """It closed in order, with less than was wanted."""

    def stops(done: int, total: int, what: str) -> None:
        if done >= 3:
            raise Cancelled

    with StubServer(by_content) as server:
        plan = plan_for(server, 40, judge=True)
        run_id = drive(workspace, plan, progress=stops).run_id
    assert broken(workspace, run_id) == []


def repack(workspace: Workspace, run_id: str, table: str, change: str) -> None:
    """Rewrite a packed table by SQL over ``facts``."""
    path = run_folder(workspace, run_id) / f"{table}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE facts AS FROM read_parquet('{path}')")
        connection.execute(change)
        connection.execute(f"COPY facts TO '{path}' (FORMAT parquet)")


def forget_hashes(workspace: Workspace, run_id: str, **totals: float) -> None:
    """A forger who also takes the hashes out and puts other totals in."""
    path = run_folder(workspace, run_id) / CLOSING
    facts = json.loads(path.read_text())
    del facts["files"]
    facts["totals"] |= totals
    path.write_text(json.dumps(facts))


@pytest.mark.parametrize(
    ("table", "change", "also"),
    [
        ("calls", "UPDATE facts SET cost_usd = cost_usd / 2", {"totals", "prices"}),
        ("candidates", "UPDATE facts SET label = 'another'", set()),
        ("candidates", 'DELETE FROM facts WHERE "index" = 3', {"totals", "every answer used"}),
        ("critiques", "UPDATE facts SET score = 1.0", set()),
        ("critiques", "DELETE FROM facts WHERE critic = 'judge'", {"every answer used"}),
        ("reservations", "UPDATE facts SET reserved_usd = 0.0001", {"reserved before sent"}),
        ("calls", "INSERT INTO facts FROM facts LIMIT 1", {"totals", "each call once"}),
    ],
)
def test_a_packed_file_that_was_changed_is_named(
    workspace: Workspace, table: str, change: str, also: set[str]
) -> None:
    """Its hash differs; and what no longer follows from the rows fails besides."""
    run_id = finished(workspace)
    repack(workspace, run_id, table, change)
    found = {check.name: check for check in verify_run(workspace, run_id).checks}
    assert f"{table}.parquet" in found["files"].found
    assert {name for name, check in found.items() if not check.ok} == {"files", *also}


def test_one_changed_byte_of_a_packed_file_is_enough(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with 2 and names the run and the check."""
    run_id = finished(workspace)
    path = run_folder(workspace, run_id) / "reservations.parquet"
    data = bytearray(path.read_bytes())
    place = data.index(b"stub")
    data[place] ^= 1
    path.write_bytes(bytes(data))
    command = ["ledger", "verify", run_id, "--workspace", str(workspace.root)]
    assert main(command) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.endswith(f"the ledger of run {run_id} does not hold: files.")


def test_a_packed_file_that_is_gone_is_named(workspace: Workspace) -> None:
    """A run without its critiques is no whole run."""
    run_id = finished(workspace)
    (run_folder(workspace, run_id) / "critiques.parquet").unlink()
    assert broken(workspace, run_id) == ["files", "every answer used"]


def test_a_total_that_was_edited_does_not_follow_from_the_rows(workspace: Workspace) -> None:
    """$0.006 more in closing.json, the hashes as they were."""
    run_id = finished(workspace)
    path = run_folder(workspace, run_id) / CLOSING
    facts = json.loads(path.read_text())
    facts["totals"]["cost_usd"] += 0.006
    path.write_text(json.dumps(facts))
    (wrong,) = [c for c in verify_run(workspace, run_id).checks if not c.ok]
    assert wrong.name == "totals"
    assert "cost_usd differ from the rows" in wrong.found


def test_a_forger_who_fits_the_totals_is_caught_by_the_prices(workspace: Workspace) -> None:
    """Costs halved, the total halved, no hashes: tokens at the price give something else."""
    run_id = finished(workspace)
    total = verify_run(workspace, run_id).cost_usd
    repack(workspace, run_id, "calls", "UPDATE facts SET cost_usd = cost_usd / 2")
    forget_hashes(workspace, run_id, cost_usd=total / 2)
    assert broken(workspace, run_id) == ["prices"]


def test_a_reservation_that_is_missing_is_named_with_its_call(workspace: Workspace) -> None:
    """No call may be sent before its money is set aside."""
    run_id = finished(workspace)
    name = f"{run_id}/2/generator/1"
    repack(workspace, run_id, "reservations", f"DELETE FROM facts WHERE call_id = '{name}'")
    forget_hashes(workspace, run_id)
    (wrong,) = [c for c in verify_run(workspace, run_id).checks if not c.ok]
    assert (wrong.name, wrong.found) == (
        "reserved before sent",
        f"sent without being reserved: {name}",
    )


@pytest.mark.parametrize("column", ["request", "response"])
def test_a_text_that_was_edited_does_not_give_its_hash(workspace: Workspace, column: str) -> None:
    """One of twelve kept texts has a word more."""
    run_id = finished(workspace)
    with sqlite3.connect(workspace.root / TEXTS) as connection:
        key, call_id = connection.execute(
            "SELECT request_key, call_id FROM exchanges ORDER BY call_id LIMIT 1"
        ).fetchone()
        connection.execute(
            f"UPDATE exchanges SET {column} = {column} || ' indeed' WHERE request_key = ?", (key,)
        )
    connection.close()
    (wrong,) = [c for c in verify_run(workspace, run_id).checks if not c.ok]
    assert (wrong.name, wrong.found) == ("texts", f"changed texts of {call_id}")


def edited(journal: Path, before: bytes, after: bytes) -> None:
    """Change the first such place of the journal."""
    data = journal.read_bytes()
    assert before in data
    journal.write_bytes(data.replace(before, after, 1))


def test_an_edited_line_of_the_journal_is_found_before_it_is_packed(workspace: Workspace) -> None:
    """A call for a tenth of its price; a line that is no JSON any more."""
    run_id = interrupted(workspace)
    journal = run_folder(workspace, run_id) / JOURNAL
    assert broken(workspace, run_id) == []
    edited(journal, b'"cost_usd":0.00052', b'"cost_usd":0.000052')
    assert broken(workspace, run_id) == ["prices"]
    edited(journal, b'{"schema"', b"<schema>")
    assert broken(workspace, run_id) == ["journal"]


def test_an_edited_journal_does_not_become_sound_by_being_packed(workspace: Workspace) -> None:
    """Its hashes fit then, and its prices still do not."""
    run_id = interrupted(workspace)
    edited(run_folder(workspace, run_id) / JOURNAL, b'"cost_usd":0.00052', b'"cost_usd":0.000052')
    with RunWriter(workspace, run_id) as writer:
        writer.close("cancelled")
    assert broken(workspace, run_id) == ["prices"]


def test_a_plan_that_was_edited_does_not_give_its_digest(workspace: Workspace) -> None:
    """Another seed in run.json than the one that was recorded with it."""
    run_id = finished(workspace)
    path = run_folder(workspace, run_id) / "run.json"
    facts = json.loads(path.read_text())
    facts["plan"]["seed"] = 77
    path.write_text(json.dumps(facts))
    assert broken(workspace, run_id) == ["plan"]


def test_a_run_that_passed_its_budget_is_named(workspace: Workspace) -> None:
    """$0.00624 were spent; a budget of $0.001 in the note of what was asked does not hold."""
    with StubServer(by_content) as server:
        plan = replace(plan_for(server, 6, judge=True), budget_usd=1.0)
        run_id = drive(workspace, plan, budget_usd=1.0).run_id
    assert broken(workspace, run_id) == []
    path = run_folder(workspace, run_id) / "asked.json"
    facts = json.loads(path.read_text())
    path.write_text(json.dumps(facts | {"budget_usd": 0.001}))
    assert broken(workspace, run_id) == ["budget"]


def test_verdicts_of_a_model_are_checked_as_well(workspace: Workspace) -> None:
    """A judge whose texts are kept beside the generator's: twelve texts give their hashes."""
    asked: list[Asked] = []

    def script(one: Asked) -> Says:
        asked.append(one)
        return by_content(one)

    with StubServer(script) as server:
        run_id = drive(workspace, plan_for(server, 6, judge=True)).run_id
    found = {check.name: check.found for check in verify_run(workspace, run_id).checks}
    assert found["texts"] == f"{len(asked)} texts give their hashes"
    assert len(asked) == 12
