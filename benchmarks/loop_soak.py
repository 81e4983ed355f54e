"""``make soak``: the loop under faults, kills, budgets and load; laws that must hold every time.

Each trial is a real run of a real process against a real server on loopback.
The table says what was found; a law that does not hold ends with status 1.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.loop_run import NoCritics, Variants, YesJudge, plan_at, prices_of, saved_run
from benchmarks.loop_speed import ROOT, account, endpoint
from core.analysis.ledger import verify_run
from core.loop.asking import RetryPolicy
from core.loop.engine import run_generation
from core.workspace import Workspace, ledger
from core.workspace.run_folder import run_ids
from core.workspace.runs import RunSummary, run_summary

_CENT = 0.01
_QUICK = RetryPolicy(first_wait_seconds=0.05, longest_wait_seconds=0.5)
_RUN = """
import sys
from benchmarks.loop_soak import carried_out
carried_out(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one kind of trial found."""

    what: str
    found: str
    holds: bool


def carried_out(folder: str, address: str, calls: int, at_once: int) -> RunSummary:
    """A run of plain questions, new or gone on with."""
    workspace, plan = Workspace(folder), plan_at(address, calls, at_once)
    known = run_ids(workspace)
    run = run_summary(workspace, known[0]).run if known else saved_run(workspace, plan)
    return run_generation(
        workspace,
        run,
        plan,
        Variants.of(calls),
        NoCritics(),
        prices_of(plan),
        budget_usd=plan.budget_usd,
        retry=_QUICK,
    )


def kills(trials: int = 20, calls: int = 400, at_once: int = 16) -> Finding:
    """kill -9 at a random moment, then resume, while another process reads."""
    dice, repeated, most, wrong = random.Random(2026), 0, 0, []
    for trial in range(trials):
        with tempfile.TemporaryDirectory() as folder, endpoint("--latency", "0.05") as address:
            command = [sys.executable, "-c", _RUN, folder, address, str(calls), str(at_once)]
            child = subprocess.Popen(command, cwd=ROOT)
            reading = threading.Event()
            reader = threading.Thread(target=_read, args=(folder, reading, wrong))
            reader.start()
            at = dice.randrange(1, calls)
            while account(address)["answers"] < at and child.poll() is None:
                time.sleep(0.002)
            child.kill()
            child.wait()
            time.sleep(0.1)  # What the server had begun is answered, and on the bill.
            billed, workspace = account(address)["answers"], Workspace(folder)
            (run_id,) = run_ids(workspace)
            settled = {c.call_id for c in ledger.calls(workspace, run_id) if c.outcome == "ok"}
            held = {c.candidate_id for c in ledger.candidates(workspace, run_id)}
            done = carried_out(folder, address, calls, at_once)
            reading.set()
            reader.join()
            after = {c.candidate_id for c in ledger.candidates(workspace, run_id)}
            again = account(address)["repeated"]
            repeated, most = repeated + again, max(most, again)
            checks = verify_run(workspace, run_id)
            if not (held <= after and len(after) == calls and done.stopped == "done"):
                wrong.append(f"trial {trial}: candidates lost")
            if again > min(at_once, billed - len(settled)):
                wrong.append(f"trial {trial}: {again} calls repeated, {len(settled)} were settled")
            wrong += [f"trial {trial}: {c.name}: {c.found}" for c in checks.checks if not c.ok]
    found = f"{trials} kills of {calls} calls, {at_once} at once, a reader meanwhile: "
    found += f"{repeated} calls repeated in all, {most} at most, 0 candidates lost"
    return Finding("kill -9 and resume", "; ".join(wrong[:3]) or found, not wrong)


def _read(folder: str, ends: threading.Event, wrong: list[str]) -> None:
    """Read the runs again and again, as a dashboard does."""
    workspace = Workspace(folder)
    while not ends.is_set():
        try:
            for run_id in run_ids(workspace):
                run_summary(workspace, run_id)
                ledger.acceptance(workspace, run_id, [0.5])
        except Exception as error:
            wrong.append(f"a reader failed: {error}")
            return


def faults(calls: int = 2_000, at_once: int = 64) -> Finding:
    """One answer in five is faulty; every candidate ends, and the ledger equals the bill."""
    options = ("--latency", "0.02", "--fault-share", "0.2", "--retry-after", "0.05")
    with tempfile.TemporaryDirectory() as folder, endpoint(*options) as address:
        done = carried_out(folder, address, calls, at_once)
        bill, workspace = _bill(address), Workspace(folder)
        rows = ledger.calls(workspace, done.run_id)
        given_up = {r.candidate_index for r in rows} - {
            c.index for c in ledger.candidates(workspace, done.run_id)
        }
        reasons = {r.candidate_index for r in rows if r.outcome != "ok" and r.reason}
        ended = done.proposed + len(given_up & reasons)
        holds = ended == calls and abs(done.cost_usd - bill) < _CENT / 100
        checks = verify_run(workspace, done.run_id)
    return Finding(
        "20 % random faults",
        f"{calls} candidates: {done.proposed} proposed, {len(given_up)} given up with a reason, "
        f"{done.calls} attempts; ledger {done.cost_usd:.6f} USD, server's bill {bill:.6f} USD, "
        f"{done.unsettled_usd:.6f} USD in doubt (answers cut off on their way)",
        holds and checks.ok,
    )


def _bill(address: str) -> float:
    told = account(address)
    return (told["input_tokens"] * 1.0 + told["output_tokens"] * 4.0) / 1e6


def budgets(trials: int = 50) -> Finding:
    """Random budgets, prices and faults: nothing is spent beyond the budget."""
    dice, wrong, tightest = random.Random(7), [], 0.0
    for trial in range(trials):
        share = f"{dice.choice((0.0, 0.1, 0.3))}"
        options = ("--latency", "0.005", "--fault-share", share, "--retry-after", "0.01")
        with tempfile.TemporaryDirectory() as folder, endpoint(*options) as address:
            workspace = Workspace(folder)
            plan = plan_at(address, 150, dice.choice((1, 8, 32)))
            prices = {
                "input_usd_per_mtok": dice.uniform(0, 30),
                "output_usd_per_mtok": dice.uniform(0, 90),
            }
            whole = 150 * (120 * prices["input_usd_per_mtok"] + 30 * prices["output_usd_per_mtok"])
            plan = replace(plan, prices=prices, budget_usd=dice.uniform(0, 1.5) * whole / 1e6)
            run = saved_run(workspace, plan)
            done = run_generation(
                workspace,
                run,
                plan,
                Variants.of(150),
                NoCritics(),
                prices_of(plan),
                budget_usd=plan.budget_usd,
                retry=_QUICK,
            )
            limit, spent = plan.budget_usd or 0.0, done.cost_usd + done.unsettled_usd
            rows = ledger.calls(workspace, run.run_id)
            if spent > limit + 1e-9:
                wrong.append(f"trial {trial}: {spent} of {limit}")
            if abs(sum(row.cost_usd for row in rows) - done.cost_usd) > 1e-9:
                wrong.append(f"trial {trial}: calls do not sum to the run")
            tightest = max(tightest, spent / limit if limit else 0.0)
    found = f"{trials} runs: none spent more than its budget; the fullest used {tightest:.1%} of it"
    return Finding("random budgets", "; ".join(wrong[:3]) or found, not wrong)


def poison(calls: int = 300) -> Finding:
    """One prompt in 50 is always refused: only that candidate is lost, and it is asked once."""
    options = ("--latency", "0.01", "--poison-every", "50")
    with tempfile.TemporaryDirectory() as folder, endpoint(*options) as address:
        done = carried_out(folder, address, calls, 16)
        told = account(address)
        refused = told["outcomes"].get("poison", 0)
        rows = [r for r in ledger.calls(Workspace(folder), done.run_id) if r.outcome == "refused"]
    holds = done.proposed == calls - refused and told["requests"] == calls
    holds &= len(rows) == refused and all(row.reason for row in rows)
    return Finding(
        "prompts that are always refused",
        f"{refused} of {calls} refused, each asked once and named; {done.proposed} kept",
        holds,
    )


def memory(calls: int = 10_000, at_once: int = 256) -> Finding:
    """Generator and critic together, many calls at once: memory stays flat."""
    sizes: list[float] = []

    def note(done: int, total: int, what: str) -> None:
        if done >= len(sizes) * total // 5:
            sizes.append(_resident_mb())

    with tempfile.TemporaryDirectory() as folder, endpoint("--latency", "0.05") as address:
        workspace, plan = Workspace(folder), plan_at(address, calls, at_once)
        run = saved_run(workspace, plan, critics=("judge",))
        started = time.perf_counter()
        done = run_generation(
            workspace,
            run,
            plan,
            Variants.of(calls),
            NoCritics(),
            prices_of(plan),
            judge=YesJudge(),
            budget_usd=1_000.0,
            progress=note,
        )
        seconds, told = time.perf_counter() - started, account(address)
    grown = sizes[-1] - sizes[1]
    return Finding(
        f"{calls} candidates, generator and critic, {at_once} at once",
        f"{told['requests']} calls in {seconds:.0f} s; resident "
        f"{' → '.join(f'{size:.0f}' for size in sizes)} MB at each fifth, "
        f"{_resident_mb():.0f} after packing; the server saw {told['most_in_flight']} at once",
        told["most_in_flight"] <= at_once and grown < 40 and done.proposed == calls,
    )


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> int:
    """Every kind of trial, one after the other."""
    kinds: list[Callable[[], Finding]] = [memory, faults, poison, budgets, kills]
    lines = ["## The loop under load, faults, budgets and kills", "", "| trial | found | holds |"]
    lines.append("|---|---|---|")
    holds = True
    for kind in kinds:
        finding = kind()
        holds &= finding.holds
        lines.append(f"| {finding.what} | {finding.found} | {'yes' if finding.holds else 'NO'} |")
        print(lines[-1], flush=True)
    (ROOT / "benchmarks" / "soak.md").write_text("\n".join(lines) + "\n", "utf-8")
    print(json.dumps({"holds": holds}))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
