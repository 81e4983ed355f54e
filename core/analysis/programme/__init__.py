"""The 90-day plan: what is done, by whom, until when, and by which figure that is known.

Question to file: which steps are there? ``steps``; is a step's criterion met? ``criteria``, with
``corpus`` for seeds and exports; what did people enter? ``kept``; how do the steps stand today?
``tracker``.
"""

from core.analysis.programme.kept import Entered, Kept, keep, kept_programme
from core.analysis.programme.steps import DAYS, PHASES, STEPS, Phase, Plan90
from core.analysis.programme.tracker import PhaseNow, Programme, Role, State, Step, programme_of

__all__ = [
    "DAYS",
    "PHASES",
    "STEPS",
    "Entered",
    "Kept",
    "Phase",
    "PhaseNow",
    "Plan90",
    "Programme",
    "Role",
    "State",
    "Step",
    "keep",
    "kept_programme",
    "programme_of",
]
