"""The board pack as slides whose charts are native, so that whoever presents can edit them.

``writer`` goes through the sections; ``layout`` places them; ``lettering`` finds the size at
which a text fits; ``charts`` and ``tables`` draw.
"""

from core.report.deck.writer import deck_pptx

__all__ = ["deck_pptx"]
