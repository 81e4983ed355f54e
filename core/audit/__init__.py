"""The audit: which slice starves the model, and how its score grows with samples.

``examples`` turns rows into something a learner can read (``rows``, ``notes``,
``leaks``), ``slices`` says which subsets exist and ``found_slices`` which ones nobody
named. ``kernels`` and ``ridge`` learn and predict, ``growth`` draws both ``curves`` of
every slice, ``measuring`` puts it together into a ``measurement``, ``fixes`` tries
what costs nothing. ``predictions`` judges a model that somebody else trained, and
``holdout`` keeps rows aside for the evidence.
"""
