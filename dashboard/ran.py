"""A run that was made, in full: what came of it, what it cost, and the way on."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core.analysis.allowance import budget_to_go_on
from core.analysis.course import Course
from core.analysis.estimate import actual_of
from core.analysis.spending import Spending
from core.formats import count, interval, money, percent
from core.generation.plan import MOST_CANDIDATES, GenerationPlan
from core.workspace.runs import RunSummary
from dashboard import charts, ledger_tables, ledgers, pricing, show, work

_SECONDS_BETWEEN_LOOKS = 4.0
_CHECKED = "ledger checked"


def details(run: RunSummary) -> None:
    """A run in full; one that goes on is followed."""
    seconds = _SECONDS_BETWEEN_LOOKS if run.state == "running" else None
    st.fragment(run_every=seconds)(_details)(run.run_id)


def _details(run_id: str) -> None:
    run = ledgers.summary(run_id)
    _headline(run)
    _develop(run)
    _spent(run)
    _examples(run)
    _next_to_do(run)


def _headline(run: RunSummary) -> None:
    """What came of the run, why it ended, and what it cost against what was expected."""
    accepted, plan = ledgers.accepted(run.run_id), ledgers.plan(run.run_id)
    so_far = " so far" if run.state == "running" else ""
    paid = f"for {money(run.cost_usd)}" if plan.models else "at no cost"
    st.subheader(
        show.written(
            f"{count(accepted)} of {count(run.proposed)} candidates are accepted {paid}{so_far}"
        )
    )
    said = show.written(f"{_why(run)} {_against_estimate(run)}")
    st.markdown(f"**{ledger_tables.state(run).capitalize()}.** {said}")
    if run.damage:
        st.error(show.written(run.damage))
    with st.grid(4, min_column_width=190):
        goal = f"of {count(plan.accepted)} wanted" if plan.accepted else ""
        rate = percent(accepted / run.proposed) if run.proposed else "unknown"
        show.number("Acceptance rate", rate, goal)
        budget = "" if plan.budget_usd is None else f"of {money(plan.budget_usd)}"
        show.number("Paid", _paid(run.cost_usd, plan), budget, "budget" if budget else "")
        each = run.cost_usd / accepted if accepted else None
        show.number("Per accepted sample", _paid(each, plan) if accepted else "none accepted")
        if plan.models:
            tokens = f"{count(run.input_tokens)} in, {count(run.output_tokens)} out"
            show.number("Saved by the cache", money(run.saved_usd), tokens, "tokens paid")


def _paid(usd: float | None, plan: GenerationPlan) -> str:
    return money(usd) if plan.models else "$0"


def _why(run: RunSummary) -> str:
    if run.why:
        return f"{run.why[:1].upper()}{run.why[1:].rstrip('.')}."
    if run.state == "running":
        return "These are its figures at this moment."
    if run.stopped is None:
        return "The process ended before the run did; what was settled is kept."
    if run.stopped == "budget":
        return "The next call could have passed the budget."
    return f"All {count(run.wanted)} candidates were proposed." if run.stopped == "done" else ""


def _against_estimate(run: RunSummary) -> str:
    """What was paid against what was expected before; empty when nothing was."""
    expected = run.run.estimate
    if not expected:
        return ""
    spread = interval(money(expected["p10"]), money(expected["p90"]))
    said = f"Expected were {money(expected['p50'])} ({spread}, P10 to P90)"
    found = actual_of(run)
    if found is None:
        return f"{said} for the whole run."
    off = "" if found.error is None else f", {percent(abs(found.error), 0)} "
    off += "" if found.error is None else "more" if found.error > 0 else "less"
    where = "inside" if found.is_within else "outside"
    return f"{said}; the {money(found.actual_usd)} paid lie {where}{off}."


def _develop(run: RunSummary) -> None:
    """Spending and acceptance as the run went."""
    plan = ledgers.plan(run.run_id)
    course = ledgers.course(run.run_id, plan.strictness)
    if not course.calls:
        _acceptance(run, course, plan)
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Paid and accepted, call by call**")
        expected = run.run.estimate.get("p50")
        figure = charts.spending_course(course, plan.budget_usd, expected)
        described = "Dollars paid and candidates accepted against the calls made"
        show.chart(figure, f"spending {run.run_id}", described)
    with right:
        _acceptance(run, course, plan)


def _acceptance(run: RunSummary, course: Course, plan: GenerationPlan) -> None:
    st.markdown("**Acceptance in the order of the candidates**")
    if not course.proposed:
        st.caption("Fewer than ten candidates: no rate can be drawn yet.")
        return
    figure = charts.acceptance_course(course, plan.least_acceptance)
    described = "Rolling acceptance rate with its interval, by candidate"
    show.chart(figure, f"acceptance {run.run_id}", described)


def _spent(run: RunSummary) -> None:
    """Calls, tokens and dollars by role, model and outcome, and what went wrong."""
    found: Spending = ledgers.spending(run.run_id)
    if not found.lines:
        return
    st.markdown("**Spending by role, model and outcome**")
    st.dataframe(
        ledger_tables.spending(found),
        hide_index=True,
        column_config=ledger_tables.CALL_COLUMNS,
        alt="Calls, tokens and dollars by role, model and outcome",
    )
    if found.unsettled_usd:
        more = money(found.unsettled_usd)
        why = "answers that are under way or were lost."
        st.caption(show.written(f"At most {more} more may be billed: {why}"))
    if found.reasons:
        st.markdown("**What went wrong**")
        said = [{"calls": times, "reason": reason} for reason, times in found.reasons]
        st.dataframe(said, hide_index=True, alt="Reasons why calls failed, with counts")


def _examples(run: RunSummary) -> None:
    """The first accepted and the first rejected candidates, with the critic that decided."""
    found = ledgers.firsts(run.run_id, run.strictness)
    if not found:
        st.caption("No candidate has been proposed yet.")
        return
    st.markdown(f"**The first candidates, at strictness {run.strictness:g}**")
    rows = ledger_tables.candidates(found)
    st.dataframe(rows, hide_index=True, alt="First accepted and rejected candidates with reasons")


def _next_to_do(run: RunSummary) -> None:
    """The way on for a run that fell short, and a button that derives its ledger again."""
    key = f"{_CHECKED} {run.run_id} {run.calls} {run.state}"
    with st.container(horizontal=True):
        _go_on(run)
        st.button(
            "Verify the ledger",
            icon=":material/verified:",
            key=f"verify {run.run_id}",
            on_click=lambda: st.session_state.update({key: None}),
        )
    if key not in st.session_state:
        return
    found = st.session_state[key] = st.session_state[key] or ledgers.verified(run.run_id)
    if found.ok:
        paid = show.written(money(found.cost_usd))
        holds = f"The ledger holds: {count(found.calls)} calls, {paid}."
        st.success(holds, icon=":material/verified:")
    else:
        wrong = [check.name for check in found.checks if not check.ok]
        st.error(f"The ledger does not hold: {', '.join(wrong)}.")
    rows = ledger_tables.checks(found)
    st.dataframe(rows, hide_index=True, alt="Checks of the ledger with findings")


def _go_on(run: RunSummary) -> None:
    plan = ledgers.plan(run.run_id)
    accepted = ledgers.accepted(run.run_id)
    is_short = plan.accepted is not None and accepted < plan.accepted
    if run.state == "running" or (run.stopped == "done" and not (is_short and not _ruled(run))):
        return
    with st.popover("Go on with this run", icon=":material/resume:", disabled=work.is_running()):
        st.write("It goes on with its own plan where its ledger ends; nothing is paid twice.")
        if run.stopped == "done":
            plan = replace(plan, candidates=_more_candidates(run))
        if pricing.is_paid(plan):
            plan = replace(plan, budget_usd=_new_budget(run, plan))
        st.button(
            "Go on",
            type="primary",
            icon=":material/play_arrow:",
            key=f"go on {run.run_id}",
            disabled=plan.budget_usd is not None and plan.budget_usd <= run.cost_usd,
            on_click=partial(_resume, run.run_id, plan),
        )


def _ruled(run: RunSummary) -> bool:
    """Whether a rule, and not the limit of candidates, ended the run."""
    return run.proposed < run.wanted


def _more_candidates(run: RunSummary) -> int:
    key = f"more candidates {run.run_id}"
    st.session_state.setdefault(key, min(2 * run.wanted, MOST_CANDIDATES))
    least = min(run.wanted + 1, MOST_CANDIDATES)
    return int(st.number_input("Candidates at most", least, MOST_CANDIDATES, step=10, key=key))


def _new_budget(run: RunSummary, plan: GenerationPlan) -> float:
    key = f"new budget {run.run_id}"
    st.session_state.setdefault(key, budget_to_go_on(run, plan.budget_usd))
    budget = st.number_input("Budget in all (USD)", 0.0, 1e6, step=0.5, format="%.2f", key=key)
    left = max(0.0, float(budget) - run.cost_usd)
    said = f"{money(run.cost_usd)} is spent, so at most {money(left)} more."
    st.caption(show.written(said if left else f"{said} Name more than is spent."))
    return float(budget)


def _resume(run_id: str, plan: GenerationPlan) -> None:
    # What closes the deficit was settled when the run began.
    settled = replace(plan, close_deficit_at=None)
    path = pricing.write_plan(settled)
    work.start(pricing.title_of(plan), ["generate", path, "--resume", run_id])
