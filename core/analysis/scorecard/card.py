"""Are the board's figures where they should be, and where were they before?"""

from dataclasses import dataclass
from typing import Literal

from core.analysis.chain import Chain
from core.analysis.margin import MarginAnswer
from core.analysis.roi import RoiAnswer
from core.analysis.scorecard.figures import KPIS, Kpi, Now, Sources, figures_now, written
from core.analysis.scorecard.snapshots import Snapshot, snapshots, take_snapshot
from core.analysis.scorecard.wanted import kept_wanted
from core.formats import interval
from core.workspace import Workspace

Status = Literal["on target", "watch", "off target", "unknown", "no target"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure: where it stands, where it should, where it stood."""

    kpi: Kpi
    now: Now
    target: float | None
    """As entered, else as audit or scenario say; None where nobody has said."""
    prior: float | None
    status: Status
    """``watch``: its interval reaches across the target."""
    owner: str

    @property
    def actual_in_words(self) -> str:
        """The figure with its interval."""
        said = written(self.kpi, self.now.value)
        if self.now.value is None or self.now.low is None or self.now.high is None:
            return said
        ends = interval(written(self.kpi, self.now.low), written(self.kpi, self.now.high))
        return f"{said} ({ends})"

    @property
    def target_in_words(self) -> str:
        """What is wanted."""
        if self.target is None:
            return "none set"
        sign = "at least" if self.kpi.more_is_better else "at most"
        return f"{sign} {written(self.kpi, self.target)}"

    @property
    def prior_in_words(self) -> str:
        """The figure of the newest snapshot."""
        return "none kept" if self.prior is None else written(self.kpi, self.prior)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """Every figure, and the snapshot that prior values come from."""

    rows: tuple[Row, ...]
    prior: Snapshot | None
    fingerprint: str
    label: str
    scenario_digest: str

    @property
    def headline(self) -> str:
        """How many figures are where they should be."""
        said = {
            "on target": "on target",
            "watch": "to watch",
            "off target": "off target",
            "unknown": "unknown",
        }
        counted = {words: 0 for words in said.values()}
        for row in self.rows:
            if row.status in said:
                counted[said[row.status]] += 1
        named = [f"{n} {words}" for words, n in counted.items() if n]
        return f"{len(self.rows)} figures: {', '.join(named) or 'no target is set'}"

    def keep(self, workspace: Workspace, name: str = "") -> Snapshot:
        """Keep the figures as they stand, as the prior values of later."""
        return take_snapshot(
            workspace,
            {row.kpi.key: row.now for row in self.rows},
            fingerprint=self.fingerprint,
            label=self.label,
            scenario=self.scenario_digest,
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
    known = snapshots(workspace, fingerprint, label)
    prior = known[0] if known else None
    rows = []
    for kpi in KPIS:
        now, entered = found[kpi.key], kept.of(kpi.key)
        target = now.target if entered.target is None else entered.target
        rows.append(
            Row(
                kpi=kpi,
                now=now,
                target=target,
                prior=prior.figures.get(kpi.key) if prior else None,
                status=status_of(kpi, now, target),
                owner=entered.owner or kpi.role,
            )
        )
    return Scorecard(
        rows=tuple(rows),
        prior=prior,
        fingerprint=fingerprint,
        label=label,
        scenario_digest=chain.scenario.digest,
    )


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
    return "on target" if is_good(now.value) else "off target"
