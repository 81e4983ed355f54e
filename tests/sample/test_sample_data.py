"""The sample is what its notes say, and nothing is trained to show it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.analysis.audit import audit
from core.analysis.chain import chain_of
from core.analysis.knowledge import import_triples, knowledge_of
from core.analysis.sample import fill_with_sample, sample_folder
from core.datasets import load_dataset
from core.errors import Cancelled
from core.workspace import Workspace


def test_the_script_writes_the_shipped_messages_to_the_byte(tmp_path: Path) -> None:
    """Anyone can see how the messages were authored, and make them again."""
    target = tmp_path / "again.csv"
    script = sample_folder() / "make_messages.py"
    subprocess.run([sys.executable, str(script), "-o", str(target)], check=True)
    assert target.read_bytes() == (sample_folder() / "customer_messages.csv").read_bytes()


def test_the_sample_workspace_holds_the_shipped_messages(workspace: Workspace) -> None:
    """The stored dataset is the shipped file, by the fingerprint of its content."""
    fill_with_sample(workspace)
    stored = next((workspace.root / "datasets").glob("*/profile.json")).parent.name
    loaded = load_dataset(workspace, sample_folder() / "customer_messages.csv")
    assert loaded.fingerprint == f"d1:{stored}"


@pytest.mark.parametrize("target", [0.85, 0.9])
def test_auditing_the_sample_again_trains_nothing(workspace: Workspace, target: float) -> None:
    """What was measured is stored, for every target up to the one that curves were drawn for."""
    fill_with_sample(workspace)
    data = load_dataset(workspace, sample_folder() / "customer_messages.csv")

    def watch(done: int, total: int, what: str) -> None:
        raise Cancelled(what)

    found = audit(workspace, data, label="intent", target=target, progress=watch)
    assert found.bottleneck.name == "carbon_monoxide_alarm"


def test_every_link_of_the_sample_chain_is_there(workspace: Workspace) -> None:
    """Bottleneck, run, evidence and a scenario with measured assumptions."""
    fill_with_sample(workspace)
    data = load_dataset(workspace, sample_folder() / "customer_messages.csv")
    chain = chain_of(workspace, fingerprint=data.fingerprint, label="intent", target=0.85, tau=0.5)
    assert chain.part is not None
    assert chain.cost is not None
    assert chain.evidence is not None
    assert (chain.cost.proposed, chain.cost.calls, chain.cost.cost_usd) == (240, 0, 0.0)
    measured = {key for key, a in chain.scenario.items() if a.status == "measured"}
    assert {"error_now", "samples_held", "slice_share", "cost_per_accepted_sample"} <= measured


def test_a_workspace_with_facts_of_its_own_gets_no_sample(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The sample never mixes with a user's own data."""
    file = tmp_path / "own.csv"
    file.write_text("text,label\nhello there,a\ngood bye,b\n", "utf-8")
    load_dataset(workspace, file)
    assert not fill_with_sample(workspace)


def test_the_audit_of_the_sample_agrees_with_brute_force(workspace: Workspace) -> None:
    """The worst intent, and how many of it are needed, as training on hundreds more showed."""
    fill_with_sample(workspace)
    measured = json.loads((sample_folder() / "brute_force.json").read_text("utf-8"))
    data = load_dataset(workspace, sample_folder() / "customer_messages.csv")
    found = audit(workspace, data, label="intent", target=measured["target"])
    worst = found.bottleneck
    assert worst.name == measured["worst"]
    needed = worst.sizing.n_needed
    assert needed.p10 is not None
    assert needed.p50 is not None
    assert needed.p10 <= measured["n_needed"] <= (needed.p90 or float("inf"))
    assert needed.p50 == pytest.approx(measured["n_needed"], rel=0.5)
    recall = measured["recall_of_every_intent"][worst.name]
    assert worst.facts.score_low <= recall <= worst.facts.score_high


def test_the_facts_of_the_sample_hold_one_contradiction_and_one_repetition(
    workspace: Workspace,
) -> None:
    """What its notes say was put in on purpose is found, and nothing else."""
    import_triples(workspace, sample_folder() / "knowledge.csv")
    found = knowledge_of(workspace).findings
    assert [finding.kind for finding in found] == ["conflict", "near_duplicate"]
