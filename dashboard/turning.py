"""The parts of the strictness page: the knob, what lies at the threshold, who rejects what."""

import streamlit as st

from core.analysis.corpus import JudgedCandidate
from core.analysis.strictness.knob import Setting
from core.analysis.strictness.recommend import Objective, Recommended
from core.formats import count, money, number, percent
from dashboard import cached, charts, knobs, show
from dashboard.inputs import TAU

_KNOB = "knob"
_NEAR = 6
_AIMS = {
    "information": "Most information per dollar",
    "downstream": "The same, with a cost after accepting",
    "floor": "A precision wanted",
    "value": "Value less harm",
}


def chosen_run(fingerprint: str) -> str:
    """The run to turn the knob on; the page ends here when there is none."""
    chain = show.chain_now()
    runs = {r.run_id: r for r in cached.runs_of(fingerprint, 200) if r.proposed}
    if not runs:
        show.no_run(chain.part.name if chain.part else "the bottleneck")
    own = chain.run.run_id if chain.run and chain.run.run_id in runs else next(iter(runs))
    return str(
        st.selectbox(
            "Run",
            list(runs),
            index=list(runs).index(own),
            format_func=lambda r: f"{r} · {runs[r].run.slice} · {runs[r].proposed:,} candidates",
        )
    )


def objective() -> Objective:
    """What the recommended strictness shall be best at."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        aim = st.selectbox(
            "Best for",
            list(_AIMS),
            format_func=lambda name: _AIMS[name],
            key="objective",
        )
        if aim == "floor":
            floor = st.number_input("Precision wanted (%)", 50.0, 99.9, 90.0, 1.0, width=170)
            return Objective(aim="floor", floor=float(floor) / 100)
        if aim == "value":
            value = st.number_input("Worth of a good sample (USD)", 0.0, 1e6, 1.0, width=220)
            harm = st.number_input("Harm of a bad sample (USD)", 0.01, 1e6, 4.0, width=220)
            return Objective(aim="value", value_usd=float(value), harm_usd=float(harm))
        if aim == "downstream":
            besides = st.number_input(
                "Cost of each accepted sample (USD)", 0.001, 1e6, 0.05, format="%.3f", width=260
            )
            return Objective(aim="downstream", downstream_usd=float(besides))
    return Objective()


def slider(best: Recommended) -> float:
    """The knob, the same as in the sidebar, and the setting that is recommended."""
    st.session_state[_KNOB] = float(st.session_state.get("tau", TAU))
    tau = st.slider(
        "Strictness τ of this run",
        0.0,
        1.0,
        step=0.01,
        key=_KNOB,
        on_change=_turned,
        help="Accept a candidate when its probability of being good is at least τ (its score, "
        "as long as there are too few labels). Moving it re-reads the ledger; no call is made.",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if best.tau is not None:
            to = round(min(1.0, max(0.0, best.tau)), 2)
            st.button(
                f"Set τ to {to:.2f}",
                icon=":material/tune:",
                disabled=to == round(float(tau), 2),
                on_click=_set,
                args=(to,),
            )
        why = best.why.rstrip(".")
        st.caption(show.written(f"Recommended: {why}."))
    return float(tau)


def _turned() -> None:
    st.session_state["tau"] = st.session_state[_KNOB]


def _set(tau: float) -> None:
    st.session_state["tau"] = tau


def at_the_threshold(run_id: str, tau: float) -> None:
    """Candidates on both sides, and any candidate with what every critic said of it."""
    near = knobs.near(run_id, tau, _NEAR)
    if not near:
        st.caption("No candidate has been judged by every critic yet.")
        return
    st.dataframe(
        [_row(c) for c in near],
        hide_index=True,
        height="content",
        alt="Candidates at the threshold and the critic that decided",
    )
    st.markdown("**Why was this candidate rejected, or accepted?**")
    most = len(knobs.knob(run_id).judged.names) - 1
    first = next((c.index for c in near if not c.accepted), near[0].index)
    place = st.number_input(
        f"Candidate (0 to {most:,})", 0, most, value=first, key=f"why {run_id}", width=220
    )
    found = knobs.candidate(run_id, tau, int(place))
    if found is None:
        return
    verdict = "accepted" if found.accepted else "rejected"
    decided = found.said[0] if found.said else None
    by = f" by {decided.critic}: {decided.reason}" if decided and not found.accepted else ""
    written = " · ".join(str(value) for value in found.content.values())
    st.markdown(f"{show.written(written)}\n\n**{verdict}**{show.written(by)}")
    st.dataframe(
        [{"critic": s.critic, "score": number(s.score, 2), "reason": s.reason} for s in found.said],
        hide_index=True,
        alt="What each critic said of the candidate",
    )


def _row(c: JudgedCandidate) -> dict[str, str | int]:
    return {
        "": "accepted" if c.accepted else "rejected",
        "no.": c.index,
        "candidate": " · ".join(str(value) for value in c.content.values()),
        "score": number(c.score, 2),
        "decided by": c.said[0].critic if c.said else "–",
        "reason": c.said[0].reason if c.said else "not judged",
    }


def critics(run_id: str, tau: float) -> None:
    """What each critic would reject alone, what only it rejects, and at what price."""
    _jury(run_id)
    st.dataframe(
        [
            {
                "critic": c.critic,
                "rejects": c.rejects,
                "only it rejects": c.only_it,
                "of these labelled bad": c.bad_stopped,
                "labelled good": c.good_lost,
                "could not judge": c.unjudged,
                "cost": money(c.cost_usd) if c.cost_usd else "free",
                "per candidate only it rejects": (
                    "–" if c.cost_per_rejected_usd is None else money(c.cost_per_rejected_usd)
                ),
            }
            for c in knobs.contributions(run_id, tau)
        ],
        hide_index=True,
        alt="What each critic rejects at this strictness, alone and only it, and its cost",
    )
    st.caption(
        "“Only it rejects”: every other critic would have let these pass. A critic that stops "
        "few on its own and costs much is a candidate for removal; one that stops many labelled "
        "good is too harsh."
    )


def _jury(run_id: str) -> None:
    """How many votes a jury is really worth."""
    jury = knobs.jury(run_id)
    if jury is None:
        return
    worth = "unknown" if jury.effective is None else number(jury.effective, 2)
    best = max(jury.jurors, key=lambda juror: juror.right)
    st.markdown(
        f"**{len(jury.jurors)} votes are worth {worth} independent ones**: the majority agrees "
        f"with people on {percent(jury.majority_right, 0)} of {jury.labels} labelled candidates, "
        f"the best single vote ({show.written(best.name)}) on {percent(best.right, 0)}."
    )


def sub_slices(now: Setting) -> None:
    """What the setting leaves of each sub-slice of the anchors."""
    if not now.parts:
        st.caption("The run's dataset is not in this workspace, so its anchors are unknown.")
        return
    st.dataframe(
        [
            {
                "most typical example": p.part,
                "anchors": p.anchors,
                "covered": percent(p.coverage, 0),
                "candidates": p.proposed,
                "accepted": p.accepted,
                "good ones kept": percent(p.good_kept, 0),
            }
            for p in sorted(now.parts, key=lambda p: p.anchors)
        ],
        hide_index=True,
        alt="Coverage and accepted candidates of each sub-slice",
    )


def shift(run_id: str, tau: float) -> None:
    """Whether the accepted ones together still look like the anchors."""
    st.caption(
        "Critics judge candidates one by one. Whether all accepted ones together have moved, "
        "shrunk, lost a rare kind or repeat themselves is measured here against what halves of "
        "the real examples differ by."
    )
    asked = f"shift {run_id} {tau}"
    st.button(
        "Compare the accepted set with the anchors",
        icon=":material/compare:",
        on_click=lambda: st.session_state.update({asked: True}),
    )
    if not st.session_state.get(asked):
        return
    found = knobs.shift(run_id, tau)
    (st.warning if any(each.alarm for each in found.findings) else st.info)(
        show.written(found.words)
    )
    st.dataframe(
        [
            {
                "figure": each.metric,
                "standard deviations from real halves": number(each.z, 2),
                "alarm": "yes" if each.alarm else "no",
                "what it says": each.words,
            }
            for each in found.findings
        ],
        hide_index=True,
        alt="Figures of the accepted set beside their null bands from real data",
    )


def calibration(run_id: str) -> None:
    """Whether scores are probabilities: the reliability diagram and its figures."""
    said, trust = knobs.calibration(run_id), knobs.trust(run_id)
    if trust is None:
        st.info(
            f"{said.why[:1].upper()}{said.why[1:]}. Until then τ is compared with the lowest of "
            "the critics' scores, which is no probability.",
            title="The scores are not calibrated",
        )
        st.page_link("views/label.py", label="Label candidates", icon=":material/label:")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        described = "Probability said against share labelled good, with 90 % bands"
        show.chart(charts.reliability(trust), "reliability", described)
    with right:
        show.number("Method", said.method, f"{count(said.labels)} human labels", boxed=False)
        show.number(
            "Calibration error",
            "none beyond chance" if said.ece == 0 else percent(said.ece),
            "on labels left out of the fit",
            why="Root mean squared gap between said and true, small-sample bias removed.",
            boxed=False,
        )
        show.number("Brier score", number(said.brier), "0 is perfect", boxed=False)
        tried = ", ".join(f"{name} {number(loss)}" for name, loss in said.considered.items())
        st.caption(f"Chosen by cross-validated log loss: {tried}.")
