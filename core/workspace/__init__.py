"""The workspace: a folder of facts that any number of processes may read.

Question to file: where is the folder and who may write it? ``folder``; how are
the facts queried? ``engine``; which datasets are there? ``datasets``; which
slices does one hold, and which of its rows are read? ``scan`` and ``sample``;
what did a run propose, judge and pay? ``runs`` and ``ledger`` (as SQL:
``relations``); does its ledger hold? ``verify``; what was asked and answered
word for word? ``exchanges``; how is a run watched and steered? ``control``;
what is known of the domain? ``knowledge``; what do people say of candidates?
``human_labels``; what was concluded? ``findings``; what was entered beside
that? ``entered``; what is being worked on right now? ``jobs``.

This package holds the only SQL of the product and is the only writer of the
folder. No fact in it is ever updated in place: journals are appended to, and
every other file is written beside its place and renamed into it. The texts of
calls are no facts but a cache, and lie in SQLite.
"""

from core.workspace.folder import Workspace

__all__ = ["Workspace"]
