"""The scorecard as it stood: kept with the workspace, so that no prior value is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.analysis.scorecard.figures import Now
from core.errors import InputError
from core.workspace import Workspace
from core.workspace.entered import entering
from core.workspace.findings import finding_id, readable_findings, save_finding

_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Every figure on a day."""

    snapshot_id: str
    at: str
    name: str
    fingerprint: str
    """Of the data; empty without any."""
    label: str
    scenario: str
    """Digest of the scenario."""
    figures: Mapping[str, float | None]
    """Each figure, None where it was unknown."""
    target: float | None = None
    """The score and accuracy aimed at; None in snapshots that do not say."""
    slice: str = ""
    """What the figures of the edge case are about."""

    @property
    def words(self) -> str:
        """Which snapshot it is, in words."""
        name = f"“{self.name}”" if self.name else self.snapshot_id
        return f"{name} of {self.at[:10]}"


def take_snapshot(
    workspace: Workspace,
    figures: Mapping[str, Now],
    *,
    fingerprint: str,
    label: str,
    scenario: str,
    target: float | None = None,
    slice_name: str = "",
    name: str = "",
) -> Snapshot:
    """Keep the figures as they stand; figures that stand as they did last are not kept twice.

    Raises
    ------
    InputError
        The name is too long.
    """
    plain = " ".join(name.split())
    if len(plain) > _LONGEST or not plain.isprintable():
        raise InputError(f"a snapshot's name must be at most {_LONGEST} printable characters.")
    values = {key: now.value for key, now in figures.items()}
    about = (scenario, target, slice_name)
    with entering(workspace):
        known = snapshots(workspace, fingerprint, label)
        if known and known[0].figures == values and _about(known[0]) == about:
            return known[0]
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        inputs = {"at": at, "fingerprint": fingerprint, "label": label, "figures": values}
        taken = Snapshot(
            snapshot_id=finding_id(**inputs, about=list(about)),
            at=at,
            name=plain,
            fingerprint=fingerprint,
            label=label,
            scenario=scenario,
            figures=values,
            target=target,
            slice=slice_name,
        )
        save_finding(workspace, "snapshots", taken.snapshot_id, taken)
    return taken


def snapshots(workspace: Workspace, fingerprint: str, label: str) -> list[Snapshot]:
    """Those of a dataset and label, newest first."""
    every = readable_findings(workspace, "snapshots", Snapshot)
    own = [s for s in every if (s.fingerprint, s.label) == (fingerprint, label)]
    return sorted(own, key=lambda s: s.at, reverse=True)


def _about(kept: Snapshot) -> tuple[str, float | None, str]:
    return kept.scenario, kept.target, kept.slice
