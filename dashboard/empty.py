"""Empty states: what is missing, why it matters, and the step that mends it."""

from typing import NoReturn

import streamlit as st


def _stop(message: str, title: str, page: str | None, label: str) -> NoReturn:
    st.info(message, title=title)
    if page is not None:
        st.page_link(page, label=label, icon=":material/arrow_forward:")
    st.stop()
    raise AssertionError  # st.stop() does not return


def no_data() -> NoReturn:
    """No dataset is there yet."""
    _stop("Open “Use your own file” in the sidebar and choose a CSV, TSV, JSONL, Parquet or Excel file "
          "with one labelled example per row.", "There is no data yet", None, "")


def no_label() -> NoReturn:
    """The dataset has no column to predict."""
    _stop("No column has between 2 and 1,000 different values that repeat. Add a label column and load "
          "the file again.", "This file has no label", "views/data.py", "See its columns")


def not_audited() -> NoReturn:
    """No audit of this dataset yet."""
    _stop("The audit trains a model on your data and finds the slice that starves it.",
          "This data has not been audited", "views/audit.py", "Run the audit")


def no_run(slice_name: str) -> NoReturn:
    """No candidates for this slice yet."""
    _stop(f"Candidates for “{slice_name}” come from a generation run; without a key the embedded generator "
          "recombines your own examples.", "Nothing has been generated for this slice",
          "views/generate.py", "Generate candidates")
