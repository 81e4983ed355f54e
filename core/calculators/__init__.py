"""Arithmetic only: arrays in, array out.

Three laws hold for every calculator. *Array law*: ``f(xs)[i] == f(xs[i])``.
*Axis rule*: draws are the last axis, swept assumptions come before it.
*Totality*: valid input never raises; ``inf`` means that no finite amount
reaches it, ``nan`` that it is undefined, and neither is ever 0. Invalid input
raises ``AssumptionError``.
"""
