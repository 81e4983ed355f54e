"""Figures from answers. Axis titles carry units; one palette serves light and dark."""

from dashboard.charts.canvas import PALETTE
from dashboard.charts.economics import cost_components, frontier, margin_curve, point_costs
from dashboard.charts.slices import (
    gains,
    label_counts,
    learning_curve,
    slice_scores,
    strictness,
)

__all__ = [
    "PALETTE",
    "cost_components",
    "frontier",
    "gains",
    "label_counts",
    "learning_curve",
    "margin_curve",
    "point_costs",
    "slice_scores",
    "strictness",
]
