"""The Excel workbook whose formulas recompute: inputs, cost, plans, margin curve and returns."""

from core.report.workbook.book import workbook_xlsx
from core.report.workbook.content import DrawnFigure, Extra, TextSheet
from core.report.workbook.extras import inputs_of, seal_of

__all__ = ["DrawnFigure", "Extra", "TextSheet", "inputs_of", "seal_of", "workbook_xlsx"]
