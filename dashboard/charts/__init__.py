"""Figures from answers. Axis titles carry units; one palette serves light and dark."""

from dashboard.charts.canvas import PALETTE
from dashboard.charts.cogs import cost_components, savings, seat_margins
from dashboard.charts.collapse import generations
from dashboard.charts.curve import learning_curve
from dashboard.charts.economics import (
    frontier,
    margin_at_scale,
    margin_curve,
    measured,
    point_costs,
)
from dashboard.charts.evidence import control_arms, mixing_shares, worth_on_the_curve
from dashboard.charts.graph import knowledge_graph
from dashboard.charts.monitor import monitor_course, monitor_grid
from dashboard.charts.prices import on_models
from dashboard.charts.programme import ninety_days
from dashboard.charts.returns import cash_flows
from dashboard.charts.runs import acceptance_course, spending_course
from dashboard.charts.sensitivity import tornado, waterfall
from dashboard.charts.slices import (
    gains,
    label_counts,
    slice_scores,
)
from dashboard.charts.strategies import strategy_costs
from dashboard.charts.strictness import cost_per_good, reliability, settings
from dashboard.charts.tiles import grid_map, tile_map

__all__ = [
    "PALETTE",
    "acceptance_course",
    "cash_flows",
    "control_arms",
    "cost_components",
    "cost_per_good",
    "frontier",
    "gains",
    "generations",
    "grid_map",
    "knowledge_graph",
    "label_counts",
    "learning_curve",
    "margin_at_scale",
    "margin_curve",
    "measured",
    "mixing_shares",
    "monitor_course",
    "monitor_grid",
    "ninety_days",
    "on_models",
    "point_costs",
    "reliability",
    "savings",
    "seat_margins",
    "settings",
    "slice_scores",
    "spending_course",
    "strategy_costs",
    "tile_map",
    "tornado",
    "waterfall",
    "worth_on_the_curve",
]
