"""What the strictness page asks, with its answers kept until the run or its labels change."""

import streamlit as st

from core.analysis.certify import Certificate, certificates_of, certify_run
from core.analysis.corpus import JudgedCandidate, judged_candidates
from core.analysis.shift import ShiftAnswer, shift_of_run
from core.analysis.strictness.answer import CalibrationSaid, notes_of_run, said_of
from core.analysis.strictness.contributions import Contribution, contributions_of
from core.analysis.strictness.judged import judged_of_run
from core.analysis.strictness.knob import Knob, Setting
from core.analysis.strictness.reach import Reach, reach_of_run
from core.analysis.strictness.recommend import Objective, Recommended, recommended
from core.analysis.strictness.trust import Trust, trust_of
from core.analysis.strictness.votes import Jury, jury_of
from core.workspace.human_labels import labels_version
from dashboard.cached import run_stamp
from dashboard.home import workspace

_RUNS, _ENTRIES = 4, 32
_CURVE = [round(0.01 * i, 2) for i in range(101)]


def stamp(run_id: str) -> tuple[int, str]:
    """Changes whenever the run writes a fact or somebody labels one of its candidates."""
    return run_stamp(run_id), labels_version(workspace(), run_id)


def knob(run_id: str) -> Knob:
    """The candidates of a run, summed up for every setting."""
    return _knob(stamp(run_id), run_id)


@st.cache_resource(max_entries=_RUNS, show_spinner="Reading the ledger …")
def _knob(changed: tuple[int, str], run_id: str) -> Knob:
    return Knob(judged_of_run(workspace(), run_id), _reach(changed[0], run_id))


@st.cache_resource(max_entries=_RUNS, show_spinner=False)
def _reach(changed: int, run_id: str) -> Reach | None:
    return reach_of_run(workspace(), run_id)


def setting(run_id: str, tau: float) -> Setting:
    """What a strictness accepts."""
    return knob(run_id).at(tau)


def curve(run_id: str) -> list[Setting]:
    """Every hundredth of the knob."""
    return _settings(stamp(run_id), run_id)


@st.cache_resource(max_entries=_RUNS, show_spinner="Reading the ledger …")
def _settings(changed: tuple[int, str], run_id: str) -> list[Setting]:
    turned = knob(run_id)
    return [turned.at(tau) for tau in _CURVE]


def advice(run_id: str, objective: Objective) -> Recommended:
    """The strictness that serves an objective best."""
    return _advice(stamp(run_id), run_id, objective)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False)
def _advice(changed: tuple[int, str], run_id: str, objective: Objective) -> Recommended:
    return recommended(knob(run_id).judged, objective)


def calibration(run_id: str) -> CalibrationSaid:
    """Whether scores are probabilities, and how well."""
    return said_of(knob(run_id).judged)


def notes(run_id: str) -> tuple[str, ...]:
    """What to beware of."""
    return notes_of_run(workspace(), knob(run_id).judged)


def trust(run_id: str) -> Trust | None:
    """The reliability diagram; None before there are labels enough."""
    return _trust(stamp(run_id), run_id)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False)
def _trust(changed: tuple[int, str], run_id: str) -> Trust | None:
    return trust_of(knob(run_id).judged)


def jury(run_id: str) -> Jury | None:
    """How good the votes of a jury are; None without one, or with too few labels."""
    return _jury(stamp(run_id), run_id)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False)
def _jury(changed: tuple[int, str], run_id: str) -> Jury | None:
    return jury_of(workspace(), knob(run_id).judged)


def contributions(run_id: str, tau: float) -> list[Contribution]:
    """What each critic rejects at a strictness."""
    turned = knob(run_id)
    return contributions_of(turned.judged, turned.score_at(tau))


def near(run_id: str, tau: float, count: int) -> list[JudgedCandidate]:
    """Candidates on both sides of the threshold."""
    turned = knob(run_id)
    return judged_candidates(workspace(), run_id, turned.near(tau, count), turned.score_at(tau))


def candidate(run_id: str, tau: float, place: int) -> JudgedCandidate | None:
    """The candidate of this place in the run; None when there is none."""
    turned = knob(run_id)
    if not 0 <= place < len(turned.judged.names):
        return None
    names = [turned.judged.names[place]]
    return judged_candidates(workspace(), run_id, names, turned.score_at(tau))[0]


def shift(run_id: str, tau: float) -> ShiftAnswer:
    """Whether the accepted ones together still look like the anchors; takes some seconds."""
    return _shift(stamp(run_id), run_id, knob(run_id).score_at(tau))


@st.cache_data(max_entries=_ENTRIES, show_spinner="Comparing with the anchors …")
def _shift(changed: tuple[int, str], run_id: str, score: float) -> ShiftAnswer:
    return shift_of_run(workspace(), run_id, score)


def certificates(run_id: str) -> list[Certificate]:
    """Every look at the labels that was recorded, newest first."""
    return certificates_of(workspace(), run_id)


def certify(run_id: str, precision: float, confidence: float) -> Certificate:
    """Look at the labels now, and record it."""
    return certify_run(workspace(), run_id, precision=precision, confidence=confidence)
