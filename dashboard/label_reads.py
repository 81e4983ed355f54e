"""What the labelling page asks, with its answers kept until the run or its labels change."""

from typing import Any

import streamlit as st

from core.analysis.labels import labelling
from core.analysis.labels.drawing import Draw, Drawable, Pool, drawable, drawn_from
from core.analysis.labels.labelling import Shown
from core.analysis.labels.reference import reference_examples
from core.analysis.labels.sheets import acts_csv, settled_csv, sheet_csv
from core.analysis.labels.standing import LabelStanding, standing_of
from core.workspace.human_labels import labels_version
from core.workspace.run_folder import is_being_written, run_folder
from dashboard.cached import run_stamp
from dashboard.home import workspace

_ENTRIES = 32


def is_going_on(run_id: str) -> bool:
    """Whether some process writes the run at this moment."""
    return is_being_written(run_folder(workspace(), run_id))


def standing(run_id: str) -> LabelStanding:
    """What people have said of a run, counted."""
    return _standing(run_stamp(run_id), labels_version(workspace(), run_id), run_id)


@st.cache_resource(max_entries=_ENTRIES, show_spinner=False)
def _standing(changed: int, labelled: str, run_id: str) -> LabelStanding:
    return standing_of(workspace(), run_id)


def draw(run_id: str, pool: Pool, labeller: str | None, *, again: bool) -> Draw:
    """The candidate to label next, and how many are left."""
    found = _drawable(run_stamp(run_id), run_id)
    return drawn_from(
        found, standing(run_id).said, 1, pool, labeller=labeller, again=again and bool(labeller)
    )


@st.cache_resource(max_entries=4, show_spinner="Reading the ledger …")
def _drawable(changed: int, run_id: str) -> Drawable:
    return drawable(workspace(), run_id)


def shown(run_id: str, names: tuple[str, ...]) -> dict[str, Shown]:
    """What there is to see of candidates."""
    return _shown(run_stamp(run_id), run_id, names)


@st.cache_data(max_entries=4 * _ENTRIES, show_spinner=False)
def _shown(changed: int, run_id: str, names: tuple[str, ...]) -> dict[str, Shown]:
    return labelling.shown(workspace(), run_id, names)


@st.cache_data(max_entries=_ENTRIES, show_spinner="Reading real examples …")
def examples(run_id: str) -> list[dict[str, Any]]:
    """Real examples of the run's slice."""
    return reference_examples(workspace(), run_id)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False)
def question(run_id: str) -> str:
    """What a labeller is asked about each candidate."""
    return labelling.question_of(workspace(), run_id)


def sheet(run_id: str, n: int, pool: Pool) -> bytes:
    """A sheet of candidates to label elsewhere."""
    return sheet_csv(workspace(), run_id, n=n, pool=pool)[0].encode()


def settled_file(run_id: str) -> bytes:
    """What people have settled, as CSV."""
    return settled_csv(workspace(), run_id).encode()


def acts_file(run_id: str) -> bytes:
    """Every act, as CSV."""
    return acts_csv(workspace(), run_id).encode()
