"""What the user has chosen: data, label, target, strictness. Lives in the sidebar of every page."""

from dataclasses import dataclass

import streamlit as st

from core.errors import DatawallError
from core.formats import percent
from core.workspace.datasets import Dataset
from dashboard import aims, cached, files, linked, picking
from dashboard.asking import ask, asked, guessed_label
from dashboard.question import Question

__all__ = ["TARGET", "TAU", "Choice", "choice", "guessed_label", "sidebar"]

TARGET, TAU = linked.USUAL_TARGET, 0.5
_FILE_TYPES = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "xlsx"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What every page works on."""

    data: Dataset | None
    question: Question | None
    """What the audit is asked; None when no column can be a label."""
    target: float
    tau: float
    slice_name: str | None
    """The slice that the user chose; None for the bottleneck."""

    @property
    def label(self) -> str | None:
        """The label column."""
        return self.question.label if self.question else None


def sidebar() -> None:
    """Draw the controls that every page shares."""
    with st.sidebar:
        _upload()
        known = cached.known_datasets()
        if known:
            names = {d.fingerprint: d.name for d in known}
            if st.session_state.get("dataset") not in names:
                st.session_state["dataset"] = known[0].fingerprint
            st.selectbox(
                "Data",
                list(names),
                format_func=lambda f: names[f],
                key="dataset",
                persist_state="session",
                on_change=picking.forget,
            )
            data = next(d for d in known if d.fingerprint == st.session_state["dataset"])
            ask(data)
        _aims()


def _aims() -> None:
    """The score wanted of the slice, and the knob."""
    st.slider(
        "Target for the slice",
        aims.LEAST,
        aims.MOST,
        TARGET,
        aims.STEP,
        key=aims.KEY,
        format="percent",
        bind="query-params",
        help="The score wanted on held-out real data, and the accuracy "
        "that the economics promises.",
    )
    if (exact := aims.aimed(TARGET)) != st.session_state[aims.KEY]:
        st.caption(f"The scenario promises {percent(exact)}, until you move it.")
    st.slider(
        "Strictness τ",
        0.0,
        1.0,
        TAU,
        0.01,
        key="tau",
        bind="query-params",
        help="A candidate is accepted when its probability of being good is at least τ (its "
        "score, before people have labelled some). Moving it re-reads the ledger; no call is "
        "made.",
    )


def _upload() -> None:
    with st.expander("Use your own file", icon=":material/upload_file:"):
        file = st.file_uploader(
            "CSV, TSV, JSONL, Parquet or Excel, one labelled example per row",
            type=_FILE_TYPES,
            key="upload",
        )
        if file is None or st.session_state.get("uploaded") == file.file_id:
            if message := st.session_state.get("upload_error"):
                st.error(message)
            return
        st.session_state["uploaded"] = file.file_id
        st.session_state.pop("upload_error", None)
        try:
            with st.spinner(f"Reading {file.name} …"):
                data = files.upload(file.name, file.getvalue())
        except DatawallError as error:
            st.session_state["upload_error"] = str(error)
            st.error(str(error))
            return
        st.session_state["dataset"] = data.fingerprint
        picking.forget()
        st.success(f"{data.name}: {data.rows:,} rows.")


def choice() -> Choice:
    """What is chosen now."""
    fingerprint = st.session_state.get("dataset")
    data = next((d for d in cached.known_datasets() if d.fingerprint == fingerprint), None)
    return Choice(
        data=data,
        question=None if data is None else asked(data),
        target=aims.aimed(TARGET),
        tau=float(st.session_state.get("tau", TAU)),
        slice_name=picking.chosen(),
    )
