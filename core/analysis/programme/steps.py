"""The steps of the 90 days, from an audit to a decision."""

from dataclasses import dataclass
from typing import Literal

Phase = Literal["audit", "architecture", "execution"]
PHASES: tuple[Phase, ...] = ("audit", "architecture", "execution")
DAYS = 90

PRECISION = CONFIDENCE = 0.9
"""What a certificate has to promise for its step to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan90:
    """One step as it is planned."""

    key: str
    phase: Phase
    name: str
    first_day: int
    last_day: int
    role: str
    """Who does it, unless somebody is named."""
    criterion: str
    """When it is done."""
    page: str
    """Where it is done."""
    is_manual: bool = False
    """Whether only people can say that it is done."""


STEPS: tuple[Plan90, ...] = (
    Plan90(
        key="data", phase="audit", name="Load the data", first_day=1, last_day=5,
        role="data engineer", page="data",
        criterion="At least 1 file of labelled examples is in the workspace and profiled.",
    ),
    Plan90(
        key="bottleneck", phase="audit", name="Find the bottleneck", first_day=3, last_day=12,
        role="ML engineer", page="audit",
        criterion="The slice that starves the model is named, its score with a 95 % interval.",
    ),
    Plan90(
        key="deficit", phase="audit", name="Size the deficit", first_day=8, last_day=22,
        role="ML engineer", page="audit",
        criterion="P10 and P90 of the missing samples are known, or the target is out of reach.",
    ),
    Plan90(
        key="seeds", phase="architecture", name="Plan the seeds", first_day=18, last_day=28,
        role="ML engineer", page="knowledge",
        criterion="At least 1 fact, rule or real example is known for a run to start from.",
    ),
    Plan90(
        key="loop", phase="architecture", name="Run the loop", first_day=26, last_day=42,
        role="ML engineer", page="generate",
        criterion="A run accepts samples worth 100 % of the middle of the deficit (P50).",
    ),
    Plan90(
        key="labels", phase="architecture", name="Label by chance", first_day=36, last_day=50,
        role="annotation lead", page="label",
        criterion="Labels drawn by chance, as many as a 90 % certificate needs at least.",
    ),
    Plan90(
        key="certificate", phase="architecture", name="Certify the strictness", first_day=46,
        last_day=60, role="ML engineer", page="strictness",
        criterion="A valid certificate of at least 90 % precision at 90 % confidence.",
    ),
    Plan90(
        key="gain", phase="execution", name="Prove the gain", first_day=58, last_day=74,
        role="ML engineer", page="evidence",
        criterion="A proven gain on held-out real examples: p below 0.05, a 90 % interval above 0.",
    ),
    Plan90(
        key="anchors", phase="execution", name="Keep the anchors", first_day=62, last_day=80,
        role="data engineer", page="monitor",
        criterion="The corpus monitor raises 0 alarms beside the real rows that are kept.",
    ),
    Plan90(
        key="handover", phase="execution", name="Hand over the corpus", first_day=74, last_day=84,
        role="data engineer", page="strictness",
        criterion="At least 1 file of the run's accepted samples is exported for training.",
    ),
    Plan90(
        key="decision", phase="execution", name="Decide on the target", first_day=80, last_day=90,
        role="product manager", page="board", is_manual=True,
        criterion="The board has decided on 1 accuracy to promise.",
    ),
)  # fmt: skip
"""Every step in its order."""
