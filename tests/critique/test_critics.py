from typing import Any

import pandas as pd
import pytest
from messages import LABEL, SLICE, anchors_and_others

from core.critique.critic import Critic, Verdict, anchors_of
from core.critique.duplicate import DuplicateCritic
from core.critique.format import FormatCritic
from core.critique.likeness import TextIndex
from core.critique.panel import panel_for
from core.records import Candidate

ANCHORS = anchors_of(*anchors_and_others(), label=LABEL, text="text", slice_=SLICE)


def alone(critic: Critic, text: str) -> Verdict:
    """What a critic says of one text."""
    return critic.score([{"text": text}])[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("<b>please stop my card now</b>", "markup"),
        ("```please stop my card```", "markup"),
        ("please stop \x07 my card", "control characters"),
        ("As an AI I would stop my card", "an echo of the prompt"),
        ("Here is a new example: please stop my card", "an echo of the prompt"),
        ('"please stop my card, it is gone"', "quotation marks"),
        ("please stop my card, [your name]", "an unfilled blank"),
    ],
)
def test_what_no_anchor_looks_like_scores_zero(text: str, reason: str) -> None:
    """Markup, echoes, blanks and nothing at all are told apart in the reason."""
    verdict = alone(FormatCritic(ANCHORS), text)
    assert verdict.score == 0
    assert reason in verdict.reason


def test_marks_that_anchors_use_are_no_flaw() -> None:
    """Where real people write with markup, a candidate may."""
    frame = pd.DataFrame(
        {"__row": [0, 1], "text": ["<p>stop my card</p>", "<p>block it</p>"], LABEL: [SLICE] * 2}
    )
    known = anchors_of(frame, frame.head(0), label=LABEL, text="text", slice_=SLICE)
    assert alone(FormatCritic(known), "<p>stop it</p>").score == 1


def test_length_is_held_against_the_anchors() -> None:
    """The shortest anchor has 38 characters, so 19 are allowed: a text of 10 gets 10/19."""
    critic = FormatCritic(ANCHORS)
    assert min(len(row["text"]) for row in ANCHORS.own) == 38
    assert alone(critic, "x" * 10).score == pytest.approx(10 / 19)
    assert alone(critic, "please stop my card at once").score == 1
    assert alone(critic, "stop my card " * 30).score == 0


@pytest.mark.parametrize(
    ("content", "score"),
    [
        ({"age": 30, "home": "own", "pay": 2.0}, 1.0),
        ({"age": 30, "home": "own"}, 0.0),
        ({"age": 30, "home": "own", "pay": 2.0, "more": 1}, 0.0),
        ({"age": "thirty", "home": "own", "pay": 2.0}, 0.0),
        ({"age": True, "home": "own", "pay": 2.0}, 0.0),
        ({"age": None, "home": "own", "pay": 2.0}, 0.0),
        ({"age": 30, "home": "own", "pay": None}, 1.0),
        ({"age": 30, "home": "castle", "pay": 2.0}, 0.5),
        ({"age": 50, "home": "own", "pay": 2.0}, 0.5),
        ({"age": 900, "home": "own", "pay": 2.0}, 0.0),
    ],
)
def test_a_row_needs_its_columns_types_values_and_ranges(
    content: dict[str, Any], score: float
) -> None:
    """Ages run from 20 to 40: 50 lies half a range beyond, and scores one half."""
    frame = pd.DataFrame(
        {
            "__row": [0, 1, 2],
            "age": [20, 40, 30],
            "home": ["own", "rent", "own"],
            "pay": [1.5, 2.5, None],
            LABEL: ["bad"] * 3,
        }
    )
    known = anchors_of(frame, frame.head(0), label=LABEL, text=None, slice_="bad")
    assert FormatCritic(known).score([content])[0].score == pytest.approx(score)


def test_similarity_is_the_share_of_common_four_grams() -> None:
    """' abcd ' has 3 four-grams, ' abce ' has 3, one of them in common: 1 of 5."""
    index = TextIndex()
    index.add({"text": "abcd"})
    assert index.similarities({"text": "abce"}).tolist() == [pytest.approx(1 / 5)]
    assert index.similarities({"text": "ABCD  "}).tolist() == [1.0]


def test_a_copy_scores_zero_and_names_what_it_copies() -> None:
    """Of an anchor, or of a candidate before it; case and blanks hide nothing."""
    critic = DuplicateCritic(ANCHORS)
    copy = alone(critic, "Please  stop my card it was stolen at the STATION")
    assert copy.score == 0
    assert "1.00 like anchor 0: 'please stop my card" in copy.reason
    first, second = critic.score([{"text": "quiet zebras jump over fjords"}] * 2)
    assert (first.score, second.score) == (1, 0)
    assert "candidate 1" in second.reason


def test_novelty_falls_in_a_straight_line_from_one_half_to_nine_tenths() -> None:
    """7 of 10 four-grams in common: half-way between new and copied."""
    frame = pd.DataFrame({"__row": [0], "text": ["abcdefghij"], LABEL: [SLICE]})
    known = anchors_of(frame, frame, label=LABEL, text="text", slice_=SLICE)
    verdict = alone(DuplicateCritic(known), "abcdefghijk")  # 8 in common of 9 and 10: 8/11.
    assert verdict.score == pytest.approx(1 - (8 / 11 - 0.5) / 0.4)


def test_rows_are_compared_with_how_alike_anchors_are() -> None:
    """A row between two anchors is new; one that repeats an anchor is a copy."""
    frame = pd.DataFrame(
        {
            "__row": range(6),
            "a": [0, 10, 20, 30, 40, 50],
            "b": [5.5, 1.5, 9.5, 3.5, 7.5, 0.5],
            LABEL: ["bad"] * 6,
        }
    )
    known = anchors_of(frame, frame.head(0), label=LABEL, text=None, slice_="bad")
    critic = DuplicateCritic(known)
    between, copy = critic.score([{"a": 15, "b": 5.5}, {"a": 20, "b": 9.5}])
    assert (between.score or 0) > 0.9
    assert copy.score == 0


def candidates(*texts: str) -> list[Candidate]:
    """Candidates of these texts."""
    return [
        Candidate(
            candidate_id=str(i),
            run_id="r",
            index=i,
            kind="training_case",
            label=SLICE,
            content={"text": text},
            written_by="hand",
        )
        for i, text in enumerate(texts)
    ]


def test_the_panel_tells_the_slice_from_other_labels() -> None:
    """One more message of the slice passes; one of another label fails on agreement and drift."""
    panel = panel_for(ANCHORS)
    assert panel.names == ("format", "leakage", "duplicate", "drift", "agreement")
    mine, other = panel.critiques(
        candidates(
            "my bag is gone, please block the card that was in it",
            "when does a transfer to my sister arrive",
        )
    )
    mine_by = {c.critic: c.score or 0 for c in mine}
    other_by = {c.critic: c.score or 0 for c in other}
    assert min(mine_by.values()) > 0.5
    assert other_by["agreement"] < 0.2
    assert other_by["drift"] < mine_by["drift"]
    assert other_by["format"] == 1


def test_without_another_label_there_is_nothing_to_agree_about() -> None:
    """A critic that cannot judge is not asked, instead of giving everything a 1."""
    anchors, others = anchors_and_others()
    known = anchors_of(anchors, others.head(0), label=LABEL, text="text", slice_=SLICE)
    assert panel_for(known).names == ("format", "leakage", "duplicate", "drift")


def test_critics_learn_from_anchors_and_not_from_what_they_have_scored() -> None:
    """But for copies, a verdict is the same whatever was scored before it."""
    text = "my bag is gone, please block the card that was in it"
    fresh = panel_for(ANCHORS).critiques(candidates(text))[0]
    used = panel_for(ANCHORS)
    used.critiques(candidates(*["when does a transfer to my sister arrive"] * 5))
    later = used.critiques(candidates(text))[0]
    assert [c.score for c in fresh] == [c.score for c in later]
