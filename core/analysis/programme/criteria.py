"""Is a step done? Its exit criterion, read from what the workspace holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from core.analysis.certify import certificates_of
from core.analysis.chain import Chain
from core.analysis.labels.standing import standing_of
from core.analysis.margin import MarginAnswer
from core.analysis.monitor import MonitorAnswer, stored_monitors
from core.analysis.programme.corpus import exported, seeds_of
from core.analysis.programme.steps import CONFIDENCE, PRECISION
from core.analysis.story import deficit_in_words
from core.formats import count, interval, money, number, percent, points
from core.workspace import Workspace
from core.workspace.datasets import datasets

Progress = Literal["met", "not met", "begun", "not begun"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a step has come."""

    progress: Progress
    """``not met``: it was measured to the end, and its criterion does not hold."""
    measured: str
    """What was measured, or that nothing was, in words."""
    proof: str = ""
    """What in the workspace shows it; empty where nothing does."""
    missing: str = ""
    """What would have to happen for the criterion to hold, where that can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the criteria are read from."""

    workspace: Workspace
    chain: Chain
    margin: MarginAnswer | None
    fingerprint: str | None = None
    """The data that is meant; the chain's own, else the newest, when None."""


def reached(facts: Facts, step: str) -> Reached:
    """How far a step has come."""
    return _CRITERIA[step](facts)


def monitor_of(workspace: Workspace, chain: Chain) -> MonitorAnswer | None:
    """The newest answer of the corpus monitor for the data, label and slice of a chain."""
    if chain.audit is None or chain.part is None:
        return None
    measured, slice_name = chain.audit.measured, chain.part.name
    about = (measured.fingerprint, measured.label, slice_name)
    found = stored_monitors(workspace)
    return next((m for m in found if (m.fingerprint, m.label, m.slice) == about), None)


def _nothing(what: str, missing: str = "") -> Reached:
    return Reached(progress="not begun", measured=what, missing=missing)


def _is(met: bool, measured: str, proof: str, missing: str = "") -> Reached:
    if met:
        return Reached(progress="met", measured=measured, proof=proof)
    return Reached(progress="not met", measured=measured, proof=proof, missing=missing)


def _begun(measured: str, proof: str, missing: str) -> Reached:
    return Reached(progress="begun", measured=measured, proof=proof, missing=missing)


def _data(facts: Facts) -> Reached:
    audit = facts.chain.audit
    if audit is not None:
        said = f"{audit.measured.data_name}, {audit.measured.rows:,} rows."
        return _is(True, said, f"data {audit.measured.fingerprint}")
    known = datasets(facts.workspace)
    if facts.fingerprint is not None:
        known = [one for one in known if one.fingerprint == facts.fingerprint]
    if not known:
        return _nothing("No file is in the workspace.")
    said = f"{known[0].name}, {known[0].rows:,} rows, {len(known[0].columns)} columns."
    return _is(True, said, f"data {known[0].fingerprint}")


def _bottleneck(facts: Facts) -> Reached:
    audit, part = facts.chain.audit, facts.chain.part
    if audit is None or part is None:
        return _nothing("The data has not been audited.")
    ends = interval(percent(part.facts.score_low, 0), percent(part.facts.score_high, 0))
    said = f"{part.name}: {audit.measured.metric} {percent(part.facts.score)} ({ends}, 95 %)."
    if part.sizing.is_reached:
        said += f" No slice that can be ordered by name is below {percent(audit.target, 0)}."
    return _is(True, said, f"audit {audit.measured.name}")


def _deficit(facts: Facts) -> Reached:
    audit, part = facts.chain.audit, facts.chain.part
    if audit is None or part is None:
        return _nothing("The data has not been audited.")
    sizing, proof = part.sizing, f"audit {audit.measured.name}"
    said = deficit_in_words(sizing)
    if (sizing.deficit.p10 is not None and sizing.deficit.p90 is not None) or (
        sizing.reachable == "no"
    ):
        return _is(True, said, proof)
    if audit.is_incomplete:
        return _begun(said, proof, "Learning curves are still to be drawn.")
    return _is(False, said, proof, sizing.why)


def _seeds(facts: Facts) -> Reached:
    found = seeds_of(facts.workspace, facts.chain.run)
    if not found.is_any:
        return _nothing("No fact, no rule, and no run that starts from real examples.")
    return _is(True, found.words, found.proof)


def _loop(facts: Facts) -> Reached:
    cost, part, run = facts.chain.cost, facts.chain.part, facts.chain.run
    if cost is None or part is None or run is None:
        return _nothing("No run for the bottleneck.")
    proof = f"run {cost.run_id}"
    said = (
        f"{cost.accepted:,} of {cost.proposed:,} accepted at strictness {cost.tau:g} for "
        f"{money(cost.cost_usd)}"
    )
    if run.state == "running":
        return _begun(f"{said} so far.", proof, "The run goes on.")
    missing = part.sizing.deficit.p50
    if part.sizing.is_reached or missing == 0:
        return _is(True, f"{said}; no samples are missing.", proof)
    if missing is None:
        return _begun(f"{said}.", proof, "The deficit that they should cover is not sized.")
    rate = facts.chain.scenario["exchange_rate"]
    is_known = rate.status == "measured" and facts.chain.evidence is not None
    worth = cost.accepted * (rate.value if is_known else 1.0)
    if is_known:
        said += f", worth {count(worth)} real ones at {number(rate.value, 2)} each"
    more = f"Samples worth {count(missing - worth)} more real ones, or better samples."
    said += f"; about {count(missing)} are missing."
    return _is(worth >= missing, said, proof, more)


def _labels(facts: Facts) -> Reached:
    run = facts.chain.run
    if run is None:
        return _nothing("No run whose candidates could be labelled.")
    standing = standing_of(facts.workspace, run.run_id)
    drawn = standing.said.drawn_by_chance
    people = len(standing.said.labellers)
    by = f" by {people} {'person' if people == 1 else 'people'}" if people else ""
    said = f"{drawn:,} of {standing.first_needed:,} candidates drawn by chance are labelled{by}."
    if drawn >= standing.first_needed:
        return _is(True, said, f"run {run.run_id}")
    more = f"{count(standing.first_needed - drawn)} more labels drawn by chance."
    if not standing.said.acts:
        return _nothing(said, more)
    return _begun(said, f"run {run.run_id}", more)


def _certificate(facts: Facts) -> Reached:
    run = facts.chain.run
    known = certificates_of(facts.workspace, run.run_id) if run else []
    if run is None or not known:
        return _nothing("No certificate was asked for.")
    proof = f"run {run.run_id}, look {known[0].look}"
    granted = [
        c
        for c in known
        if c.certified and c.precision_wanted >= PRECISION and c.confidence >= CONFIDENCE
    ]
    valid = [c for c in granted if c.status == "valid"]
    found = (valid or granted or known)[0]
    wanted = (
        f"{percent(found.precision_wanted, 0)} precision at {percent(found.confidence, 0)} "
        "confidence"
    )
    if valid:
        return _is(True, f"{wanted}, certified from strictness {number(found.tau)} on.", proof)
    if granted:
        return _is(False, f"{wanted}: {found.status}.", proof)
    if found.certified:
        return _is(False, f"Certified is {wanted}, which is less than wanted.", proof)
    more = f"{count(found.labels_missing)} more labels." if found.labels_missing else ""
    return _is(False, f"{wanted}: {found.why}.", proof, more)


def _gain(facts: Facts) -> Reached:
    evidence = facts.chain.evidence
    if evidence is None:
        return _nothing("Not tested on held-out real data.")
    low, high = points(evidence.gain.p10), points(evidence.gain.p90)
    tested = f"{evidence.baseline.n_test:,} held-out real examples"
    said = (
        f"{evidence.verdict.capitalize()}: {points(evidence.gain.p50)} ({low} to {high}) on "
        f"{tested}, p = {number(evidence.p_value, 2)}."
    )
    proof = f"evidence {evidence.evidence_id}"
    return _is(evidence.verdict == "proven gain", said, proof, evidence.why)


def _anchors(facts: Facts) -> Reached:
    found = monitor_of(facts.workspace, facts.chain)
    if found is None:
        return _nothing("The corpus monitor has not looked at this slice.")
    risk = found.words.removesuffix(found.why).strip(" :.")
    said = f"{risk}; {count(found.anchors)} real anchors are kept."
    proof = f"monitor {found.monitor_id}"
    if found.risk == "unknown":
        return _begun(said, proof, found.why)
    action = f" {found.action[:1].upper()}{found.action[1:]}." if found.action else ""
    return _is(found.risk == "none" and found.anchors > 0, said, proof, f"{found.why}{action}")


def _handover(facts: Facts) -> Reached:
    cost = facts.chain.cost
    if cost is None:
        return _nothing("No run whose samples could be exported.")
    found = exported(facts.workspace, cost.run_id, cost.tau)
    if found is None:
        return _nothing("No sample of the run was exported for training.")
    said = (
        f"{count(found.accepted)} of the {cost.accepted:,} samples accepted at strictness "
        f"{cost.tau:g} stand in {found.file}, written on {found.at[:10]}."
    )
    return _is(True, said, found.file)


def _decision(facts: Facts) -> Reached:
    margin = facts.margin
    if margin is None or margin.plan is None:
        return _nothing(margin.why_no_plan if margin else "The margin was not computed.")
    at = margin.margin_at_target
    ends = interval(percent(float(at.p10), 0), percent(float(at.p90), 0))
    return _nothing(
        f"{percent(margin.target, 0)} leaves a gross margin of {percent(float(at.p50))} ({ends}); "
        f"{percent(margin.target_margin, 0)} is wanted."
    )


_CRITERIA: Mapping[str, Callable[[Facts], Reached]] = {
    "data": _data,
    "bottleneck": _bottleneck,
    "deficit": _deficit,
    "seeds": _seeds,
    "loop": _loop,
    "labels": _labels,
    "certificate": _certificate,
    "gain": _gain,
    "anchors": _anchors,
    "handover": _handover,
    "decision": _decision,
}
