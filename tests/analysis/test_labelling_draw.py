"""Which candidates come up to be labelled, and what judging them records."""

from collections import Counter
from typing import Any

import pytest
from judged_run import RUN, facts, judged_run

from core.analysis.labels.drawing import drawn_from, in_chance_order, next_to_label
from core.analysis.labels.labelling import judge, settle_by_hand, shown, take_back
from core.analysis.labels.settled import settle, settled
from core.errors import InputError
from core.workspace import Workspace
from core.workspace.human_labels import labels_of
from core.workspace.journal import RunWriter

TEN: list[float | None] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


@pytest.fixture
def run(workspace: Workspace) -> str:
    """Ten judged candidates and one that its critic could not judge."""
    return judged_run(workspace, [*TEN, None])


def label_next(workspace: Workspace, good: bool | None, by: str = "Anna", **how: Any) -> str:
    """Judge what comes up next; the candidate."""
    item = next_to_label(workspace, RUN, 1, labeller=by, **how).candidates[0]
    judge(workspace, RUN, item, good, by)
    return item.candidate_id


def test_the_upper_pool_begins_at_the_median_and_ties_belong_to_it(workspace: Workspace) -> None:
    """Of ten scores the upper five; with ties at the limit all of them."""
    run = judged_run(workspace, [*TEN, None])
    found = next_to_label(workspace, run, 99)
    assert (found.limit, found.pool, found.left) == (0.5, 5, 5)
    assert {c.score for c in found.candidates} == {0.5, 0.6, 0.7, 0.8, 0.9}
    assert {c.drawn for c in found.candidates} == {0.5}
    everyone = next_to_label(workspace, run, 99, pool="all")
    assert (everyone.limit, everyone.pool) == (0.0, 10)


def test_ties_at_the_median_are_all_in_the_pool(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The limit is a score, so every candidate of that score can be drawn."""
    workspace = Workspace(tmp_path_factory.mktemp("tied"))
    run = judged_run(workspace, [0.2, 0.5, 0.5, 0.5, 0.5, 0.9])
    found = next_to_label(workspace, run, 99)
    assert (found.limit, found.pool) == (0.5, 5)


def test_every_candidate_is_as_likely_as_any_other() -> None:
    """Over 600 seeds each of five comes first about 120 times (4.4 standard deviations: 43)."""
    nobody, scored = settle([], candidates=11), {str(i): i / 10 for i in range(10)}
    first = Counter(
        drawn_from(in_chance_order(scored, 11, seed), nobody, 1).candidates[0].candidate_id
        for seed in range(600)
    )
    assert len(first) == 5
    assert all(abs(times - 120) < 43 for times in first.values())


def test_a_session_that_stops_goes_on_with_the_same_draw(workspace: Workspace, run: str) -> None:
    """One at a time gives what five at once would have given; skipped ones do not come again."""
    order = [c.candidate_id for c in next_to_label(workspace, run, 5).candidates]
    assert [label_next(workspace, g) for g in (True, None, False)] == order[:3]
    left = [c.candidate_id for c in next_to_label(workspace, run, 5, labeller="Anna").candidates]
    assert left == order[3:]
    assert [c.candidate_id for c in next_to_label(workspace, run, 5, labeller="Bo").candidates] == [
        order[1],
        *order[3:],
    ]
    said = settled(workspace, run)
    assert said.skipped == (order[1],)
    assert set(said.drawn.values()) == {0.5}


def test_the_upper_half_labelled_first_is_a_part_of_the_whole_labelled_later(
    workspace: Workspace, run: str
) -> None:
    """Nobody is asked twice, and what came up from all counts as drawn from all."""
    everyone = [c.candidate_id for c in next_to_label(workspace, run, 99, pool="all").candidates]
    upper = [label_next(workspace, True) for _ in range(3)]
    asked = [label_next(workspace, False, pool="all") for _ in range(4)]
    assert not set(upper) & set(asked)
    place = max(everyone.index(name) for name in asked)
    from_all = {n for n, drawn in settled(workspace, run).drawn.items() if drawn == 0.0}
    assert from_all == set(everyone[: place + 1])


def test_what_was_picked_by_hand_counts_as_drawn_once_it_comes_up(
    workspace: Workspace, run: str
) -> None:
    """Else the draw would be one from those that nobody wanted to pick."""
    order = [c.candidate_id for c in next_to_label(workspace, run, 5).candidates]
    settle_by_hand(workspace, run, order[0], False, "Anna")
    assert settled(workspace, run).drawn == {order[0]: None}
    assert label_next(workspace, True) == order[1]
    assert settled(workspace, run).drawn == {order[0]: 0.5, order[1]: 0.5}
    assert settled(workspace, run).labels == {order[0]: False, order[1]: True}


def test_a_second_labeller_is_shown_what_the_first_has_judged(
    workspace: Workspace, run: str
) -> None:
    """In the same order, and their words say how far they agree."""
    first = [label_next(workspace, good) for good in (True, False, True)]
    assert [label_next(workspace, g, "Bo", again=True) for g in (True, False)] == first[:2]
    said = settled(workspace, run)
    assert said.kappa is not None
    assert said.kappa.kappa == pytest.approx(1.0)
    assert said.drawn == dict.fromkeys(first, 0.5)
    assert next_to_label(workspace, run, 9, labeller="Bo", again=True).left == 1
    assert next_to_label(workspace, run, 9, labeller="Anna", again=True).left == 0
    with pytest.raises(InputError, match="needs the labeller's name"):
        next_to_label(workspace, run, 1, again=True)


def test_undoing_brings_the_candidate_back_and_then_the_one_before(
    workspace: Workspace, run: str
) -> None:
    """As often as there is something to undo; the other labeller's words stay."""
    first, second = label_next(workspace, True), label_next(workspace, None)
    label_next(workspace, True, "Bo")
    assert take_back(workspace, run, "anna") == second
    assert take_back(workspace, run, "Anna") == first
    assert take_back(workspace, run, "Anna") is None
    assert len(settled(workspace, run).labels) == 1
    assert label_next(workspace, False) == first
    settle_by_hand(workspace, run, first, True, "Anna")
    assert take_back(workspace, run, "Anna") == first
    assert settled(workspace, run).labels[first] is False  # what was said before counts again


def test_a_run_that_grew_is_drawn_from_anew(workspace: Workspace, run: str) -> None:
    """Earlier labels count as drawn again as they come up among the old and the new."""
    for _ in range(3):
        label_next(workspace, True)
    with RunWriter(workspace, run) as writer:
        writer.append(facts(range(11, 31), [0.95] * 20))
        with pytest.raises(InputError, match="is going on"):
            next_to_label(workspace, run, 1)
        writer.close("done")
    assert settled(workspace, run).outgrown == 3
    while next_to_label(workspace, run, 1, labeller="Anna").candidates:
        label_next(workspace, True)
    said = settled(workspace, run)
    # The median is among the new ones now: those below it were never drawn from what it holds.
    limit = next_to_label(workspace, run, 1).limit
    assert limit == 0.95
    assert {n for n, drawn in said.drawn.items() if drawn == limit} == {
        f"{RUN}/{i}" for i in range(11, 31)
    }


@pytest.mark.parametrize(
    "name",
    ["gpt-5", "GPT-4o mini", "Claude Sonnet", "LLM judge", "model", "stub-writer", "o1", "AI"],
)
def test_a_model_is_no_labeller(workspace: Workspace, run: str, name: str) -> None:
    """Calibrating a judge on a model's labels measures how two models agree."""
    with pytest.raises(InputError, match="Only labels by people are taken"):
        label_next(workspace, True, name)
    assert labels_of(workspace, run) == []


@pytest.mark.parametrize("name", ["Claude Dupont", "Gemma", "Anna-Maria 2", "Philip", "Mo Dell"])
def test_a_person_may_be_called_as_people_are(workspace: Workspace, run: str, name: str) -> None:
    """A first name that a vendor chose as well is still a first name."""
    label_next(workspace, True, name)
    assert list(settled(workspace, run).labellers) == [name]


def test_a_labeller_needs_a_name(workspace: Workspace, run: str) -> None:
    """Without one nobody could be compared; upper and lower case make no new person."""
    for name in ("", "  ", "x" * 81, "a\x07b"):
        with pytest.raises(InputError, match="name"):
            label_next(workspace, True, name)
    label_next(workspace, True, "Anna")
    label_next(workspace, True, " anna ")
    assert settled(workspace, run).labellers == {"Anna": 2}


def test_a_labeller_sees_the_content_and_no_score(workspace: Workspace, run: str) -> None:
    """Blind to what the critics said."""
    name = f"{RUN}/3"
    seen = shown(workspace, run, [name])[name]
    assert seen.content == {"text": "=stop my card, number 3"}
    assert not hasattr(seen, "score")
