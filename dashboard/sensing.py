"""What the outcome hangs on, goals, and differences of scenarios: kept, worded, tabled."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from core.analysis.difference import DifferenceAnswer, difference_of
from core.analysis.drawn_file import write_draws
from core.analysis.goal_seek import OUTCOMES_IN_WORDS, GoalAnswer, goal_seek
from core.analysis.library import open_stored
from core.analysis.plan_words import plan_in_words
from core.analysis.price_book import book_of
from core.analysis.rechosen import OUTCOMES
from core.analysis.scenario import default_scenario
from core.analysis.sensitivity import SensitivityAnswer, Tornado, sensitivity_of
from core.analysis.side_by_side import SideBySide, side_by_side
from core.analysis.side_words import LETTERS
from core.assumptions import Scenario
from core.errors import DatawallError
from core.formats import coefficient, interval, money, number, percent, points, quantity
from core.units import Unit
from dashboard import cached, editing, linked, priced, show
from dashboard.home import workspace

Rows = list[dict[str, object]]

NAMES = OUTCOMES_IN_WORDS
_BY_DIGEST: dict[Any, Any] = {Scenario: lambda scenario: scenario.digest}
_BY_NAME: dict[Any, Any] = {Scenario: lambda scenario: (scenario.name, scenario.digest)}
"""For answers that say what a scenario is called."""

_YOURS, _DEFAULT, _FILE = "Yours, with what is measured", "The default", "A file"
_OWN = "The workspace's own"
_SIDES = ("From", "To", "And then")


@st.cache_data(max_entries=32, show_spinner="Drawing …", hash_funcs=_BY_DIGEST)
def sensitivity(scenario: Scenario) -> SensitivityAnswer:
    """What the outcomes hang on."""
    return sensitivity_of(scenario, seed=cached.SEED)


@st.cache_data(max_entries=64, show_spinner="Seeking …", hash_funcs=_BY_DIGEST)
def sought(scenario: Scenario, outcome: str, wanted: float, key: str) -> GoalAnswer:
    """Where an outcome reaches a goal."""
    return goal_seek(scenario, outcome=outcome, wanted=wanted, key=key)


@st.cache_data(max_entries=32, show_spinner="Comparing …", hash_funcs=_BY_NAME)
def difference(old: Scenario, new: Scenario) -> DifferenceAnswer:
    """What changed from one scenario to another."""
    return difference_of(old, new)


def draws_file(scenario: Scenario) -> bytes:
    """Every draw of inputs and outcomes as CSV."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "draws.csv"
        write_draws(path, scenario, seed=cached.SEED)
        return path.read_bytes()


def outcome() -> str:
    """The outcome that the page is about."""
    chosen = st.segmented_control(
        "Outcome", list(NAMES), format_func=NAMES.__getitem__, default="gross_margin", key="outcome"
    )
    return chosen or "gross_margin"


def shown(value: float | None, unit: Unit) -> str:
    """An outcome; what its dollars are per, its name says already."""
    return money(value) if unit.is_money else quantity(value, unit)


def moved_most(tornado: Tornado) -> str:
    """What moves the outcome most, in a sentence."""
    if not tornado.bars or not tornado.bars[0].swing:
        return f"No assumption alone moves the {NAMES[tornado.outcome]}"
    first = tornado.bars[0]
    low, high = (shown(x, tornado.unit) for x in (first.at_low, first.at_high))
    name = first.key.replace("_", " ")
    return f"{name[0].upper()}{name[1:]} moves the {NAMES[tornado.outcome]} most: {low} to {high}"


def bars(tornado: Tornado) -> Rows:
    """Every assumption that moves the outcome alone."""
    return [
        {
            "assumption": bar.key.replace("_", " "),
            "from P10 to P90": _ends(bar.low, bar.high, bar.unit),
            "at P10": shown(bar.at_low, tornado.unit),
            "at P90": shown(bar.at_high, tornado.unit),
            "rank correlation": coefficient(bar.rank_correlation),
            "status": bar.status,
        }
        for bar in tornado.bars
        if bar.swing
    ]


def _ends(low: float, high: float, unit: Unit) -> str:
    if unit.is_money:
        return interval(money(low), money(high))
    if unit is Unit.FRACTION:
        return interval(percent(low), percent(high))
    return f"{interval(number(low), number(high))} {'' if unit is Unit.ONE else unit}".rstrip()


def goal(scenario: Scenario) -> None:
    """Ask for a goal, and say where it is reached."""
    with st.form("goal", border=True), st.grid(3, min_column_width=220):
        outcome = st.selectbox("I want", list(OUTCOMES), format_func=NAMES.__getitem__)
        wanted = st.number_input(
            "of", value=70.0, format="%.6g", help="Per cent for the margin, else dollars."
        )
        key = st.selectbox(
            "by changing", list(scenario), format_func=lambda name: str(name).replace("_", " ")
        )
        asked = st.form_submit_button("Find it", type="primary")
    if not asked:
        return
    try:
        share = wanted / 100 if OUTCOMES[outcome] is Unit.FRACTION else wanted
        found = sought(scenario, outcome, share, key)
    except DatawallError as error:
        st.error(show.written(str(error)))
        return
    say = st.success if found.solutions else st.warning
    say(show.written(found.sentence))
    for solution in found.solutions:
        at, plan = quantity(solution.value, found.unit), plan_in_words(solution.plan)
        st.caption(show.written(f"At {at}: {plan}; accuracy {percent(solution.plan.accuracy)}."))


def scenarios_to_compare(mine: Scenario, own: Scenario) -> tuple[Scenario, ...] | None:
    """Two or three scenarios; None while one is missing."""
    names = {stored.scenario_id: stored.name for stored in cached.kept_scenarios().stored}
    options = [_YOURS, _DEFAULT, *names, _FILE]
    if linked.looking() is not None:
        names[_YOURS] = "The one from the link"
        options.insert(1, _OWN)
    chosen = []
    for column, side, start in zip(
        st.columns(len(_SIDES), gap="medium"), _SIDES, (_DEFAULT, _YOURS, None), strict=True
    ):
        with column:
            what = st.selectbox(
                side,
                options,
                index=None if start is None else options.index(start),
                format_func=lambda name: names.get(name, name),
                placeholder="none",
                key=f"scenario {side}",
            )
            if what is not None or start is not None:
                chosen.append(own if what == _OWN else _scenario(side, mine, what or _YOURS))
    found = tuple(scenario for scenario in chosen if scenario is not None)
    return found if len(found) == len(chosen) else None


def _scenario(side: str, mine: Scenario, what: str) -> Scenario | None:
    if what == _YOURS:
        return mine
    if what == _DEFAULT:
        return _default(datetime.now(UTC).date().isoformat(), priced.stamp())
    if what != _FILE:
        return open_stored(workspace(), what)
    file = st.file_uploader("Scenario file", type=["toml"], key=f"scenario file {side}")
    return None if file is None else editing.read(file.name, file.getvalue())


def steps(chosen: tuple[Scenario, ...]) -> list[tuple[str, Scenario, Scenario]]:
    """From each scenario to the next, with the letters of both."""
    pairs = zip(pairwise(LETTERS), pairwise(chosen), strict=False)
    return [(" to ".join(letters), *pair) for letters, pair in pairs]


def beside(chosen: tuple[Scenario, ...]) -> SideBySide:
    """The scenarios side by side."""
    return _beside(*chosen)


@st.cache_data(max_entries=16, show_spinner="Comparing …", hash_funcs=_BY_NAME)
def _beside(first: Scenario, second: Scenario, third: Scenario | None = None) -> SideBySide:
    given = (first, second) if third is None else (first, second, third)
    return side_by_side(given, margin=cached.margin, roi=cached.roi)


@st.cache_data(max_entries=4, show_spinner=False)
def _default(on: str, changed: int) -> Scenario:
    return default_scenario(book_of(workspace()), datetime.fromisoformat(on).date())


def changes(found: DifferenceAnswer) -> Rows:
    """Every change with its shares, and their sums."""
    rows: Rows = [
        {
            "changed": change.key.replace("_", " "),
            "from": change.old_in_words,
            "to": change.new_in_words,
            "gross margin": points(change.margin, 2),
            "cost of a request": money(change.unit_cost_usd),
            **({} if found.exact else {"margin ±": points(change.margin_error, 2).lstrip("+")}),
            "source": change.new_source,
        }
        for change in found.changes
    ]
    total = {
        "gross margin": points(found.margin, 2),
        "cost of a request": money(found.unit_cost_usd),
    }
    return [*rows, {"changed": "together", "from": "", "to": "", **total, "source": ""}]


def headline(found: DifferenceAnswer) -> str:
    """What the changes come to, in a sentence."""
    if not found.changes:
        return "Both scenarios have the same values and settings"
    before, after = percent(found.old.gross_margin), percent(found.new.gross_margin)
    if found.why:
        return f"The gross margin goes from {before} to {after}"
    first = found.changes[0]
    name = first.key.replace("_", " ")
    return (
        f"The gross margin goes from {before} to {after} ({points(found.margin)}); the largest "
        f"part is {name}, {points(first.margin)}"
    )
