"""The corpus monitor's stored answer, in tables and a few words."""

import streamlit as st

from core.analysis.monitor import MonitorAnswer, stored_monitors
from core.formats import count, number, percent
from dashboard import show
from dashboard.home import workspace

Rows = list[dict[str, object]]
NAMES = {
    "duplicates": "exact copies",
    "rare groups": "rare groups",
    "group shares": "group shares",
    "told apart": "told apart by a learner",
    "mean embedding": "mean embedding",
    "sliced distance": "sliced distance",
    "density": "density",
    "recall": "recall of real examples",
    "variety": "variety (Vendi score)",
    "tail mass": "extremes",
    "compression": "compression of the texts",
    "self-repetition": "shared 4-word runs",
}


def newest(fingerprint: str, label: str, slice_name: str) -> MonitorAnswer | None:
    """The newest answer for what is chosen."""
    found = (
        m
        for m in stored_monitors(workspace())
        if m.fingerprint == fingerprint and m.label == label and m.slice == slice_name
    )
    return next(found, None)


def numbers(found: MonitorAnswer) -> None:
    """What the last generation is made of."""
    last, odds = found.generations[-1], found.critics[-1]
    with st.grid(4, min_column_width=170):
        show.number("Generations", count(len(found.generations)), why="A trend needs four or more.")
        show.number("Rows of the last", count(last.rows), f"{count(found.anchors)} anchors", "real")
        show.number(
            "Exact copies", percent(last.copies), f"{percent(last.real_share)}", "real rows"
        )
        known = odds is not None and odds.odds is not None
        show.number(
            "Critics' odds factor",
            number(odds.odds) if known and odds is not None else "unknown",
            "" if odds is None else f"{count(odds.good)} good, {count(odds.bad)} bad",
            "labels" if odds is not None else "",
            why="Acceptance of good samples over acceptance of bad ones, by people's labels; ten "
            "of each are needed. At 1 the critics change nothing.",
        )


def metrics(found: MonitorAnswer) -> list[str]:
    """The figures that were read, as they are named, the strongest of the last first."""
    ordered = sorted(found.generations[-1].findings, key=lambda f: (not f.alarm, -abs(f.z)))
    return [f.metric for f in ordered]


def table(found: MonitorAnswer) -> Rows:
    """Every figure of the last generation beside its null band."""
    last = found.generations[-1]
    every = [*([last.rare] if last.rare is not None else []), *last.findings]
    return [
        {
            "Figure": NAMES.get(f.metric, f.metric),
            "Last generation": number(f.value),
            "Real against real": f"{number(f.null_mean)} ± {number(f.null_sd, 2)}",
            "Standard deviations": number(f.z, 2),
            "What it says": f.words if f.alarm else "as real sets differ",
        }
        for f in every
    ]


def read(found: MonitorAnswer) -> str:
    """How much each figure read, and from what."""
    last = found.generations[-1]
    tokens = f" Wording: {count(last.tokens)} tokens of each set." if last.tokens else ""
    return (
        f"Figures about neighbourhoods read {count(last.read)} real and as many made rows at a "
        f"time; copies and classes all rows.{tokens} Bands are of real rows held against real "
        f"rows in sets of the same size; all figures of all generations together give a false "
        f"alarm in at most one of twenty loops. Monitor {found.monitor_id}, seed {found.seed}, "
        f"{found.at[:10]}."
    )
