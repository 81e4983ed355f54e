"""The certificate: what may be promised of the accepted, since when, and what is missing."""

import streamlit as st

from core.analysis.certify import Certificate, promised
from core.errors import DatawallError
from core.formats import count, interval, number, percent
from dashboard import knobs, show

_ERROR = "certificate error"
_PRECISION, _CONFIDENCE = "promise precision", "promise confidence"


def panel(run_id: str) -> None:
    """Ask for a certificate, and every look that was made."""
    st.caption(
        "A certificate says: at least so many of the accepted are good, with so much confidence. "
        "It rests on human labels drawn by chance. Each look at new labels spends half of the "
        "error that the confidence allows and is left, so look when the labels are done."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "Precision to promise (%)", 50.0, 99.9, 90.0, 1.0, width=200, key=_PRECISION
        )
        st.number_input("Confidence (%)", 50.0, 99.9, 90.0, 1.0, width=200, key=_CONFIDENCE)
        st.button(
            "Certify now",
            icon=":material/verified:",
            type="primary",
            on_click=_certify,
            args=(run_id,),
        )
        st.page_link("views/label.py", label="Label candidates", icon=":material/label:")
    if wrong := st.session_state.pop(_ERROR, None):
        st.error(wrong)
    found = knobs.certificates(run_id)
    passed = st.session_state.get(f"look {run_id}")
    if passed is not None and not passed.steps:
        _say(passed)
    if found:
        _say(found[0])
        _table(found)
    elif passed is None:
        st.caption("Nobody has asked for a certificate of this run yet.")


def _certify(run_id: str) -> None:
    # Read at the click: what was typed just before it may not have drawn the page anew yet.
    precision, confidence = (st.session_state[key] / 100 for key in (_PRECISION, _CONFIDENCE))
    try:
        # One without a step looked at nothing and is not recorded; it is shown all the same.
        st.session_state[f"look {run_id}"] = knobs.certify(run_id, precision, confidence)
    except DatawallError as error:
        st.session_state[_ERROR] = str(error)


def _say(found: Certificate) -> None:
    why = f"{found.why[:1].upper()}{found.why[1:]}."
    if not found.certified:
        missing = found.labels_missing
        more = "" if missing is None else f" Labels missing: about {count(missing)}."
        st.warning(show.written(f"{promised(found)} {why}{more}"), icon=":material/gpp_maybe:")
        return
    known = found.precision
    spread = f", precision {interval(percent(known.p10), percent(known.p90))}" if known else ""
    tau = "" if found.tau is None else f" At τ = {found.tau:.3f} and above"
    said = (
        f"{promised(found)}{tau}: {percent(found.acceptance_rate)} of the candidates are "
        f"accepted{spread}. {why}"
    )
    if found.status == "valid":
        st.success(show.written(said), icon=":material/verified:")
    else:
        status = f"{found.status[:1].upper()}{found.status[1:]}."
        st.warning(show.written(f"{said} {status}"), icon=":material/history:")
    named = ", ".join(f"{name} {value}" for name, value in found.versions.items())
    st.caption(show.written(f"For {named}."))


def _table(found: list[Certificate]) -> None:
    st.dataframe(
        [
            {
                "look": c.look,
                "when (UTC)": c.at[:16].replace("T", " "),
                "promise": f"{percent(c.precision_wanted, 0)} with {percent(c.confidence, 0)}",
                "certified": "yes" if c.certified else "no",
                "from score": number(c.score) if c.score is not None else "–",
                "labels": c.labels_used,
                "labels missing": "–" if c.labels_missing is None else count(c.labels_missing),
                "error spent": number(c.error_spent),
                "status": c.status,
            }
            for c in found
        ],
        hide_index=True,
        alt="Every look at the labels of this run and what it showed",
    )
