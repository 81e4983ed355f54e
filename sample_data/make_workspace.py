"""Make the workspace that a new user opens: every figure in it is measured here.

    python sample_data/make_workspace.py

Loads the messages and the facts of their domain, audits the messages, generates
and criticises candidates for the worst slice with the embedded generator, tests
them on held-out rows, looks for signs of collapse, and writes the scenario. Takes
some minutes on two cores.
"""

import shutil
import sys
from datetime import date
from pathlib import Path

from core.analysis.audit import audit
from core.analysis.chain import SCENARIO_FILE
from core.analysis.evidence import evidence, run_corpus
from core.analysis.generate import generate_from_plan
from core.analysis.knowledge import import_triples
from core.analysis.monitor import monitor, run_rows
from core.assumptions import Assumption, Scenario, scenario_to_toml
from core.datasets import load_dataset
from core.generation.plan import GenerationPlan
from core.units import Unit
from core.workspace import Workspace

HERE = Path(__file__).resolve().parent
LABEL, TARGET, DRAWN_TO, TAU, CANDIDATES, SEED = "intent", 0.85, 0.95, 0.5, 240, 7
STORY = "assumed for the sample's story"
ASSUMED = (
    (
        "price_per_seat",
        14.0,
        14.0,
        14.0,
        Unit.USD_PER_SEAT_MONTH,
        "What an energy supplier pays for one agent's seat in a month.",
    ),
    (
        "requests_per_seat",
        900.0,
        700.0,
        1_150.0,
        Unit.REQUESTS_PER_SEAT_MONTH,
        "Messages that one agent's seat routes in a month.",
    ),
    (
        "error_cost",
        1.0,
        0.5,
        2.0,
        Unit.USD_PER_ERROR,
        "What it costs us when a message of this kind goes to the wrong team: a second agent, a "
        "call back.",
    ),
    (
        "target_gross_margin",
        0.4,
        0.4,
        0.4,
        Unit.FRACTION,
        "The gross margin below which we would not want to sell.",
    ),
)


def say(done: int, total: int, what: str) -> None:
    """Show progress on one line."""
    sys.stderr.write(f"\r{what}: {done} of {total}          ")


def main() -> None:
    """Rebuild ``sample_data/workspace`` from scratch."""
    folder = HERE / "workspace"
    shutil.rmtree(folder, ignore_errors=True)
    workspace = Workspace(folder)
    data = load_dataset(workspace, HERE / "customer_messages.csv")
    import_triples(workspace, HERE / "knowledge.csv")
    audit(workspace, data, label=LABEL, target=DRAWN_TO, seed=0, progress=say)
    worst = audit(workspace, data, label=LABEL, target=TARGET, seed=0).bottleneck.name
    plan = GenerationPlan(
        data=data.fingerprint, label=LABEL, slice=worst, candidates=CANDIDATES, seed=SEED
    )
    run = generate_from_plan(workspace, plan, progress=say)
    evidence(
        workspace,
        data,
        label=LABEL,
        slice_name=worst,
        corpus=run_corpus(workspace, run.run_id, TAU),
        repeats=20,
        seed=0,
        progress=say,
    )
    monitor(
        workspace,
        data,
        run_rows(workspace, [run.run_id], TAU),
        label=LABEL,
        slice_name=worst,
        progress=say,
    )
    assumed = {
        key: Assumption(
            key=key,
            value=value,
            low=low if low < high else None,
            high=high if low < high else None,
            unit=unit,
            source=STORY,
            as_of=date(2026, 11, 22),
            note=note,
        )
        for key, value, low, high, unit, note in ASSUMED
    }
    scenario = Scenario(name="Message routing for an energy supplier", assumptions=assumed)
    workspace.write_text(workspace.path("scenarios", SCENARIO_FILE), scenario_to_toml(scenario))
    for lock in (("runs", run.run_id, "lock"), ("knowledge", "lock")):
        workspace.path(*lock).unlink(missing_ok=True)
    for name in ("jobs", "reports", ".spill"):
        shutil.rmtree(folder / name, ignore_errors=True)
    sys.stderr.write("\n")


if __name__ == "__main__":
    main()
