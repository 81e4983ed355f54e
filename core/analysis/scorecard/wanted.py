"""What is wanted of a figure and who owns it, where the workspace has been told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite, isinf

from core.analysis.naming import one_named
from core.analysis.scorecard.kpis import KPIS, Kpi
from core.errors import InputError, WorkspaceError
from core.units import Unit
from core.workspace import Workspace
from core.workspace.entered import entering, load_entered, save_entered

FILE = "scorecard.json"
_LONGEST = 80
_AGAIN = "targets and owners"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was entered for one figure."""

    owner: str = ""
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWanted:
    """What was entered for all."""

    figures: Mapping[str, Wanted] = field(default_factory=dict)

    def of(self, key: str) -> Wanted:
        """What was entered for a figure."""
        return self.figures.get(key, Wanted())


def kept_wanted(workspace: Workspace) -> KeptWanted:
    """What was entered; nothing before anything was.

    Raises
    ------
    WorkspaceError
        The file is damaged.
    """
    kept = load_entered(workspace, FILE, KeptWanted, _AGAIN) or KeptWanted()
    for kpi in KPIS:
        target = kept.of(kpi.key).target
        if target is not None and not _is_possible(kpi, target):
            raise WorkspaceError(
                f"{workspace.path(FILE)} is damaged: the target of {kpi.name.lower()} is "
                f"{target:g}; delete it and enter {_AGAIN} again."
            )
    return kept


def want(
    workspace: Workspace,
    *,
    targets: Mapping[str, float | None] | None = None,
    owners: Mapping[str, str] | None = None,
) -> KeptWanted:
    """Enter targets and owners; what is not given stays as it was, None or nothing takes it back.

    Raises
    ------
    InputError
        There is no such figure, or its target is impossible.
    """
    with entering(workspace):
        figures = dict(kept_wanted(workspace).figures)
        for name, value in (targets or {}).items():
            kpi = kpi_named(name)
            target = None if value is None else _allowed(kpi, value)
            figures[kpi.key] = replace(figures.get(kpi.key, Wanted()), target=target)
        for name, owner in (owners or {}).items():
            kpi, plain = kpi_named(name), " ".join(owner.split())
            if len(plain) > _LONGEST or not plain.isprintable():
                raise InputError(f"the owner must be at most {_LONGEST} printable characters.")
            figures[kpi.key] = replace(figures.get(kpi.key, Wanted()), owner=plain)
        now = KeptWanted(figures=figures)
        save_entered(workspace, FILE, now)
    return now


def kpi_named(name: str) -> Kpi:
    """The figure of a key or a name.

    Raises
    ------
    InputError
        There is none; the nearest is named.
    """
    return one_named(KPIS, name, "the scorecard has no figure")


def _is_possible(kpi: Kpi, value: float) -> bool:
    low, high = kpi.unit.bounds
    return isfinite(value) and low <= value <= high


def _allowed(kpi: Kpi, value: float) -> float:
    if not _is_possible(kpi, value):
        low, high = kpi.unit.bounds
        ends = f"from {low:g} on" if isinf(high) else f"from {low:g} to {high:g}"
        unit = "a number" if kpi.unit is Unit.ONE else kpi.unit.value
        hint = " Write 85 % as 0.85." if kpi.unit is Unit.FRACTION else ""
        raise InputError(
            f"the target of {kpi.name.lower()} is {value:g}; expected {unit} {ends}.{hint}"
        )
    return float(value)
