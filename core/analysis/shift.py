"""Have the accepted candidates of a run, taken together, shifted away from their anchors?"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from core.analysis.corpus import contents_of
from core.analysis.material import train_side
from core.critique.critic import anchors_of
from core.critique.shift import FEWEST, Shift, points_of, shift
from core.errors import DataError, PlanError
from core.formats import count
from core.generation.plan import plan_of
from core.workspace import Workspace, ledger
from core.workspace.run_folder import load_run


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftAnswer:
    """How a set of candidates differs from the anchors, in several ways."""

    run: str
    candidates: int
    anchors: int
    findings: tuple[Shift, ...]
    """The alarms first; empty where there is too little to tell a shift from chance."""
    words: str
    """What it amounts to, in one sentence."""


def shift_of_run(
    workspace: Workspace,
    run_id: str,
    accepted: Collection[str] | float,
    seed: int = 0,
) -> ShiftAnswer:
    """Hold the accepted candidates of a run against the anchors that may train.

    Parameters
    ----------
    accepted
        Their names, or the lowest critics' score that is accepted.
    """
    run = load_run(workspace, run_id)
    plan = plan_of(run.plan)
    found = ledger.candidates_frame(workspace, run_id)
    if isinstance(accepted, float | int):
        taken = found[found["score"] >= accepted]
    else:
        taken = found[found["candidate_id"].isin(set(accepted))]
    if plan.kind == "knowledge_triple":
        return _untold(run_id, len(taken), 0, "facts are held against no rows.")
    try:
        whole, _, own, others = train_side(workspace, replace(plan, data=run.dataset))
    except (DataError, PlanError) as error:
        return _untold(run_id, len(taken), 0, f"the anchors cannot be read: {error}")
    anchors = anchors_of(own, others, label=plan.label, text=whole.text, slice_=plan.slice)
    real, made = points_of(anchors, contents_of(taken), seed)
    if min(len(real) // 2, len(made)) < FEWEST:
        return _untold(
            run_id,
            len(taken),
            len(own),
            f"too few to tell a shift from chance: {count(len(taken))} candidates and "
            f"{count(len(real))} anchors, and at least {FEWEST} and {2 * FEWEST} are needed.",
        )
    findings = tuple(shift(real, made, seed))
    alarms = [each.words for each in findings if each.alarm]
    words = "; ".join(alarms) if alarms else "no shift beyond what real sets differ by"
    return ShiftAnswer(
        run=run_id,
        candidates=len(taken),
        anchors=len(own),
        findings=findings,
        words=f"{words[0].upper()}{words[1:]}.",
    )


def _untold(run_id: str, candidates: int, anchors: int, why: str) -> ShiftAnswer:
    return ShiftAnswer(
        run=run_id,
        candidates=candidates,
        anchors=anchors,
        findings=(),
        words=f"{why[0].upper()}{why[1:]}",
    )
