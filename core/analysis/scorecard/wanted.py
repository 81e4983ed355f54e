"""What is wanted of a figure and who owns it, where the workspace has been told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from math import isfinite

from pydantic import TypeAdapter, ValidationError

from core.analysis.scorecard.figures import KPIS, Kpi
from core.errors import InputError, WorkspaceError
from core.units import Unit
from core.workspace import Workspace

FILE = "scorecard.json"
_LONGEST = 80


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
    path = workspace.path(FILE)
    try:
        return TypeAdapter(KeptWanted).validate_json(path.read_bytes())
    except FileNotFoundError:
        return KeptWanted()
    except ValidationError as error:
        raise WorkspaceError(
            f"{path} is damaged or was written by another version ({error.error_count()} fields do "
            "not fit); delete it and enter targets and owners again."
        ) from error


def want(
    workspace: Workspace,
    *,
    targets: Mapping[str, float] | None = None,
    owners: Mapping[str, str] | None = None,
) -> KeptWanted:
    """Enter targets and owners; what is not given stays as it was.

    Raises
    ------
    InputError
        There is no such figure, or its target is impossible.
    """
    figures = dict(kept_wanted(workspace).figures)
    for name, value in (targets or {}).items():
        kpi = kpi_named(name)
        figures[kpi.key] = replace(figures.get(kpi.key, Wanted()), target=_allowed(kpi, value))
    for name, owner in (owners or {}).items():
        kpi, plain = kpi_named(name), " ".join(owner.split())
        if len(plain) > _LONGEST or not plain.isprintable():
            raise InputError(f"the owner must be at most {_LONGEST} printable characters.")
        figures[kpi.key] = replace(figures.get(kpi.key, Wanted()), owner=plain)
    now = KeptWanted(figures=figures)
    text = TypeAdapter(KeptWanted).dump_json(now, indent=1).decode()
    workspace.write_text(workspace.path(FILE), text)
    return now


def kpi_named(name: str) -> Kpi:
    """The figure of a key or a name.

    Raises
    ------
    InputError
        There is none; the nearest is named.
    """
    wanted = name.strip().lower()
    for kpi in KPIS:
        if wanted in (kpi.key, kpi.name.lower()):
            return kpi
    keys = [kpi.key for kpi in KPIS]
    near = get_close_matches(wanted, [*keys, *(k.name.lower() for k in KPIS)], 1)
    hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(keys)}."
    raise InputError(f"the scorecard has no figure {name!r}; {hint}")


def _allowed(kpi: Kpi, value: float) -> float:
    low, high = kpi.unit.bounds
    if not isfinite(value) or not low <= value <= high:
        raise InputError(
            f"the target of {kpi.name.lower()} is {value:g}; expected {kpi.unit.value} from "
            f"{low:g} to {high:g}." + (" Write 85 % as 0.85." if kpi.unit is Unit.FRACTION else "")
        )
    return float(value)
