"""The board pack on the page: its decision, its figures, and its three files."""

import re
from collections.abc import Callable

import streamlit as st

from core.report.content import Section
from core.report.findings import Findings
from core.report.pack import pack_of
from core.report.writing import report
from dashboard import show

_FILES = (
    (
        ".pptx",
        "Slides",
        "slideshow",
        "vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    (".xlsx", "Workbook", "table_view", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (".html", "Page", "web", ""),
)


def decision(found: Findings) -> Section:
    """The decision and the ask, as the pack tells them."""
    return pack_of(found).sections[0]


def figures(section: Section) -> None:
    """The table of a section."""
    if section.table is None:
        return
    rows = [dict(zip(section.table.headings, row, strict=True)) for row in section.table.rows]
    st.dataframe(rows, hide_index=True, alt="The figures of the return")


def files(found: Findings) -> None:
    """A button for each format; the file is made when it is asked for."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", found.scenario.name).strip("-").lower()[:40] or "scenario"
    with st.container(horizontal=True):
        for suffix, label, icon, kind in _FILES:
            st.download_button(
                f"{label} ({suffix})",
                data=_made(found, suffix),
                mime=f"application/{kind}" if kind else "text/html",
                file_name=f"datawall-{name}{suffix}",
                on_click="ignore",
                type="primary" if suffix == ".pptx" else "secondary",
                icon=f":material/{icon}:",
            )
    st.caption(
        "Slides with charts that can be edited; a workbook that recalculates when an assumption "
        "is changed; one page that opens without network and prints on two sheets. Each names "
        "its scenario, prices, seed and version; `datawall report --verify FILE` computes it again."
    )


def _made(found: Findings, suffix: str) -> Callable[[], bytes]:
    return lambda: report(found, suffix)


def said(section: Section) -> None:
    """The sentences of a section."""
    for sentence in section.said:
        st.write(show.written(sentence))
    if section.trust:
        st.caption(show.written(section.trust))
