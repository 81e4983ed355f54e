"""Is a step done? Its exit criterion, read from what the workspace holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.analysis.certify import certificates_of
from core.analysis.chain import Chain
from core.analysis.export.overlap import Written
from core.analysis.labels.standing import standing_of
from core.analysis.margin import MarginAnswer
from core.analysis.monitor import MonitorAnswer, stored_monitors
from core.analysis.programme.steps import CONFIDENCE, PRECISION
from core.analysis.story import deficit_in_words
from core.formats import count, interval, percent, points
from core.workspace import Workspace
from core.workspace.datasets import datasets
from core.workspace.findings import readable_findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far a step has come."""

    is_met: bool
    is_begun: bool
    measured: str
    """What was measured, or what is missing, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the criteria are read from."""

    workspace: Workspace
    chain: Chain
    margin: MarginAnswer | None


def reached(facts: Facts, step: str) -> Reached:
    """How far a step has come."""
    return _CRITERIA[step](facts)


def monitor_of(workspace: Workspace, chain: Chain) -> MonitorAnswer | None:
    """The newest answer of the corpus monitor for the data and slice of a chain."""
    if chain.audit is None or chain.part is None:
        return None
    fingerprint, slice_name = chain.audit.measured.fingerprint, chain.part.name
    found = (m for m in stored_monitors(workspace) if m.fingerprint == fingerprint)
    return next((m for m in found if m.slice == slice_name), None)


def _not_begun(missing: str) -> Reached:
    return Reached(is_met=False, is_begun=False, measured=missing)


def _is(met: bool, measured: str) -> Reached:
    return Reached(is_met=met, is_begun=True, measured=measured)


def _data(facts: Facts) -> Reached:
    audit = facts.chain.audit
    if audit is not None:
        return _is(True, f"{audit.measured.data_name}, {audit.measured.rows:,} rows.")
    known = datasets(facts.workspace)
    if not known:
        return _not_begun("No file is in the workspace.")
    return _is(True, f"{known[0].name}, {known[0].rows:,} rows.")


def _bottleneck(facts: Facts) -> Reached:
    audit, part = facts.chain.audit, facts.chain.part
    if audit is None or part is None:
        return _not_begun("The data has not been audited.")
    ends = interval(percent(part.facts.score_low, 0), percent(part.facts.score_high, 0))
    measured = audit.measured.metric
    return _is(True, f"{part.name}: {measured} {percent(part.facts.score)} ({ends}, 95 %).")


def _deficit(facts: Facts) -> Reached:
    part = facts.chain.part
    if part is None:
        return _not_begun("The data has not been audited.")
    sizing = part.sizing
    is_known = sizing.deficit.p10 is not None and sizing.deficit.p90 is not None
    return _is(is_known or sizing.reachable == "no", deficit_in_words(sizing))


def _loop(facts: Facts) -> Reached:
    cost, part = facts.chain.cost, facts.chain.part
    if cost is None or part is None:
        return _not_begun("No run for the bottleneck.")
    said = (
        f"{cost.accepted:,} of {cost.proposed:,} accepted at strictness {cost.tau:g} "
        f"(run {cost.run_id})"
    )
    missing = part.sizing.deficit.p50
    if missing is None:
        return _is(False, f"{said}; the deficit they should cover is not sized.")
    return _is(cost.accepted >= missing, f"{said}; about {count(missing)} are missing.")


def _labels(facts: Facts) -> Reached:
    run = facts.chain.run
    if run is None:
        return _not_begun("No run whose candidates could be labelled.")
    standing = standing_of(facts.workspace, run.run_id)
    drawn = standing.said.drawn_by_chance
    said = f"{drawn:,} of {standing.first_needed:,} candidates drawn by chance are labelled."
    if not drawn:
        return _not_begun(said)
    return _is(drawn >= standing.first_needed, said)


def _certificate(facts: Facts) -> Reached:
    run = facts.chain.run
    known = certificates_of(facts.workspace, run.run_id) if run else []
    if not known:
        return _not_begun("No certificate was asked for.")
    enough = [
        c
        for c in known
        if c.certified
        and c.precision_wanted >= PRECISION
        and c.confidence >= CONFIDENCE
        and c.status == "valid"
    ]
    found = enough[0] if enough else known[0]
    wanted = f"{percent(found.precision_wanted, 0)} precision at {percent(found.confidence, 0)}"
    if enough:
        return _is(True, f"{wanted} certified from strictness {found.tau:g} on.")
    return _is(False, f"{wanted}: {found.why}")


def _gain(facts: Facts) -> Reached:
    evidence = facts.chain.evidence
    if evidence is None:
        return _not_begun("Not tested on held-out real data.")
    low, high = points(evidence.gain.p10), points(evidence.gain.p90)
    said = (
        f"{evidence.verdict.capitalize()}: {points(evidence.gain.p50)} ({low} to {high}) on "
        f"{evidence.baseline.n_test} held-out real examples."
    )
    return _is(evidence.verdict == "proven gain", said)


def _anchors(facts: Facts) -> Reached:
    found = monitor_of(facts.workspace, facts.chain)
    if found is None:
        return _not_begun("The corpus monitor has not looked at this slice.")
    return _is(found.risk == "none", found.words)


def _handover(facts: Facts) -> Reached:
    written = readable_findings(facts.workspace, "exports", Written)
    training = [w for w in written if w.purpose == "training"]
    if not training:
        return _not_begun("Nothing was exported for training.")
    last = training[0]
    return _is(True, f"{len(last.keys):,} samples written on {last.at[:10]}.")


def _decision(facts: Facts) -> Reached:
    margin = facts.margin
    if margin is None or margin.plan is None:
        why = margin.why_no_plan if margin else "The margin was not computed."
        return _not_begun(f"Not decided. {why}")
    at = percent(float(margin.margin_at_target.p50))
    return _not_begun(
        f"Not decided; {percent(margin.target, 0)} leaves a gross margin of {at} (P50)."
    )


_CRITERIA: Mapping[str, Callable[[Facts], Reached]] = {
    "data": _data,
    "bottleneck": _bottleneck,
    "deficit": _deficit,
    "loop": _loop,
    "labels": _labels,
    "certificate": _certificate,
    "gain": _gain,
    "anchors": _anchors,
    "handover": _handover,
    "decision": _decision,
}
