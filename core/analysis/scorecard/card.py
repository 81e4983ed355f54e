"""Are the board's figures where they should be, and where were they before?"""

from dataclasses import dataclass
from typing import Literal

from core.analysis.chain import Chain
from core.analysis.margin import MarginAnswer
from core.analysis.roi import RoiAnswer
from core.analysis.scorecard.figures import Now, Sources, figures_now
from core.analysis.scorecard.kpis import KPIS, Kpi, written
from core.analysis.scorecard.snapshots import Snapshot, snapshots, take_snapshot
from core.analysis.scorecard.wanted import kept_wanted
from core.formats import interval, percent
from core.workspace import Workspace

Status = Literal["on target", "watch", "off target", "unknown", "no target"]

WATCH = (
    "Watch: the interval reaches across the target, or an early sign was seen. On and off target: "
    "the whole interval lies on that side."
)
"""What the status of a figure says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure: where it stands, where it should, where it stood."""

    kpi: Kpi
    now: Now
    target: float | None
    """As entered, else as audit or scenario say; None where nobody has said."""
    target_from: str
    """Who or what says so; empty where nobody does."""
    prior: float | None
    """Of the newest snapshot; None where there is none, or it was unknown."""
    prior_at: str
    """When that snapshot was kept; empty where there is none."""
    prior_of: str
    """What the prior figure was about, where that was something else."""
    status: Status
    """``watch``: its interval reaches across the target, or an early sign was seen."""
    owner: str

    @property
    def actual_in_words(self) -> str:
        """The figure with its interval."""
        said = written(self.kpi, self.now.value)
        return f"{said} ({self.spread_in_words})" if self.spread_in_words else said

    @property
    def spread_in_words(self) -> str:
        """The interval of the figure, or its verdict; empty where there is neither."""
        if self.now.value is None or self.now.low is None or self.now.high is None:
            return self.now.verdict
        return interval(written(self.kpi, self.now.low), written(self.kpi, self.now.high))

    @property
    def target_in_words(self) -> str:
        """What is wanted."""
        if self.target is None:
            return "none set"
        sign = "at least" if self.kpi.more_is_better else "at most"
        return f"{sign} {written(self.kpi, self.target)}"

    @property
    def prior_in_words(self) -> str:
        """The figure of the newest snapshot, and what it was about if that was something else."""
        if not self.prior_at:
            return "none kept"
        said = written(self.kpi, self.prior)
        return f"{said} ({self.prior_of})" if self.prior_of and self.prior is not None else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """Every figure, and the snapshot that prior values come from."""

    rows: tuple[Row, ...]
    prior: Snapshot | None
    fingerprint: str
    label: str
    slice: str
    target: float
    scenario_digest: str

    @property
    def headline(self) -> str:
        """How many figures are where they should be."""
        names = ("on target", "watch", "off target", "unknown", "no target")
        counted = {name: sum(row.status == name for row in self.rows) for name in names}
        said = [f"{n} {name}" for name, n in counted.items() if n]
        return f"Of {len(self.rows)} figures {', '.join(said)}"

    def keep(self, workspace: Workspace, name: str = "") -> Snapshot:
        """Keep the figures as they stand, as the prior values of later.

        What stands as it did last is not kept twice: the earlier snapshot is given.
        """
        return take_snapshot(
            workspace,
            {row.kpi.key: row.now for row in self.rows},
            fingerprint=self.fingerprint,
            label=self.label,
            scenario=self.scenario_digest,
            target=self.target,
            slice_name=self.slice,
            name=name,
        )


def scorecard_of(
    workspace: Workspace, chain: Chain, margin: MarginAnswer, roi: RoiAnswer
) -> Scorecard:
    """The figures of a chain, with prior values from the newest snapshot of its data.

    Parameters
    ----------
    margin, roi
        Of the scenario of the chain.
    """
    sources = Sources(workspace=workspace, chain=chain, margin=margin, roi=roi)
    found, kept = figures_now(sources), kept_wanted(workspace)
    measured = chain.audit.measured if chain.audit else None
    fingerprint = measured.fingerprint if measured else ""
    label = measured.label if measured else ""
    slice_name = chain.part.name if chain.part else ""
    known = snapshots(workspace, fingerprint, label)
    prior = known[0] if known else None
    rows = []
    for kpi in KPIS:
        now, entered = found[kpi.key], kept.of(kpi.key)
        is_entered = entered.target is not None
        target = entered.target if is_entered else now.target
        rows.append(
            Row(
                kpi=kpi,
                now=now,
                target=target,
                target_from="entered here" if is_entered else now.target_from,
                prior=prior.figures.get(kpi.key) if prior else None,
                prior_at=prior.at if prior else "",
                prior_of=_about(kpi, prior, slice_name, margin.target) if prior else "",
                status=status_of(kpi, now, target),
                owner=entered.owner or kpi.role,
            )
        )
    return Scorecard(
        rows=tuple(rows),
        prior=prior,
        fingerprint=fingerprint,
        label=label,
        slice=slice_name,
        target=margin.target,
        scenario_digest=chain.scenario.digest,
    )


def _about(kpi: Kpi, prior: Snapshot, slice_name: str, target: float) -> str:
    """What a prior figure was about, where that is not what is looked at now."""
    said = []
    if kpi.by_slice and prior.slice and prior.slice != slice_name:
        said.append(f"of {prior.slice}")
    if kpi.by_target and prior.target is not None and prior.target != target:
        said.append(f"at {percent(prior.target, 0)} accuracy")
    return ", ".join(said)


def status_of(kpi: Kpi, now: Now, target: float | None) -> Status:
    """Whether a figure is where it should be, as far as its interval tells."""
    if now.value is None:
        return "unknown"
    if target is None:
        return "no target"
    sign = 1.0 if kpi.more_is_better else -1.0

    def is_good(value: float) -> bool:
        return sign * value >= sign * target

    ends = [end for end in (now.low, now.high) if end is not None]
    if {is_good(end) for end in (*ends, now.value)} == {True, False}:
        return "watch"
    if is_good(now.value):
        return "watch" if now.is_watched else "on target"
    return "off target"
