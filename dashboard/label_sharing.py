"""Labels in and out of the page: a sheet to fill in elsewhere, and its way back."""

from functools import partial

import streamlit as st

from core.analysis.labels.files import ImportedLabels, import_upload
from core.errors import DatawallError
from core.formats import count
from dashboard import label_reads, show
from dashboard.home import workspace
from dashboard.labelling import Sitting

_SAID = "labels imported"


def panel(now: Sitting) -> None:
    """Download what was labelled or a sheet to label, and upload a file of labels."""
    left, right = st.columns(2, gap="large")
    with left:
        _downloads(now)
    with right:
        _upload(now)


def _downloads(now: Sitting) -> None:
    n = int(st.number_input("Candidates on a sheet", 1, 5_000, 50, 10, key="sheet size", width=200))
    standing, is_open = label_reads.standing(now.run_id), not label_reads.is_going_on(now.run_id)
    left = label_reads.draw(now.run_id, now.pool, None, again=False).left if is_open else 0
    with st.container(horizontal=True):
        for name, file, data, usable in (
            ("Sheet to label", "sheet", partial(label_reads.sheet, now.run_id, n, now.pool), left),
            (
                "What is settled",
                "labels",
                partial(label_reads.settled_file, now.run_id),
                standing.said.drawn,
            ),
            (
                "Every act",
                "acts",
                partial(label_reads.acts_file, now.run_id),
                standing.said.acts,
            ),
        ):
            st.download_button(
                name,
                data=data,
                file_name=f"{now.run_id}-{file}.csv",
                icon=":material/download:",
                on_click="ignore",
                disabled=not usable,
            )
    st.caption(
        "A sheet holds candidates drawn by chance, without their scores: fill in the column "
        "label with 1 for good and 0 for bad. Labels of candidates picked by hand calibrate, but "
        "certify nothing."
    )


def _upload(now: Sitting) -> None:
    key = f"label file {now.run_id}"
    file = st.file_uploader(
        "CSV with the columns candidate and label, and perhaps labeller", type=["csv"], key=key
    )
    if file is None:
        return
    said = st.session_state.get(_SAID)
    turn = (now.run_id, now.who, file.file_id)
    if said is None or said[0] != turn:
        try:
            done = import_upload(workspace(), now.run_id, file.name, file.getvalue(), now.who)
        except DatawallError as error:
            st.session_state[_SAID] = said = (turn, "", str(error))
        else:
            st.session_state[_SAID] = (turn, imported(done), "")
            st.rerun()
    if said is not None:
        _, good, bad = said
        (st.error if bad else st.success)(show.written(bad or good))


def imported(done: ImportedLabels) -> str:
    """What became of a file's rows."""
    parts = [f"{done.file}: {count(done.added)} labels added"]
    if done.changed:
        parts.append(f"{count(done.changed)} changed")
    if done.unchanged:
        parts.append(f"{count(done.unchanged)} there already")
    if done.empty:
        parts.append(f"{count(done.empty)} rows still without a label")
    hand = (
        f" {count(done.by_hand)} were picked by hand: they calibrate, but certify nothing."
        if done.by_hand
        else ""
    )
    return f"{', '.join(parts)}.{hand}"
