"""The workspace: a folder of facts that any number of processes may read.

Question to file: where is the folder and who may write it? ``folder``; how are
the facts queried? ``engine``; which datasets are there? ``datasets``; which
slices does one hold, and which of its rows are read? ``scan`` and ``sample``; what did
a run propose, judge and pay? ``runs`` and ``ledger``; what was concluded?
``findings``; what is being worked on right now? ``jobs``.

This package holds the only SQL of the product and is the only writer of the
folder. Nothing in it is ever updated in place: journals are appended to, and
every other file is written beside its place and renamed into it.
"""

from core.workspace.folder import Workspace

__all__ = ["Workspace"]
