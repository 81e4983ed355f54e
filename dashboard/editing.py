"""What the user types into the scenario: values, intervals, whole files."""

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from core.analysis.chain import save_scenario, stored_scenario
from core.analysis.price_book import book_of
from core.analysis.scenario import GROUPS, load_scenario
from core.assumptions import DISTRIBUTIONS, Assumption, Scenario, Typed
from core.errors import DatawallError
from core.formats import quantity
from dashboard import linked, show
from dashboard.home import workspace

GROUP, SEARCH = "group of assumptions", "assumption searched"
_REFUSED = "scenario refused"
_ON_THE_SIDEBAR = "target_accuracy"
_MOST_FOUND = 12
_CERTAIN = "certain"


def chosen_keys(scenario: Scenario) -> tuple[str, ...]:
    """The assumptions to edit: those that the search finds, else those of the chosen group."""
    left, right = st.columns([3, 2])
    with left:
        group = st.selectbox("Group", list(GROUPS), key=GROUP)
    with right:
        words = st.text_input("Or search all", key=SEARCH, placeholder="e.g. price, review")
    keys = [k for k in GROUPS[group] if k != _ON_THE_SIDEBAR]
    if words.strip():
        keys = [k for k in scenario if k != _ON_THE_SIDEBAR and _is_meant(scenario[k], words)]
        if not keys:
            st.info(f"No assumption is called or described like “{words}”.")
        elif len(keys) > _MOST_FOUND:
            st.caption(f"The first {_MOST_FOUND} of {len(keys)} are shown; search more narrowly.")
    return tuple(keys[:_MOST_FOUND] if words.strip() else keys)


def _is_meant(a: Assumption, words: str) -> bool:
    said = f"{a.key.replace('_', ' ')} {a.note} {a.source}".lower()
    return all(word in said for word in words.lower().split())


def form(scenario: Scenario, keys: tuple[str, ...]) -> None:
    """One line per assumption: value, interval and how it is spread between."""
    if linked.guard():
        return
    with st.form("edit", border=True):
        typed = {key: _line(scenario[key]) for key in keys}
        with st.container(horizontal=True):
            applied = st.form_submit_button("Apply", type="primary")
            back = st.form_submit_button("Back to defaults and measurements")
    if message := st.session_state.pop(_REFUSED, ""):
        st.error(show.written(message))
    if back:
        workspace().path("scenarios", "current.toml").unlink(missing_ok=True)
        st.rerun()
    if applied:
        _keep({k: t for k, t in typed.items() if t != as_typed(scenario[k])})
        st.rerun()


def as_typed(a: Assumption) -> Typed:
    """An assumption as it would be typed."""
    return Typed(value=a.value, low=a.low, high=a.high, distribution=a.distribution)


def _line(a: Assumption) -> Typed:
    """The fields of one assumption, and what stands in them."""
    name, why = a.key.replace("_", " "), f"{a.note} Source: {a.source}. As of {a.as_of}."
    with st.grid(4, min_column_width=150, vertical_alignment="bottom"):
        label = f"{name} [{a.unit}] · {a.status}"
        value = _asked(a, label, a.value, show.written(why)) or 0.0
        if a.draws:
            between = f"{quantity(a.low, a.unit)} to {quantity(a.high, a.unit)}"
            st.caption(f"{len(a.draws):,} draws, {between} (90 %). A new value replaces them.")
            return as_typed(a) if value == a.value else Typed(value=value)
        low = _asked(a, "low", a.low, "5th percentile.")
        high = _asked(a, "high", a.high, "95th percentile.")
        kinds = [_CERTAIN, *(d for d in DISTRIBUTIONS if d != "empirical")]
        kind = st.selectbox(
            "spread",
            kinds,
            index=0 if a.low is None else kinds.index(a.distribution),
            key=f"spread of {a.key} {as_typed(a)}",
            help="certain: without an interval. auto: the value is the median, whatever the ends. "
            "A lognormal or beta follows from its ends alone, so the value has to be its median. "
            "Draws of a measurement come with a file.",
        )
    if kind == _CERTAIN and (a.low is not None or (low, high) == (None, None)):
        return Typed(value=value)
    spread = next((d for d in DISTRIBUTIONS if d == kind), DISTRIBUTIONS[0])
    return Typed(value=value, low=low, high=high, distribution=spread)


def _asked(a: Assumption, label: str, value: float | None, why: str) -> float | None:
    """A field for a number; one that held a number cannot be emptied."""
    least, most = a.unit.bounds
    found: float | None = st.number_input(
        label,
        value=value,
        min_value=least,
        max_value=most if most < float("inf") else None,
        format="%.6g",
        key=f"{label} of {a.key} {as_typed(a)}",
        help=why,
        placeholder="–",
    )
    return found


def _keep(changes: Mapping[str, Typed]) -> None:
    """Keep what was typed; what cannot be is said and nothing is changed."""
    try:
        today = datetime.now(UTC).date()
        save_scenario(workspace(), stored_scenario(workspace()).edited(changes, on=today))
    except DatawallError as error:
        st.session_state[_REFUSED] = str(error)


def upload() -> None:
    """A scenario file in place of what is kept."""
    if linked.looking() is not None:
        return
    with st.expander("Use your own scenario file", icon=":material/upload_file:"):
        st.caption(
            "A TOML file as the download below gives it. It may be brief: what it leaves out is at "
            "its default. Distributions, draws and correlations come with it."
        )
        file = st.file_uploader("Scenario file", type=["toml"], key="scenario file")
        if file is None:
            return
        scenario = read(file.name, file.getvalue())
        if scenario is None:
            return
        said = f"“{scenario.name}” is the workspace's own now. {linked.MEASURED_ANEW}"
        st.button(
            show.written(f"Use “{scenario.name}”"),
            type="primary",
            on_click=linked.make_own,
            args=(scenario, said),
        )


def read(name: str, content: bytes) -> Scenario | None:
    """A scenario file, completed; a slip in it is said in a sentence."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        st.error(f"{name} is not UTF-8 text; save it as UTF-8.")
        return None
    try:
        return load_scenario(text, name, book_of(workspace()), datetime.now(UTC).date())
    except DatawallError as error:
        st.error(show.written(str(error)))
        return None


def correlations(scenario: Scenario) -> None:
    """What moves together, and how to say so."""
    if not scenario.correlations:
        st.caption(
            "All assumptions are drawn independently. In the file, a table [correlations] with "
            "lines like “input_tokens:output_tokens = 0.5”, the pair in quotation marks, lets "
            "some move together."
        )
        return
    pairs = [
        f"{one.replace('_', ' ')} and {other.replace('_', ' ')} ({rank:g})"
        for (one, other), rank in scenario.correlations.items()
    ]
    st.caption(f"Moving together, by rank correlation: {'; '.join(pairs)}.")
