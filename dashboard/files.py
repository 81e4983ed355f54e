"""What is in a file of examples: brought in once, looked at once."""

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from core.analysis.file import FileSlices, notes_on, rarest_slices, text_with_reason
from core.datasets import load_dataset
from core.workspace.datasets import Dataset, dataset, examples, label_counts
from dashboard.home import workspace


def upload(name: str, content: bytes) -> Dataset:
    """Bring an uploaded file into the workspace; raises ``DataError`` in one sentence."""
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix) as file:
        file.write(content)
        file.flush()
        return load_dataset(workspace(), file.name, name=name)


@st.cache_data(max_entries=64, show_spinner=False)
def counts(fingerprint: str, label: str) -> dict[str, int]:
    """How many rows carry each label."""
    return label_counts(workspace(), dataset(workspace(), fingerprint), label)


@st.cache_data(max_entries=64, show_spinner="Looking for text …")
def guessed_text(fingerprint: str, label: str) -> tuple[str | None, str]:
    """The text column that an audit chooses, and why."""
    return text_with_reason(workspace(), dataset(workspace(), fingerprint), label)


@st.cache_data(max_entries=16, show_spinner="Counting the slices …")
def rarest(fingerprint: str, label: str, text: str | None) -> FileSlices:
    """The rarest labels and slices of the whole file."""
    return rarest_slices(workspace(), dataset(workspace(), fingerprint), label, text)


@st.cache_data(max_entries=16, show_spinner="Reading the rows …")
def cleaned(fingerprint: str, label: str, text: str | None) -> tuple[str, ...]:
    """What is left out of the file before training, and what to beware of."""
    return notes_on(workspace(), dataset(workspace(), fingerprint), label, text)


@st.cache_data(max_entries=16, show_spinner=False)
def first_rows(fingerprint: str, limit: int) -> Any:
    """The first rows of a dataset as a frame."""
    return examples(workspace(), dataset(workspace(), fingerprint), limit=limit).iloc[:, 1:]
