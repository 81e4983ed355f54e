"""The board's figures: where each stands, where it should, and where it stood before.

Question to file: which figures? ``kpis``; what are they now? ``figures``; are they where they
should be? ``card``; what were they before? ``snapshots``; who owns them, and what is wanted?
``wanted``.
"""

from core.analysis.scorecard.card import WATCH, Row, Scorecard, scorecard_of
from core.analysis.scorecard.kpis import KPIS
from core.analysis.scorecard.snapshots import Snapshot, snapshots, take_snapshot
from core.analysis.scorecard.wanted import kept_wanted, want

__all__ = [
    "KPIS",
    "WATCH",
    "Row",
    "Scorecard",
    "Snapshot",
    "kept_wanted",
    "scorecard_of",
    "snapshots",
    "take_snapshot",
    "want",
]
