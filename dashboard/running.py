"""Runs that go on at this moment, whichever process writes them: how they go, and their reins."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.errors import DatawallError
from core.formats import count, duration, money, number
from core.generation.plan import GenerationPlan
from core.workspace.control import LiveFigures
from core.workspace.runs import RunSummary
from dashboard import ledgers, show, work

RUN = "run"
"""Where the session, and the page's address, keep the run that is shown in full."""
_GOING = "runs going"
_MOST = 4
_UNKNOWN = "–"


def panel() -> None:
    """A card for each run that goes on; the page is drawn anew when one begins or ends."""
    _show_the_new_one()
    st.session_state[_GOING] = tuple(ledgers.going()), work.is_generating()
    _cards()


@st.fragment(run_every=1.0)
def _cards() -> None:
    going, starting = tuple(ledgers.going()), work.is_generating()
    if (going, starting) != st.session_state[_GOING]:
        st.rerun()
    if starting and not going:
        work.starting_card()
    for run_id in going[:_MOST]:
        with st.container(border=True):
            _card(run_id)
    if len(going) > _MOST:
        st.caption(f"{len(going) - _MOST:,} more are going on.")


def _show_the_new_one() -> None:
    """Show the run this session started as soon as it is there, be it over already."""
    if (before := st.session_state.get(work.RUNS_BEFORE)) is None:
        return
    is_over = not work.is_generating()
    if new := [name for name in ledgers.names() if name not in before]:
        st.session_state[RUN] = new[0]
    if new or is_over:
        del st.session_state[work.RUNS_BEFORE]


def _card(run_id: str) -> None:
    run, now = ledgers.summary(run_id), ledgers.live(run_id)
    plan = ledgers.plan(run_id)
    is_held = ledgers.is_held(run_id)
    with st.container(horizontal=True, vertical_alignment="center"):
        by = plan.generator.model or plan.generator.type
        st.markdown(f"**{show.written(run.run.slice)}** · {show.written(by)} · {run_id}")
        if is_held:
            st.badge("paused", icon=":material/pause:", color="orange")
        st.space("stretch")
        if plan.models:
            _hold(run_id, is_held=is_held)
        _rein("Stop", "stop", run_id)
    st.progress(_share(run, now), text=_far(run, now))
    if plan.models:
        _figures(now)
        _money(run, now, plan)


def _hold(run_id: str, *, is_held: bool) -> None:
    if is_held:
        _rein("Continue", "play_arrow", run_id)
    else:
        _rein("Pause", "pause", run_id)


def _rein(label: str, icon: str, run_id: str) -> None:
    said = f"{label} {run_id}"
    act = {"Pause": ledgers.pause, "Continue": ledgers.resume, "Stop": ledgers.stop}[label]
    st.button(label, key=said, icon=f":material/{icon}:", on_click=partial(_try, act, run_id))


def _try(act: Callable[[str], None], run_id: str) -> None:
    try:
        act(run_id)
    except DatawallError as error:  # It has just ended.
        st.toast(str(error))


def _share(run: RunSummary, now: LiveFigures | None) -> float:
    if now is not None and now.wanted_accepted:
        return min(now.accepted / now.wanted_accepted, 1.0)
    return min(run.proposed / run.wanted, 1.0) if run.wanted else 0.0


def _far(run: RunSummary, now: LiveFigures | None) -> str:
    """Candidates and accepted ones so far, and the time left."""
    settled = run.proposed if now is None else max(now.settled, run.proposed)
    parts = [f"{show.written(run.run.slice)}: {count(settled)} of {count(run.wanted)} candidates"]
    if now is not None:
        goal = f" of {count(now.wanted_accepted)}" if now.wanted_accepted else ""
        parts.append(f"{count(now.accepted)}{goal} accepted")
        if now.wanted_accepted and now.expected != run.wanted:
            parts.append(f"about {count(now.expected)} candidates are expected")
        if not now.paused and now.seconds_left is not None:
            parts.append(f"{duration(now.seconds_left)} left")
    return " · ".join(parts)


def _figures(now: LiveFigures | None) -> None:
    """Pace and pressure; every place is there from the start, so that nothing jumps."""
    pace = flight = refused = saved = _UNKNOWN
    if now is not None:
        pace = number(now.calls_per_second, 2)
        flight = f"{now.in_flight:,} of {now.limit:,}"
        refused, saved = count(now.refusals), money(now.saved_usd)
    with st.grid(4, min_column_width=120):
        show.number("Calls per second", pace, boxed=False)
        about = "Calls under way, of those that the endpoint is taken to bear at once."
        show.number("In flight", flight, why=about, boxed=False)
        about = "Times that the endpoint refused for want of capacity."
        show.number("Refusals", refused, why=about, boxed=False)
        show.number("Saved by the cache", saved, boxed=False)


def _money(run: RunSummary, now: LiveFigures | None, plan: GenerationPlan) -> None:
    """Spent, set aside and expected in all, against the budget."""
    spent = run.cost_usd if now is None else now.cost_usd
    parts = [f"{money(spent)} spent"]
    if now is not None:
        parts.append(f"{money(now.reserved_usd)} reserved")
        projected = "unknown" if now.projected_usd is None else f"about {money(now.projected_usd)}"
        parts.append(f"{projected} in all")
    budget = plan.budget_usd
    parts.append("no budget is set" if budget is None else f"budget {money(budget)}")
    share = min(spent / budget, 1.0) if budget else 0.0
    st.progress(share, text=show.written(" · ".join(parts)))
