"""Candidates: what to propose, who proposes it, and from which anchors.

Question to file: what does a plan say? ``plan``; how is a candidate proposed
without a model? ``embedded`` (texts: ``recombine``, rows: ``interpolate``, which
other label is near: ``rivals``); how is a model asked? ``prompted`` with the texts
in ``templates/``; which anchors does it see? ``seeds``; how does the question
travel? ``endpoint``.
"""
