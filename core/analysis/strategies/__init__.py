"""Which way of reaching the same accuracy costs least, and at which volume does that change?

Question to file: what is compared? ``strategy``; with which numbers that nobody measured?
``guesses``; retrieval, own machines, labels, data quality? ``technical``; team, data
platform, price plan? ``commercial``; how does each fare? ``compare``.
"""

from core.analysis.strategies.compare import Comparison, Fared, compare, compare_all
from core.analysis.strategies.questions import QUESTIONS

__all__ = ["QUESTIONS", "Comparison", "Fared", "compare", "compare_all"]
