"""Does a learner that saw only anchors give the candidate the slice's label?

The learner is fitted to the slice against all other labels, both sides weighed
alike, so that a rare label is not outvoted by its rarity.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from core.critique.critic import Anchors, Verdict
from core.critique.features import Features, some_others

_STRENGTH = 10.0
_MOST_STEPS = 300
_SURE = 0.75


class SliceLearner:
    """The current model: trained on anchors only. Needs some of at least one other label."""

    def __init__(self, anchors: Anchors, features: Features) -> None:
        """Fit the learner to the anchors."""
        self._features = features
        others = some_others(anchors)
        labels = np.r_[np.ones(len(anchors.own)), np.zeros(len(others))]
        self._learner = LogisticRegression(
            C=_STRENGTH, class_weight="balanced", max_iter=_MOST_STEPS, random_state=0
        ).fit(features([*anchors.own, *others]), labels)

    def sureness(self, proposed: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
        """The probability that the learner gives each the slice's label."""
        if not proposed:
            return np.zeros(0)
        found = self._learner.predict_proba(self._features(proposed))[:, 1]
        return np.asarray(found, dtype=np.float64)


class AgreementCritic:
    """The probability of the slice's label. Needs anchors of at least one other label."""

    name = "agreement"

    def __init__(self, anchors: Anchors, features: Features) -> None:
        """Fit the learner to the anchors."""
        self._slice, self._learner = anchors.slice, SliceLearner(anchors, features)

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """How sure the learner is of the label."""
        return [self._one(float(p)) for p in self._learner.sureness(proposed)]

    def _one(self, sure: float) -> Verdict:
        said = "agrees" if sure > _SURE else "disagrees" if sure < 1 - _SURE else "is unsure"
        return Verdict(
            score=sure,
            reason=f"a learner of the anchors {said}: {self._slice!r} with probability {sure:.2f}",
        )
