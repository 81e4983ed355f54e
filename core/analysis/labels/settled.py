"""What do people say of a run's candidates, taken together, and where do they disagree?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.calculators.kappa import agreement, cohen_kappa, kappa_interval, prevalence
from core.records import CAME_UP, SKIPPED, Label
from core.workspace import Workspace, ledger
from core.workspace.human_labels import labels_of, labels_version
from core.workspace.run_folder import packed_facts, run_folder

LEVEL = 0.8
"""Of the interval of kappa: from the 10th to the 90th percentile."""

Words = Mapping[str, Mapping[str, bool]]
"""Candidate to labeller to that labeller's last word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """How far two labellers agree beyond chance."""

    first: str
    second: str
    both: int
    """Candidates that both have labelled."""
    kappa: float
    """NaN when it is undefined; ``why`` says so."""
    low: float
    high: float
    agreement: float
    """Share of them on which the two say the same. [fraction]"""
    prevalence: float
    """Share of their labels that are good. [fraction]"""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What people have settled about a run's candidates."""

    labels: Mapping[str, bool]
    """Good or not, by candidate; contested ones are left out."""
    drawn: Mapping[str, float | None]
    """Lowest score of the pool each judged candidate was drawn from; None: picked by hand.

    Contested and skipped ones are here too: they came up in the draw.
    """
    contested: tuple[str, ...]
    """Labellers disagree, and there is no majority."""
    skips: Mapping[str, frozenset[str]]
    """Who could not say, by candidate."""
    labellers: Mapping[str, int]
    """Candidates on which each labeller's last word is good or bad, most first."""
    kappa: Kappa | None
    """Of the two who share most candidates; None when no two share one."""
    acts: int
    outgrown: int = 0
    """Judged candidates that were drawn before the run grew: they count as picked by hand."""
    words: Words = field(default_factory=dict)

    @property
    def skipped(self) -> tuple[str, ...]:
        """Candidates that came up and of which nobody could say anything."""
        return tuple(name for name in self.skips if name not in self.words)

    @property
    def drawn_by_chance(self) -> int:
        """Settled labels that may serve a certificate."""
        return sum(self.drawn.get(name) is not None for name in self.labels)


def settled(workspace: Workspace, run_id: str) -> Settled:
    """What the acts on a run's candidates come to.

    A labeller's last word counts. Where labellers disagree the majority counts;
    without one the candidate is contested and its label is not used. A candidate
    that came up in several draws counts for the widest pool.

    Raises
    ------
    WorkspaceError
        There is no such run, or its journal of labels is damaged.
    """
    folder = run_folder(workspace, run_id)
    if not labels_version(workspace, run_id):
        return settle([], candidates=0)
    packed = packed_facts(folder)
    totals = packed["totals"] if packed else ledger.totals(workspace, run_id)
    return settle(labels_of(workspace, run_id), candidates=int(totals["proposed"]))


def settle(acts: Sequence[Label], *, candidates: int) -> Settled:
    """What acts come to, in a run that holds so many *candidates*."""
    words, skips = last_words(acts)
    drawn: dict[str, float | None] = dict.fromkeys([*words, *skips])
    before_growth = set()
    for act in acts:
        if act.drawn is None or act.candidate_id not in drawn:
            continue
        if act.of is not None and act.of != candidates:
            before_growth.add(act.candidate_id)
            continue
        lowest = drawn[act.candidate_id]
        drawn[act.candidate_id] = act.drawn if lowest is None else min(act.drawn, lowest)
    votes = {name: sum(1 if good else -1 for good in said.values()) for name, said in words.items()}
    counted: dict[str, int] = {}
    for said in words.values():
        for labeller in said:
            counted[labeller] = counted.get(labeller, 0) + 1
    return Settled(
        labels={name: vote > 0 for name, vote in votes.items() if vote},
        drawn=drawn,
        contested=tuple(name for name, vote in votes.items() if not vote),
        skips={name: frozenset(by) for name, by in skips.items()},
        labellers=dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))),
        kappa=_kappa(words, counted),
        acts=sum(act.note != CAME_UP for act in acts),
        outgrown=sum(drawn[name] is None for name in before_growth),
        words=words,
    )


def last_words(
    acts: Sequence[Label],
) -> tuple[dict[str, dict[str, bool]], dict[str, set[str]]]:
    """Each candidate's last word by labeller, and those who skipped it."""
    words: dict[str, dict[str, bool]] = {}
    skips: dict[str, set[str]] = {}
    for act in acts:
        if act.note == CAME_UP:
            continue
        said = words.setdefault(act.candidate_id, {})
        said.pop(act.labeller, None)
        skips.setdefault(act.candidate_id, set()).discard(act.labeller)
        if act.good is not None:
            said[act.labeller] = act.good
        elif act.note == SKIPPED:
            skips[act.candidate_id].add(act.labeller)
    return (
        {name: said for name, said in words.items() if said},
        {name: by for name, by in skips.items() if by},
    )


def kappa_of(words: Words, first: str, second: str) -> Kappa:
    """How far two labellers agree on what both have labelled."""
    pairs = [(said[first], said[second]) for said in words.values() if {first, second} <= {*said}]
    counts = [sum(pair == (a, b) for pair in pairs) for a in (True, False) for b in (True, False)]
    both_good, only_first, only_second, both_bad = counts
    kappa = float(cohen_kappa(both_good, only_first, only_second, both_bad))
    low, high = kappa_interval(both_good, only_first, only_second, both_bad, LEVEL)
    share = float(prevalence(both_good, only_first, only_second, both_bad))
    return Kappa(
        first=first,
        second=second,
        both=len(pairs),
        kappa=kappa,
        low=float(low),
        high=float(high),
        agreement=float(agreement(both_good, only_first, only_second, both_bad)),
        prevalence=share,
        why=_undefined(len(pairs), share) if kappa != kappa else "",
    )


def _undefined(both: int, share: float) -> str:
    if not both:
        return "the two have labelled no candidate in common"
    kind = "good" if share == 1 else "bad"
    return (
        f"both call all {both} candidates {kind}, so agreement by chance cannot be told apart; "
        "label until both kinds occur"
    )


def _kappa(words: Words, counted: Mapping[str, int]) -> Kappa | None:
    shared: dict[tuple[str, str], int] = {}
    for said in words.values():
        names = sorted(said)
        for i, first in enumerate(names):
            for second in names[i + 1 :]:
                shared[first, second] = shared.get((first, second), 0) + 1
    if not shared:
        return None
    pair = max(shared, key=lambda two: (shared[two], -sum(counted[name] for name in two), two))
    return kappa_of(words, *sorted(pair, key=lambda name: (-counted[name], name)))
