"""Draws of what is not known for certain, and quantiles of what follows from them.

``drawing`` draws, ``correlations`` lets some of the draws move together.
"""

from core.uncertainty.correlations import check_correlations
from core.uncertainty.drawing import MOST_DRAWS, draws, medians, quantile, quantiles

__all__ = ["MOST_DRAWS", "check_correlations", "draws", "medians", "quantile", "quantiles"]
