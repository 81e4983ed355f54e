"""What a verdict may depend on: the anchors, and for copies what was proposed before."""

import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import LABEL, SLICE, anchors_and_others

from core.critique.critic import anchors_of
from core.critique.panel import Panel, panel_for
from core.datasets.kinds import CRITICS
from core.records import Candidate, SampleKind

ANCHORS = anchors_of(*anchors_and_others(), label=LABEL, text="text", slice_=SLICE)
REMEMBERS = "duplicate"
_TEXTS = st.lists(
    st.sampled_from([row["text"] for row in (*ANCHORS.own, *ANCHORS.others)])
    | st.text(alphabet="abcdefg hi jk", min_size=3, max_size=60),
    max_size=6,
)


def made(kind: SampleKind, *texts: str) -> list[Candidate]:
    """Candidates of these texts."""
    return [
        Candidate(
            candidate_id=str(i),
            run_id="r",
            index=i,
            kind=kind,
            label=SLICE,
            content={"text": text},
            written_by="hand",
        )
        for i, text in enumerate(texts)
    ]


PANELS = {kind: panel_for(ANCHORS, kind) for kind in CRITICS if kind != "knowledge_triple"}


@pytest.mark.parametrize("kind", PANELS)
@settings(derandomize=True, max_examples=25, deadline=None)
@given(before=_TEXTS, text=st.text(min_size=1, max_size=60))
def test_what_was_judged_before_changes_no_verdict(
    kind: SampleKind, before: list[str], text: str
) -> None:
    """But for that on copies, whatever was proposed, accepted or rejected in between."""
    panel = PANELS[kind]
    (fresh,) = panel.critiques(made(kind, text))
    panel.critiques(made(kind, *before))
    (later,) = panel.critiques(made(kind, text))
    for first, second in zip(fresh, later, strict=True):
        if first.critic != REMEMBERS:
            assert (first.score, first.reason) == (second.score, second.reason)


@settings(derandomize=True, max_examples=10, deadline=None)
@given(texts=_TEXTS.filter(len), cut=st.integers(0, 6))
def test_candidates_are_judged_alike_in_one_batch_and_in_two(texts: list[str], cut: int) -> None:
    """The order decides, not how many come at once."""
    candidates = made("training_case", *texts)
    names = ("format", "leakage", "duplicate", "drift")
    whole = panel_for(ANCHORS).only(names).critiques(candidates)
    panel = panel_for(ANCHORS).only(names)
    parts = [*panel.critiques(candidates[:cut]), *panel.critiques(candidates[cut:])]
    for first, second in zip(whole, parts, strict=True):
        scores = [critique.score for critique in second]
        assert [critique.score for critique in first] == pytest.approx(scores, abs=1e-6)


def test_no_critic_can_be_told_what_was_accepted() -> None:
    """A critic has one thing that is asked of it: a verdict on what was proposed."""
    for panel in PANELS.values():
        for critic in panel.critics:
            asked = [n for n, _ in inspect.getmembers(critic, callable) if not n.startswith("_")]
            assert asked == ["score"]


def test_a_panel_can_be_cut_to_the_critics_that_a_run_began_with() -> None:
    """Their order stays; names that it does not have are left out."""
    panel = Panel(PANELS["training_case"].critics).only(["drift", "format", "smell"])
    assert panel.names == ("format", "drift")
