"""Scenarios that are kept, on their page: saving, using, copying, renaming, deleting, sharing."""

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from core.analysis import library
from core.analysis.library import LONGEST_NAME, Stored
from core.analysis.price_book import book_of
from core.analysis.share import to_link, to_state, to_stored_link
from core.analysis.side_by_side import SideBySide
from core.analysis.side_words import figures_of, headings, notes_of, sources_of, values_of
from core.assumptions import Scenario
from core.errors import DatawallError
from core.formats import percent
from dashboard import cached, linked, show
from dashboard.home import workspace
from dashboard.tables import Rows

_SAID, _REFUSED = "library said", "library refused"
_CHOSEN, _NAME = "kept scenario", "new scenario name"


def save(scenario: Scenario) -> None:
    """Keep the scenario that is shown under a name."""
    row = st.form("save scenario", border=True, clear_on_submit=True)
    with row, st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", max_chars=LONGEST_NAME, placeholder="e.g. Base case")
        pressed = st.form_submit_button("Keep what is shown now", type="primary")
    if pressed:
        done = _tried(lambda: library.save_as(workspace(), scenario, name), "Kept “{}”.")
        if done is not None:
            st.session_state[_CHOSEN] = done.scenario_id
    _outcome()


def kept() -> tuple[Stored, ...]:
    """The table of scenarios that are kept."""
    found = cached.kept_scenarios()
    for sentence in found.unreadable:
        st.warning(show.written(sentence))
    if not found.stored:
        st.info("No scenario is kept yet. Give the one that is shown a name.")
        return ()
    rows: Rows = [
        {
            "name": called(stored),
            "id": stored.scenario_id,
            "saved (UTC)": stored.saved_at[:16].replace("T", " "),
            "promises": percent(stored.target),
            "measured": stored.measured,
            "edited": stored.edited,
            "digest": stored.digest,
        }
        for stored in found.stored
    ]
    st.dataframe(rows, hide_index=True, height="content", alt="Scenarios that are kept")
    return found.stored


def called(stored: Stored) -> str:
    """The name, and which version it is where there are several."""
    return stored.name if stored.version == 1 else f"{stored.name} (version {stored.version})"


def one(listed: tuple[Stored, ...]) -> None:
    """Work on one of them."""
    names = {stored.scenario_id: called(stored) for stored in listed}
    if st.session_state.get(_CHOSEN) not in names:
        st.session_state[_CHOSEN] = listed[0].scenario_id
    chosen = st.selectbox(
        "Scenario", list(names), format_func=lambda i: f"{names[i]} ({i})", key=_CHOSEN
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Use as the workspace's scenario", on_click=_use, args=(chosen,))
        _download(chosen, names[chosen])
        with st.popover("Delete", icon=":material/delete:"):
            st.write(show.written(f"“{names[chosen]}” cannot be brought back."))
            st.button("Delete it", on_click=_do, args=("delete", chosen))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("New name", max_chars=LONGEST_NAME, key=_NAME)
        st.button("Duplicate", on_click=_do, args=("duplicate", chosen))
        st.button("Rename", disabled=not name, on_click=_do, args=("rename", chosen))
    st.caption("A link to it, for whoever uses this workspace:")
    st.code(to_stored_link(chosen, _base()), language=None, wrap_lines=True)


def _download(chosen: str, name: str) -> None:
    def content() -> str:
        return cached.scenario_file(library.open_stored(workspace(), chosen))

    plain = "".join(c if c.isalnum() else "-" for c in name).strip("-") or chosen
    st.download_button(
        "Download",
        data=content,
        mime="application/toml",
        file_name=f"{plain}.toml",
        on_click="ignore",
        icon=":material/download:",
    )


def link(scenario: Scenario) -> None:
    """The scenario that is shown, as a link that holds all of it."""
    with st.expander("Share what is shown as a link or a file", icon=":material/share:"):
        try:
            today = datetime.now(UTC).date()
            state = to_state(scenario, book_of(workspace()), today)
            st.caption("The whole scenario is in the address; it opens on any Datawall.")
            st.code(to_link(state, _base()), language=None, wrap_lines=True)
        except DatawallError as error:
            st.info(show.written(str(error)))
        st.download_button(
            "Download as scenario file",
            data=lambda: cached.scenario_file(scenario),
            mime="application/toml",
            file_name="scenario.toml",
            on_click="ignore",
            icon=":material/download:",
        )


def side_by_side(found: SideBySide) -> None:
    """Figures of every side, then what differs."""
    names, figures = headings(found), figures_of(found)
    plans = figures.pop("cheapest plan")
    rows: Rows = [
        {"figure": name, **dict(zip(names, cells, strict=True))} for name, cells in figures.items()
    ]
    notes = notes_of(found)
    if found.targets_differ:
        st.warning(show.written(notes.pop(0)), icon=":material/warning:")
    st.dataframe(rows, hide_index=True, height="content", alt="Each scenario's figures")
    for name, plan in zip(names, plans, strict=True):
        st.markdown(f"**{show.written(name)}**: {show.written(plan)}.".replace("..", "."))
    st.caption(
        show.written(" ".join((*notes, f"P10 to P90 of {found.sides[0].margin.draws:,} draws.")))
    )
    st.subheader("What differs")
    differing: Rows = [
        {
            "assumption": one.key.replace("_", " "),
            "unit": one.unit or "–",
            **dict(zip(names, values_of(one), strict=True)),
            "source": sources_of(one),
        }
        for one in found.differing
    ]
    if differing:
        alt = "Assumptions that differ, with their units"
        st.dataframe(differing, hide_index=True, height="content", alt=alt)
    else:
        st.caption("They have the same figures and settings.")


def _base() -> str:
    address = st.context.url or "http://127.0.0.1:8501"
    return "/".join(address.split("/")[:3])


_SENTENCES = {
    "duplicate": "Kept “{}”.",
    "rename": "It is now “{}”.",
    "delete": "“{}” is deleted.",
}


def _do(what: str, chosen: str) -> None:
    """Copy, rename or delete the chosen one, and say so or why not. For callbacks."""
    name = str(st.session_state.get(_NAME, "")).strip()

    def act() -> Stored:
        if what == "delete":
            return library.delete(workspace(), chosen)
        if what == "rename":
            return library.rename(workspace(), chosen, name)
        return library.duplicate(workspace(), chosen, name or None)

    done = _tried(act, _SENTENCES[what])
    if done is not None and what != "delete":
        st.session_state[_CHOSEN], st.session_state[_NAME] = done.scenario_id, ""


def _use(chosen: str) -> None:
    """Make it the workspace's own, and aim at what it promises."""
    meant = _tried(
        lambda: library.stored_named(workspace(), chosen), "“{}” is now the workspace's own."
    )
    if meant is not None:
        linked.make_own(library.open_stored(workspace(), chosen))
        st.session_state[_SAID] += f" {linked.MEASURED_ANEW}"


def _tried(act: Callable[[], Stored], said: str) -> Stored | None:
    """Do it, and note what was done or why not."""
    try:
        done = act()
    except DatawallError as error:
        st.session_state[_REFUSED] = str(error)
        return None
    st.session_state[_SAID] = said.format(done.name)
    return done


def _outcome() -> None:
    if message := st.session_state.pop(_REFUSED, None):
        st.error(show.written(message))
    if message := st.session_state.pop(_SAID, None):
        st.success(show.written(message))
