"""Does a report still hold: is it as it was made, does it come out again, is it still current?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isclose
from pathlib import Path

from core.analysis.scenario import (
    PRICE_ROWS,
    STRONG_PRICE_KEYS,
    TOKEN_PRICE_KEYS,
    default_scenario,
    load_scenario,
)
from core.assumptions import Assumption, Scenario, scenario_from_toml
from core.errors import DatawallError, InputError
from core.formats import quantity
from core.prices import PriceBook
from core.report.content import Provenance
from core.report.findings import chain_behind, findings_of, standing_alone
from core.report.pack import figures_of
from core.report.reading import read_report
from core.workspace import Workspace

_CLOSE = 1e-9
_KINDS = ("(list)", "(quote)", "(assumption)")
"""How the source of a row of the price table ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure that does not come out as reported; None where there is none."""

    figure: str
    reported: float | None
    now: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An assumption that is another one today."""

    key: str
    then: str
    today: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a report says of itself, and what comes out today."""

    file: str
    provenance: Provenance
    edited: tuple[str, ...]
    """What was changed in the file since it was made; empty where nothing was."""
    differences: tuple[Difference, ...]
    """From the same scenario, seed and draws."""
    moved: tuple[Moved, ...]
    """Default prices and measurements that are others today."""
    figures_today: Mapping[str, float | None]
    """The figures with what has moved; empty where nothing has."""
    figures: Mapping[str, float | None]

    @property
    def holds(self) -> bool:
        """Whether the file is as it was made and its figures come out again."""
        return not self.edited and not self.differences

    @property
    def is_current(self) -> bool:
        """Whether it holds and nothing that it rests on has moved."""
        return self.holds and not self.moved

    @property
    def sentence(self) -> str:
        """Whether the report still holds."""
        made = self.provenance
        name = f"{self.file}, made on {made.made_on} from “{made.scenario_name}” ({made.digest})"
        if self.edited:
            return f"{name}, was edited since: {'; '.join(self.edited)}."
        if self.differences:
            first = self.differences[0]
            return (
                f"{name}, does not come out again: {len(self.differences)} of "
                f"{len(self.figures)} figures differ, first {first.figure}: {first.reported} "
                f"reported, {first.now} now."
            )
        if self.moved:
            keys = ", ".join(moved.key for moved in self.moved[:3])
            more = f" and {len(self.moved) - 3} more" if len(self.moved) > 3 else ""
            return f"{name}, holds for its day, but has aged: {keys}{more} moved since."
        return f"{name}, holds: all {len(self.figures)} figures come out again."


def verify(path: Path, workspace: Workspace, prices: PriceBook) -> Verified:
    """Compute a report again from what is kept in it.

    Raises
    ------
    InputError
        The file cannot be read or is no report.
    """
    read = read_report(path)
    made = read.seal.provenance
    today = datetime.now(UTC).date()
    try:
        own = scenario_from_toml(made.scenario, where=path.name)
        scenario = load_scenario(made.scenario, path.name, prices, today)
        figures = _figures(scenario, made)
    except DatawallError as error:
        raise InputError(f"{path.name} cannot be computed again: {error}") from error
    current, moved = _today(scenario, workspace, prices, today)
    edited = read.edited
    if own.digest != made.digest:
        edited = (*edited, "the scenario within it is not the one that it names")
    return Verified(
        file=path.name,
        provenance=made,
        edited=edited,
        differences=_differences(read.seal.figures, figures),
        moved=moved,
        figures_today=_figures(current, made) if moved else {},
        figures=read.seal.figures,
    )


def _is_quoted(a: Assumption) -> bool:
    """Whether a default comes from the price book."""
    from_table = a.key in PRICE_ROWS and a.source.endswith(_KINDS)
    return from_table or a.key in (*TOKEN_PRICE_KEYS, *STRONG_PRICE_KEYS)


def _figures(scenario: Scenario, made: Provenance) -> Mapping[str, float | None]:
    alone = standing_alone(scenario)
    found = findings_of(alone, target=made.target, draws=made.draws, seed=made.seed)
    return figures_of(found)


def _differences(
    reported: Mapping[str, float | None], now: Mapping[str, float | None]
) -> tuple[Difference, ...]:
    return tuple(
        Difference(figure=name, reported=value, now=now.get(name))
        for name, value in reported.items()
        if not _equal(value, now.get(name))
    )


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)


def _today(
    scenario: Scenario, workspace: Workspace, prices: PriceBook, today: date
) -> tuple[Scenario, tuple[Moved, ...]]:
    """The scenario with today's default prices and measurements, and what has moved."""
    models = {key: scenario.settings[key] for key in ("model", "strong_model")}
    try:
        shipped = default_scenario(prices, today, **models)
    except DatawallError:  # A model that gave its own prices is in no price book.
        shipped = scenario
    measured = chain_behind(workspace, scenario, keeps_scenario=False).scenario
    fresh = {
        "default": shipped,
        "measured": measured,
    }
    changed = []
    for a in scenario.values():
        now = fresh[a.status][a.key] if a.status in fresh else a
        if a.status == "default" and not _is_quoted(a):
            continue  # A guess that is shipped anew is no news of the world.
        if now.status == a.status and now.value != a.value:
            changed.append((a, now))
    moved = tuple(
        Moved(
            key=a.key,
            then=quantity(a.value, a.unit),
            today=quantity(now.value, now.unit),
            source=now.source,
        )
        for a, now in changed
    )
    return scenario.bound(*(now for _, now in changed)), moved
