"""The board pack: one content model, one writer per format.

Question to file: what has been found? ``findings``; what is said of it? ``sections``, put
together in ``pack`` in the words of ``content``; how does it look as slides, as a workbook, as
a page? ``deck``, ``workbook``, ``page``; does a file still hold? ``verify``.
"""
