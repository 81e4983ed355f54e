from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from messages import LABEL, SLICE, anchors_and_others

from core.critique.agreement import AgreementCritic
from core.critique.critic import Anchors, Verdict, anchors_of
from core.critique.features import Features
from core.critique.hard import HardCritic
from core.critique.panel import panel_for
from core.records import Candidate, SampleKind

ANCHORS = anchors_of(*anchors_and_others(), label=LABEL, text="text", slice_=SLICE)
EASY = "please stop my card it was stolen on the bus"
HARD = "my sister sent money from the account, someone had the thing in my bag"


def candidate(content: Mapping[str, Any], kind: SampleKind = "adversarial_scenario") -> Candidate:
    """A candidate of this content."""
    return Candidate(
        candidate_id="c",
        run_id="r",
        index=0,
        kind=kind,
        label=SLICE,
        content=content,
        written_by="hand",
    )


def test_a_scenario_is_hard_as_far_as_the_current_model_errs() -> None:
    """Hardness and agreement of one learner add to one, and the reason says which it is."""
    features = Features(ANCHORS)
    texts = [{"text": EASY}, {"text": HARD}]
    hard = HardCritic(ANCHORS, features).score(texts)
    agreed = AgreementCritic(ANCHORS, features).score(texts)
    for one, other in zip(hard, agreed, strict=True):
        assert (one.score or 0) + (other.score or 0) == pytest.approx(1)
    assert (hard[0].score or 0) < 0.1
    assert "easy: the current model is right" in hard[0].reason
    assert (hard[1].score or 0) > 0.75
    assert "the current model is wrong" in hard[1].reason
    assert HardCritic(ANCHORS, features).score([]) == []


class Always:
    """A critic that likes everything."""

    name = "always"

    def score(self, proposed: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """One for each."""
        return [Verdict(score=1.0, reason="fine")] * len(proposed)


def without_others() -> Anchors:
    """The slice alone."""
    anchors, others = anchors_and_others()
    return anchors_of(anchors, others.head(0), label=LABEL, text="text", slice_=SLICE)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("training_case", ("format", "leakage", "duplicate", "drift", "agreement")),
        ("eval_item", ("format", "leakage", "duplicate", "drift", "agreement")),
        ("adversarial_scenario", ("format", "leakage", "duplicate", "drift", "hard")),
        ("knowledge_triple", ("format", "leakage", "duplicate")),
    ],
)
def test_each_kind_has_its_panel(kind: SampleKind, names: tuple[str, ...]) -> None:
    """Hardness stands in for agreement, and a triple is held against no row."""
    assert panel_for(ANCHORS, kind).names == names
    assert panel_for(ANCHORS, kind, [Always()]).names == (*names, "always")
    alone = tuple(name for name in names if name not in ("agreement", "hard"))
    assert panel_for(without_others(), kind).names == alone


TRIPLE = {"subject": "Visa card", "relation": "is issued by", "object": "the bank"}


def triple_scores(*contents: Mapping[str, Any]) -> list[list[float | None]]:
    """What the panel of triples says of these, one after the other."""
    made = [candidate(content, "knowledge_triple") for content in contents]
    return [
        [c.score for c in said] for said in panel_for(ANCHORS, "knowledge_triple").critiques(made)
    ]


def test_a_triple_that_differs_in_one_place_is_another_fact() -> None:
    """The same again is a copy however it is cased and spaced; another object is not."""
    other = {**TRIPLE, "object": "the merchant"}
    again = {**TRIPLE, "subject": "visa  CARD"}
    assert triple_scores(TRIPLE, other, again) == [[1, 1, 1], [1, 1, 1], [1, 1, 0]]


def test_a_triple_needs_its_three_parts() -> None:
    """A missing, an empty and a surplus part have not the form of a triple."""
    forms = triple_scores(
        {"subject": "card", "relation": "is"},
        {**TRIPLE, "object": " "},
        {**TRIPLE, "text": "x"},
    )
    assert [form for form, *_ in forms] == [0, 0, 0]


def test_triples_that_the_data_holds_are_no_news() -> None:
    """A dataset of facts is compared with, place by place."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "__row": [0, 1, 2],
            "subject": ["Visa card", "Visa card", "Giro card"],
            "relation": ["is issued by", "costs", "costs"],
            "object": ["the bank", "20 euro", "nothing"],
            LABEL: ["card"] * 3,
        }
    )
    known = anchors_of(frame, frame.head(0), label=LABEL, text=None, slice_="card")
    panel = panel_for(known, "knowledge_triple")
    copy, new = panel.critiques([candidate(TRIPLE), candidate({**TRIPLE, "subject": "Giro card"})])
    assert copy[-1].score == 0
    assert new[-1].score == 1
