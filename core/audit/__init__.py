"""The audit: which slice starves the model, and how its score grows with samples.

``examples`` turns rows into something a learner can read, ``slices`` says which
subsets exist, ``learners`` trains and predicts, ``curves`` grows one slice while
the rest stays, ``holdout`` keeps rows aside for the evidence.
"""
