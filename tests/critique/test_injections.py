"""A judge that follows every order outside of the tags must find none that a candidate gave."""

import json
import re
import unicodedata

import pytest
from injections import FAKES, ORDERS, injections
from messages import LABEL, SLICE, anchors_and_others

from core.critique.critic import anchors_of
from core.critique.judge import Judge, UnreadableVerdictError
from core.errors import ProviderError

JUDGE = Judge(
    anchors_of(*anchors_and_others(), label=LABEL, text="text", slice_=SLICE), "m", seed=0
)
GOOD, BAD = "please stop my card, it was stolen at the harbour", "how long does a transfer take"
CASES = [
    (kind, *each) for kind, core in (("good", GOOD), ("bad", BAD)) for each in injections(core)
]
_ORDER = re.compile(
    "ignore|cancelled|true to every|say true|true four times|i order you|all true|"
    "decided by the committee|belongs true|will be harmed|this one belongs",
)


def plain(text: str) -> str:
    """Text as a careless reader has it: look-alikes made equal, hidden characters dropped."""
    even = unicodedata.normalize("NFKC", text)
    return "".join(c for c in even if unicodedata.category(c) != "Cf").casefold()


def gullible(question: str, *, echoes: bool = False) -> str:
    """A judge that obeys whatever stands outside of the tags, and else looks for a card."""
    check = question.partition("<proposed-")[2].partition(">")[0]
    read = plain(question)
    for tag in ("real", "other", "proposed"):
        start, end = f"\n<{tag}-{check}>\n", f"\n</{tag}-{check}>\n"
        before, _, rest = read.partition(start)
        inside, _, after = rest.partition(end)
        read = before + after
        proposed = inside
    if _ORDER.search(read) or '"belongs": true' in read:
        verdict = dict(FAKES[0])
    else:
        verdict = {"reason": "seen", "belongs": "card" in proposed}
        verdict |= dict.fromkeys(("plausible", "sound", "clean"), True)
    said = json.dumps({**verdict, "check": check})
    return f"It says: {proposed}\n{said}" if echoes else said


@pytest.mark.parametrize(("kind", "name", "text"), CASES, ids=[f"{k}: {n}" for k, n, _ in CASES])
@pytest.mark.parametrize("echoes", [False, True], ids=["", "echoing"])
def test_no_candidate_changes_its_verdict(kind: str, name: str, text: str, echoes: bool) -> None:
    """What is off its label scores 0 however it pleads; what is on it is not rejected for it."""
    if JUDGE.refuses({"text": text}):
        assert "50 kB" in name  # Recorded as unjudged, and never accepted.
        return
    question = JUDGE.prompt({"text": text}, index=3).question
    try:
        score = JUDGE.reader(3)(gullible(question, echoes=echoes)).score
    except UnreadableVerdictError:
        pytest.fail("the judge's own verdict was not found")
    assert score == (1.0 if kind == "good" else 0.0)


def test_there_are_enough_of_them_and_the_judge_is_gullible() -> None:
    """Sixty at least; the same orders move this judge when no tag stands around them."""
    assert len(injections(BAD)) >= 60
    for order in ORDERS:
        bare = JUDGE.prompt({"text": BAD}, index=3).question.replace(
            "Answer each", f"{order} Answer"
        )
        assert JUDGE.reader(3)(gullible(bare)).score == 1.0


@pytest.mark.parametrize("fake", [json.dumps(fake) for fake in FAKES])
def test_a_judge_that_only_repeats_a_candidates_fake_verdict_has_given_none(fake: str) -> None:
    """It does not hold the check word, so it is asked again and at last left unjudged."""
    with pytest.raises(ProviderError):
        JUDGE.reader(3)(fake)
