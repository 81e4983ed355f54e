"""The deterministic critics in the order of their cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.critique.agreement import AgreementCritic
from core.critique.critic import Anchors, Critic, Verdict
from core.critique.drift import DriftCritic
from core.critique.duplicate import DuplicateCritic
from core.critique.features import Features
from core.critique.format import FormatCritic
from core.critique.hard import HardCritic
from core.critique.leakage import LeakageCritic
from core.datasets.content import ContentColumn
from core.datasets.kinds import CRITICS, TRIPLE
from core.records import Candidate, Critique, SampleKind


class TripleNovelty:
    """Whether a triple repeats one before it; case and blanks hide nothing."""

    name = "duplicate"

    def __init__(self, anchors: Anchors) -> None:
        """Compare with *anchors*, and with every triple scored before."""
        own = tuple(_spelled(row) for row in anchors.own)
        self._critic = DuplicateCritic(replace(anchors, own=own))

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """How new each is."""
        return self._critic.score([_spelled(content) for content in proposed])


def _spelled(content: Mapping[str, Any]) -> dict[str, str]:
    return {name: " ".join(str(content.get(name)).casefold().split()) for name in TRIPLE}


class Panel:
    """Critics that need no model; each scores every candidate."""

    def __init__(self, critics: Sequence[Critic]) -> None:
        """Ask *critics* in this order."""
        self._critics = tuple(critics)

    @property
    def critics(self) -> tuple[Critic, ...]:
        """The critics, in the order they are asked."""
        return self._critics

    @property
    def names(self) -> tuple[str, ...]:
        """The critics' names, in the order they are asked."""
        return tuple(critic.name for critic in self._critics)

    def only(self, names: Sequence[str]) -> "Panel":
        """The critics of these names alone."""
        return Panel([critic for critic in self._critics if critic.name in names])

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


def panel_for(
    anchors: Anchors, kind: SampleKind = "training_case", extra: Sequence[Critic] = ()
) -> Panel:
    """The critics of a kind, cheapest first, and then the *extra* ones.

    Agreement, or hardness for adversarial scenarios, is judged only where there
    is another label to tell apart.
    """
    if kind == "knowledge_triple":
        return Panel([*_of_triples(anchors), *extra])
    features = Features(anchors)
    makers: dict[str, Callable[[], Critic]] = {
        "format": lambda: FormatCritic(anchors),
        "leakage": lambda: LeakageCritic(anchors),
        "duplicate": lambda: DuplicateCritic(anchors),
        "drift": lambda: DriftCritic(anchors, features),
    }
    if anchors.others:
        makers["agreement"] = lambda: AgreementCritic(anchors, features)
        makers["hard"] = lambda: HardCritic(anchors, features)
    return Panel([*(makers[name]() for name in CRITICS[kind] if name in makers), *extra])


def _of_triples(anchors: Anchors) -> list[Critic]:
    """Form and novelty of triples, against those that the data holds, if it holds any."""
    held = set(TRIPLE) <= {column.name for column in anchors.columns}
    known = replace(
        anchors,
        columns=tuple(ContentColumn(name=name, kind="text") for name in TRIPLE),
        own=tuple({name: row[name] for name in TRIPLE} for row in anchors.own) if held else (),
        keys=anchors.keys if held else (),
        others=(),
        text=None,
    )
    # Two triples that differ in one place are two facts, however alike they read.
    whole = tuple(ContentColumn(name=name, kind="category") for name in TRIPLE)
    held_whole = replace(known, columns=whole)
    return [FormatCritic(known), LeakageCritic(held_whole), TripleNovelty(held_whole)]
