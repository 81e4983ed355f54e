import itertools

import pytest

from core.critique.language import Language

_WHO = ("my sister", "the landlord", "our driver", "her brother", "the shop", "this office")
_DID = ("asked about", "never received", "wants to change", "complained about", "paid for")
_WHAT = ("the last invoice", "a new meter", "their address", "the wrong reading", "an old card")
ENGLISH = [" ".join(parts) for parts in itertools.product(_WHO, _DID, _WHAT)]
KNOWN = Language(ENGLISH)


@pytest.mark.parametrize(
    "text",
    [
        "wir haben gestern die falsche rechnung von ihnen erhalten",
        "nous avons déménagé et le compteur affiche une valeur fausse",
        "ayer recibimos una factura equivocada de su empresa",
    ],
)
def test_another_language_of_the_same_script_is_strange(text: str) -> None:
    """German, French and Spanish among a hundred and fifty English messages."""
    verdict = KNOWN.of(text)
    assert verdict.score is not None
    assert verdict.score < 0.5
    assert "language" in verdict.reason


@pytest.mark.parametrize(
    "text",
    [
        "the driver never paid their last invoice",
        "an old office wants the meter",
        "hello",
        "zxqv",
        "12345",
        "❤️",
        "",
        "schnell bitte",
    ],
)
def test_what_is_short_or_known_is_not_strange(text: str) -> None:
    """A short text says too little to be called foreign."""
    assert KNOWN.of(text).score == 1


def test_another_script_counts_by_its_share() -> None:
    """All Cyrillic scores 0, a quarter scores one half, a letter in a hundred hardly matters."""
    assert KNOWN.of("где мой счёт").score == 0
    quarter = KNOWN.of("abcабв" + "abcdef")
    assert quarter.score == pytest.approx(0.5)
    assert "25% of its letters are Cyrillic" in quarter.reason
    assert KNOWN.of("a" * 99 + "я").score == pytest.approx(0.98)


def test_scripts_that_anchors_use_are_no_flaw() -> None:
    """Where people write in two scripts, a candidate may."""
    both = Language(["где мой счёт", "where is my invoice"] * 3)
    assert both.of("мой card").score == 1


def test_of_a_few_texts_no_language_is_learnt() -> None:
    """Ten messages tell the script and nothing more."""
    assert Language(ENGLISH[:10]).of("wir haben gestern die falsche rechnung erhalten").score == 1
    assert Language([]).of("где мой счёт").score == 1
