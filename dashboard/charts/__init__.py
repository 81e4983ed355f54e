"""Figures from answers. Axis titles carry units; one palette serves light and dark."""

from dashboard.charts.canvas import PALETTE
from dashboard.charts.curve import learning_curve
from dashboard.charts.economics import cost_components, frontier, margin_curve, point_costs
from dashboard.charts.graph import knowledge_graph
from dashboard.charts.runs import acceptance_course, spending_course
from dashboard.charts.slices import (
    gains,
    label_counts,
    slice_scores,
)
from dashboard.charts.strictness import cost_per_good, reliability, settings
from dashboard.charts.tiles import grid_map, tile_map

__all__ = [
    "PALETTE",
    "acceptance_course",
    "cost_components",
    "cost_per_good",
    "frontier",
    "gains",
    "grid_map",
    "knowledge_graph",
    "label_counts",
    "learning_curve",
    "margin_curve",
    "point_costs",
    "reliability",
    "settings",
    "slice_scores",
    "spending_course",
    "tile_map",
]
