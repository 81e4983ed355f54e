"""The 90-day plan: what is done, by whom, until when, and by which figure that is known.

Question to file: which steps are there? ``steps``; is a step's criterion met? ``criteria``; what
did people enter? ``kept``; how do the steps stand today? ``tracker``.
"""

from core.analysis.programme.kept import Entered, Kept, keep, kept_programme
from core.analysis.programme.steps import DAYS, PHASES, STEPS, Phase, Plan90
from core.analysis.programme.tracker import Programme, Role, Step, programme_of

__all__ = [
    "DAYS",
    "PHASES",
    "STEPS",
    "Entered",
    "Kept",
    "Phase",
    "Plan90",
    "Programme",
    "Role",
    "Step",
    "keep",
    "kept_programme",
    "programme_of",
]
