"""Candidates: what to propose, who proposes it, and from which anchors.

Question to file: what does a plan say? ``plan``, and as a file ``plan_file``; how
is a candidate proposed without a model? ``embedded`` (texts: ``recombine``, rows:
``interpolate``, which other label is near: ``rivals``); how is a model asked?
``prompted`` with the texts in ``templates/`` and the constraints in ``domain``;
which anchors does it see? ``seeds``; how are facts read from documents?
``extraction``.

How does the question travel? ``endpoint`` (what it has learnt about how to ask:
``manners``; what comes back: ``replies`` and ``refusals``), many together through
``batches``, to a model on this machine through ``local``.
"""
