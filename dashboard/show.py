"""How answers are shown: a figure with its interval, a chart, the next step, an empty state."""

from collections.abc import Sequence
from typing import NoReturn

import plotly.graph_objects as go
import streamlit as st

from core.analysis.chain import Chain
from core.analysis.sizing import SliceAudit
from core.workspace.datasets import Dataset
from dashboard import cached, inputs, linked
from dashboard.question import Question
from dashboard.words import written

__all__ = [
    "CONFIG", "audited_part", "chain_now", "chart", "chosen_data", "chosen_label",
    "chosen_question", "next_step", "no_run", "notes", "number", "own_chain", "written",
]  # fmt: skip

CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,
    "displayModeBar": False,
    "responsive": True,
}


def number(
    label: str, value: str, detail: str = "", kind: str = "", *, why: str = "", boxed: bool = True
) -> None:
    """A figure, its interval or context beneath it, and what that is."""
    st.metric(
        label,
        value,
        delta=detail or None,
        delta_color="off",
        delta_arrow="off",
        delta_description=kind or None,
        border=boxed,
        help=why or None,
        height="stretch",
    )


def chart(figure: go.Figure, key: str, description: str) -> None:
    """A chart; the description is what a screen reader says."""
    st.plotly_chart(figure, key=key, config=CONFIG, alt=description)


def notes(said: Sequence[str]) -> None:
    """What to beware of as a warning; what was merely left out as small print."""
    grave = [note for note in said if not note.startswith(("Left out:", "Not tried:"))]
    if grave:
        lines = [written(note) for note in grave]
        said_so = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
        st.warning(said_so, icon=":material/warning:")
    if small := " ".join(note for note in said if note not in grave):
        st.caption(written(small))


def next_step(view: str, label: str) -> None:
    """The way on along the chain."""
    st.page_link(f"views/{view}.py", label=f"Next: {label}", icon=":material/arrow_forward:")


def chain_now() -> Chain:
    """Every link that has been measured for what is chosen in the sidebar.

    Its scenario is the one of a link, where one is looked at.
    """
    return linked.shown(own_chain(), inputs.choice().target)


def own_chain() -> Chain:
    """The same with the workspace's own scenario, whatever is looked at."""
    now = inputs.choice()
    fingerprint = now.data.fingerprint if now.data else None
    return cached.chain(fingerprint, now.label, now.target, now.tau, now.slice_name, now.question)


def chosen_data() -> Dataset:
    """The dataset that is chosen; the page ends here with a way on when there is none."""
    data = inputs.choice().data
    if data is None:
        _stop(
            "There is no data yet",
            "Open “Use your own file” in the sidebar and choose a CSV, TSV, JSONL, Parquet or "
            "Excel "
            "file with one labelled example per row.",
        )
    return data


def chosen_label() -> str:
    """The label column that is chosen; the page ends here when no column can be one."""
    return chosen_question().label


def chosen_question() -> Question:
    """What the audit is asked; the page ends here when no column can be a label."""
    question = inputs.choice().question
    if question is None:
        _stop(
            "This file has no label",
            "No column has between 2 and 1,000 different values that repeat. Add a label column "
            "and load the file again.",
            "data",
            "See its columns",
        )
    return question


def audited_part(chain: Chain) -> SliceAudit:
    """The slice that everything works on; the page ends here before the audit."""
    if chain.part is None:
        _stop(
            "This data has not been audited",
            "The audit trains a model on your data and finds the slice that starves it.",
            "audit",
            "Run the audit",
        )
    return chain.part


def no_run(slice_name: str) -> NoReturn:
    """End the page: no candidates for this slice yet."""
    _stop(
        "Nothing has been generated for this slice",
        f"Candidates for “{slice_name}” come from a generation run; without a key the embedded "
        "generator recombines your own examples.",
        "generate",
        "Generate candidates",
    )


def _stop(title: str, message: str, view: str = "", label: str = "") -> NoReturn:
    st.info(message, title=title)
    if view:
        st.page_link(f"views/{view}.py", label=label, icon=":material/arrow_forward:")
    st.stop()
    raise AssertionError  # st.stop() does not return
