"""The board pack as one self-contained HTML page.

``writer`` goes through the sections; ``charts`` draws them as SVG, so that they print sharply at
any size and need no library; ``look`` is the style and the few lines of script that read a chart.
"""

from core.report.page.writer import page_html

__all__ = ["page_html"]
