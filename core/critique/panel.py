"""The deterministic critics in the order of their cost."""

from collections.abc import Sequence

from core.critique.agreement import AgreementCritic
from core.critique.critic import Anchors, Critic
from core.critique.drift import DriftCritic
from core.critique.duplicate import DuplicateCritic
from core.critique.features import Features
from core.critique.format import FormatCritic
from core.records import Candidate, Critique

HOPELESS = 0.05
"""A candidate that a deterministic critic scores below this is not shown to a paid one."""


class Panel:
    """Critics that need no model; each scores every candidate."""

    def __init__(self, critics: Sequence[Critic]) -> None:
        """Ask *critics* in this order."""
        self._critics = tuple(critics)

    @property
    def names(self) -> tuple[str, ...]:
        """The critics' names, in the order they are asked."""
        return tuple(critic.name for critic in self._critics)

    def critiques(self, candidates: Sequence[Candidate]) -> list[list[Critique]]:
        """Every critic's judgement of each candidate, in the order the candidates were made."""
        contents = [candidate.content for candidate in candidates]
        columns = [(c.name, c.score(contents)) for c in self._critics]
        return [
            [
                Critique(
                    candidate_id=candidate.candidate_id,
                    run_id=candidate.run_id,
                    critic=name,
                    score=verdicts[i].score,
                    reason=verdicts[i].reason,
                )
                for name, verdicts in columns
            ]
            for i, candidate in enumerate(candidates)
        ]


def panel_for(anchors: Anchors) -> Panel:
    """Format, duplicate and drift, and agreement where there is another label to tell apart."""
    features = Features(anchors)
    critics: list[Critic] = [
        FormatCritic(anchors),
        DuplicateCritic(anchors),
        DriftCritic(anchors, features),
    ]
    if anchors.others:
        critics.append(AgreementCritic(anchors, features))
    return Panel(critics)
