import pandas as pd
import pytest
from messages import LABEL, SLICE, anchors_and_others

from core.critique.critic import Anchors, Verdict, anchors_of
from core.critique.leakage import LIKELY, MADE_UP, LeakageCritic

ANCHORS = anchors_of(*anchors_and_others(), label=LABEL, text="text", slice_=SLICE)
TOLD = "my number at the harbour office where i work on weekdays is still the one you have"
LONG = f"{TOLD} but please never write to sam.doe@corp.net about the card again"


def known(*texts: str) -> Anchors:
    """Messages with these added to the slice."""
    rows, others = anchors_and_others()
    more = pd.DataFrame({"__row": range(900, 900 + len(texts)), "text": texts, LABEL: SLICE})
    frame = pd.concat([rows, more], ignore_index=True)
    return anchors_of(frame, others, label=LABEL, text="text", slice_=SLICE)


def alone(anchors: Anchors, text: str) -> Verdict:
    """What the critic says of one text."""
    return LeakageCritic(anchors).score([{"text": text}])[0]


def test_a_secret_is_an_alarm_whatever_the_anchors_hold() -> None:
    """Even one that stands in many anchors; the reason does not repeat it."""
    key = "AKIA" + "IOSFODNNZEXAMPLE"
    texts = [f"my key {key} does not open the app {i}" for i in range(5)]
    verdict = alone(known(*texts), f"why does {key} not work")
    assert verdict.score == 0
    assert "secret" in verdict.reason
    assert key not in verdict.reason


def test_an_address_of_a_real_record_is_remembered_and_a_new_one_is_a_warning() -> None:
    """0 for the address that one anchor holds, whatever its case; 0.6 for one nobody has."""
    anchors = known(LONG)
    remembered = alone(anchors, "tell SAM.DOE@corp.net that the card is blocked")
    assert remembered.score == 0
    assert "sam.doe" not in remembered.reason.casefold()
    assert alone(anchors, "tell ann@else.net that the card is blocked").score == MADE_UP
    assert alone(anchors, "charge it to 4111 1111 1111 1111").score == LIKELY


def test_data_that_anchors_usually_hold_belong_to_the_form() -> None:
    """Where every message is signed with an address, so may a candidate be."""
    signed = [f"please stop the card, yours {name}@mail.net" for name in "abcdefghijkl"]
    assert alone(known(*signed), "please block the card, yours z@mail.net").score == 1
    assert alone(known(*signed), "please block the card, yours c@mail.net").score == 0


def test_an_address_that_many_records_hold_is_nobodys() -> None:
    """The address of the help desk stands in three messages."""
    desk = [f"i wrote to desk@bank.net {when} in vain" for when in ("once", "today", "twice")]
    assert alone(known(*desk), "i wrote to desk@bank.net as well").score == 1


def test_a_record_that_is_repeated_word_for_word_is_remembered() -> None:
    """Whole, with other marks and case; a part of a short one is how people put it."""
    anchors = known(TOLD)
    whole = alone(anchors, TOLD.upper().replace(" at", ", at") + "!")
    assert whole.score == 0
    assert "anchor 900" in whole.reason
    assert TOLD not in whole.reason
    assert alone(anchors, "the harbour office where i work has the wrong number").score == 1


def test_a_long_run_within_a_long_text_is_remembered() -> None:
    """24 words, three times the 8 that are needed, in a text of a hundred other words."""
    run = " ".join(f"real{i}" for i in range(24))
    anchors = known(run + " " + " ".join(f"tail{i}" for i in range(80)))
    around = " ".join(f"word{i}" for i in range(50))
    assert alone(anchors, f"{around} {run} {around}").score == 0
    half = " ".join(f"real{i}" for i in range(16))
    assert alone(anchors, f"{around} {half} {around}").score == pytest.approx(0.5)


def test_a_run_that_three_records_share_gives_nobody_away() -> None:
    """What many write is boilerplate."""
    words = " ".join(f"legal{i}" for i in range(20))
    anchors = known(*(f"{words} {name}" for name in ("anna", "bert", "carl")))
    assert alone(anchors, words).score == 1


def test_a_row_of_another_label_that_is_copied_but_for_one_cell_is_found() -> None:
    """Five columns; two changed cells make another row."""
    frame = pd.DataFrame(
        {
            "__row": range(40),
            **{
                name: [(i * k) % 41 for i in range(40)]
                for name, k in zip("abcde", range(3, 8), strict=True)
            },
            LABEL: ["bad"] * 20 + ["good"] * 20,
        }
    )
    anchors = anchors_of(
        frame[:20], frame[20:].reset_index(drop=True), label=LABEL, text=None, slice_="bad"
    )
    row = anchors.others[3]
    critic = LeakageCritic(anchors)
    copy, near, other = critic.score([row, {**row, "a": 99}, {**row, "a": 99, "b": 98}])
    assert (copy.score, near.score, other.score) == (0, 0, 1)
    assert "another label" in copy.reason


def test_real_messages_are_no_leak() -> None:
    """Each anchor, left out and asked about, gives nobody away."""
    rows, others = anchors_and_others()
    for i in range(len(rows)):
        rest = anchors_of(rows.drop(i), others, label=LABEL, text="text", slice_=SLICE)
        assert alone(rest, rows["text"][i]).score == 1
