"""What acts of people come to: last words, majorities, draws."""

from datetime import timedelta

import pytest

from core.analysis.labels.settled import settle
from core.records import CAME_UP, SKIPPED, TAKEN_BACK, Label
from core.workspace.run_folder import now_utc

AT = now_utc()


def acts(*said: tuple[str, str, bool | None, float | None, str]) -> list[Label]:
    """Acts of (candidate, labeller, good, drawn, note), a minute apart, in a run of ten."""
    return [
        Label(
            candidate_id=candidate,
            run_id="r",
            good=good,
            labeller=by,
            at=AT + timedelta(minutes=i),
            drawn=drawn,
            note=note,
            of=None if drawn is None else 10,
        )
        for i, (candidate, by, good, drawn, note) in enumerate(said)
    ]


def test_the_last_word_of_a_labeller_counts() -> None:
    """Good, then bad: bad. Taken back: no label, and the draw is forgotten with it."""
    found = settle(
        acts(("1", "A", True, 0.5, ""), ("1", "A", False, None, ""), ("2", "A", True, 0.5, "")),
        candidates=10,
    )
    assert found.labels == {"1": False, "2": True}
    assert found.drawn == {"1": 0.5, "2": 0.5}
    back = settle(
        acts(("1", "A", True, 0.5, ""), ("1", "A", None, None, TAKEN_BACK)), candidates=10
    )
    assert back.labels == {}
    assert back.drawn == {}
    assert back.skipped == ()


def test_a_disagreement_is_used_for_nothing_until_it_is_settled() -> None:
    """By a third labeller, or by one of the two changing the word."""
    two = acts(("1", "A", True, 0.5, ""), ("1", "B", False, None, ""))
    found = settle(two, candidates=10)
    assert found.labels == {}
    assert found.contested == ("1",)
    assert found.drawn == {"1": 0.5}
    third = settle([*two, *acts(("1", "C", False, None, ""))], candidates=10)
    assert third.labels == {"1": False}
    assert third.contested == ()
    corrected = settle([*two, *acts(("1", "B", True, None, ""))], candidates=10)
    assert corrected.labels == {"1": True}


def test_a_candidate_counts_for_the_widest_pool_it_came_up_in() -> None:
    """Drawn from the upper half first and later from all, or picked by hand and later drawn."""
    found = settle(
        acts(
            ("1", "A", True, 0.6, ""),
            ("2", "A", True, None, ""),
            ("3", "A", False, None, ""),
            ("1", "B", None, 0.0, CAME_UP),
            ("2", "B", None, 0.0, CAME_UP),
        ),
        candidates=10,
    )
    assert found.drawn == {"1": 0.0, "2": 0.0, "3": None}
    assert found.labels == {"1": True, "2": True, "3": False}
    assert found.drawn_by_chance == 2
    assert found.labellers == {"A": 3}
    assert found.acts == 3


def test_what_was_drawn_before_the_run_grew_is_no_draw_from_all_of_it() -> None:
    """It counts as picked by hand until it comes up again."""
    said = acts(("1", "A", True, 0.5, ""), ("2", "A", True, 0.5, ""))
    found = settle(said, candidates=20)
    assert found.drawn == {"1": None, "2": None}
    assert found.outgrown == 2


def test_the_skipped_are_told_apart_from_the_labelled() -> None:
    """One labeller may skip what another can judge."""
    found = settle(
        acts(
            ("1", "A", None, 0.5, SKIPPED),
            ("2", "A", None, 0.5, SKIPPED),
            ("2", "B", True, 0.5, ""),
        ),
        candidates=10,
    )
    assert found.skipped == ("1",)
    assert found.labels == {"2": True}


def test_kappa_is_of_the_two_who_share_most() -> None:
    """A and B share three items and agree on two; C shares one with A."""
    said = [
        ("1", "A", True), ("1", "B", True), ("2", "A", False), ("2", "B", False),
        ("3", "A", True), ("3", "B", False), ("1", "C", True),
    ]  # fmt: skip
    found = settle(acts(*((c, by, good, None, "") for c, by, good in said)), candidates=10).kappa
    assert found is not None
    assert (found.first, found.second, found.both) == ("A", "B", 3)
    # seen 2/3; chance (2·1 + 1·2)/9 = 4/9; (6/9 − 4/9) ÷ 5/9 = 0.4
    assert found.kappa == pytest.approx(0.4)
    assert found.agreement == pytest.approx(2 / 3)


def test_kappa_of_one_kind_only_is_unknown_and_says_why() -> None:
    """Everything good to both: chance alone would agree as well."""
    said = acts(("1", "A", True, None, ""), ("1", "B", True, None, ""))
    found = settle(said, candidates=10).kappa
    assert found is not None
    assert found.kappa != found.kappa
    assert "label until both kinds occur" in found.why
    assert settle(said[:1], candidates=10).kappa is None
