"""Is an adversarial scenario really hard for the current model, the one trained on anchors only?

For scenarios this critic stands in the place of ``agreement``, which would turn
down whatever the model gets wrong. So nobody vouches for a scenario's label
then: a candidate of another label is hard as well. Only a judge, or a person,
tells a hard case from a wrong one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.critique.agreement import SliceLearner
from core.critique.critic import Anchors, Verdict
from core.critique.features import Features

_SURE = 0.75


class HardCritic:
    """The probability of any other label: 0 if the model is surely right, 1 if surely wrong.

    Needs anchors of at least one other label.
    """

    name = "hard"

    def __init__(self, anchors: Anchors, features: Features) -> None:
        """Fit the current model to the anchors."""
        self._slice, self._learner = anchors.slice, SliceLearner(anchors, features)

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """How far the model is from the slice's label."""
        return [self._one(float(p)) for p in self._learner.sureness(proposed)]

    def _one(self, sure: float) -> Verdict:
        if sure < 1 - _SURE:
            what = "the current model is wrong"
        elif sure <= _SURE:
            what = "the current model is unsure"
        else:
            what = "easy: the current model is right"
        return Verdict(score=1 - sure, reason=f"{what}, it gives {self._slice!r} {sure:.2f}")
