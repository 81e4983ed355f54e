"""Figures that are quoted, each measured beside its floor in the same run."""
