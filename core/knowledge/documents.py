"""Documents of a domain, cut into chunks that a model can be asked about one at a time."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from core.errors import DataError
from core.knowledge.triples_file import text_of_file

MOST_BYTES, MOST_CHUNKS = 32 << 20, 20_000
CHUNK_CHARACTERS = 2_400
TEXT_FIELD = "text"
_ENDINGS = (".txt", ".md", ".markdown", ".html", ".htm", ".jsonl", ".ndjson")
_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A part of a document."""

    chunk_id: str
    """``c1``, ``c2`` … through all documents."""
    document: str
    place: str
    """Which part of the document it is, in words."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What facts are extracted from."""

    names: tuple[str, ...]
    chunks: tuple[Chunk, ...]

    @property
    def fingerprint(self) -> str:
        """A hash of every chunk: equal for equal documents cut alike."""
        digest = hashlib.sha256()
        for chunk in self.chunks:
            digest.update(json.dumps([chunk.document, chunk.text]).encode())
        return "k1:" + digest.hexdigest()[:16]

    @property
    def title(self) -> str:
        """Their names in one line."""
        more = f" and {len(self.names) - 2} more" if len(self.names) > 2 else ""
        return ", ".join(self.names[:2]) + more


def read_documents(paths: Sequence[str | Path]) -> Documents:
    """Text, Markdown, HTML or JSON lines with a field ``text``, cut into chunks.

    Raises
    ------
    DataError
        A document cannot be read or holds no text, or there are too many chunks.
    """
    chunks: list[Chunk] = []
    names: list[str] = []
    for path in map(Path, paths):
        name = _name(path, names)
        names.append(name)
        parts = list(_parts(path, name))
        if not any(text.strip() for _, text in parts):
            raise DataError(f"{name} holds no text; give a document with sentences in it.")
        for where, text in parts:
            pieces = pieces_of(text)
            for i, piece in enumerate(pieces, start=1):
                inside = f"part {i} of {len(pieces)}" if len(pieces) > 1 else ""
                place = ", ".join(part for part in (where, inside) if part)
                chunk_id = f"c{len(chunks) + 1}"
                chunks.append(Chunk(chunk_id=chunk_id, document=name, place=place, text=piece))
        if len(chunks) > MOST_CHUNKS:
            raise DataError(
                f"the documents make more than {MOST_CHUNKS:,} chunks of "
                f"{CHUNK_CHARACTERS:,} characters; give fewer at a time."
            )
    return Documents(names=tuple(names), chunks=tuple(chunks))


def _name(path: Path, taken: Sequence[str]) -> str:
    """The file's name; with its folder when another document has the same."""
    if path.suffix.lower() not in _ENDINGS:
        raise DataError(
            f"{path.name} is no document that can be read; expected a file ending in "
            f"{', '.join(_ENDINGS)}."
        )
    for name in (path.name, f"{path.parent.name}/{path.name}", str(path)):
        if name not in taken:
            return name
    raise DataError(f"{path} is given twice; name each document once.")


def _parts(path: Path, name: str) -> list[tuple[str, str]]:
    """The texts of a file, each with its place in it."""
    text = text_of_file(path, name, MOST_BYTES)
    kind = path.suffix.lower()
    if kind in (".html", ".htm"):
        return [("", text_of_html(text))]
    if kind in (".jsonl", ".ndjson"):
        return [
            (f"line {number}", _field(line, number, name))
            for number, line in enumerate(text.split("\n"), start=1)
            if line.strip()
        ]
    return [("", text)]


def _field(line: str, number: int, name: str) -> str:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    value = row.get(TEXT_FIELD) if isinstance(row, dict) else None
    if not isinstance(value, str):
        raise DataError(
            f"{name}, line {number}: no JSON object with a field {TEXT_FIELD!r} that holds text; "
            f'expected one such as {{"{TEXT_FIELD}": "..."}} on every line.'
        )
    return value.encode("utf-8", "replace").decode("utf-8")


def pieces_of(text: str, most: int = CHUNK_CHARACTERS) -> list[str]:
    """A text in pieces of at most *most* characters, cut between paragraphs if that can be.

    A paragraph that is too long is cut between sentences, a sentence that is
    too long between words, and a word that is too long anywhere.
    """
    pieces: list[str] = []
    for paragraph in _PARAGRAPH.split(text.replace("\r\n", "\n")):
        for part in _short_enough(paragraph.strip(), most):
            if pieces and len(pieces[-1]) + len(part) + 2 <= most:
                pieces[-1] += f"\n\n{part}"
            else:
                pieces.append(part)
    return pieces


def _short_enough(paragraph: str, most: int) -> list[str]:
    if len(paragraph) <= most:
        return [paragraph] if paragraph else []
    parts: list[str] = []
    for sentence in _SENTENCE_END.split(paragraph):
        words = [sentence] if len(sentence) <= most else sentence.split()
        for word in words:
            for start in range(0, len(word), most):
                piece = word[start : start + most]
                if parts and len(parts[-1]) + len(piece) < most:
                    parts[-1] += f" {piece}"
                else:
                    parts.append(piece)
    return parts


class _Stripped(HTMLParser):
    """Collects what a reader of the page would see."""

    _UNSEEN = frozenset({"script", "style", "template", "noscript", "svg"})
    _BLOCKS = re.compile(
        r"p|div|br|li|[uod]l|d[td]|table|tr|h[1-6]|section|article|header|footer|main|nav|"
        r"blockquote|pre|figure|figcaption|title|body"
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._UNSEEN:
            self._hidden += 1
        elif self._BLOCKS.fullmatch(tag):
            self.words.append("\n\n")
        elif tag in ("td", "th"):
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        elif self._BLOCKS.fullmatch(tag):
            self.words.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """What a reader of a page sees, paragraphs apart."""
    stripped = _Stripped()
    stripped.feed(html)
    stripped.close()
    paragraphs = (" ".join(part.split()) for part in _PARAGRAPH.split("".join(stripped.words)))
    return "\n\n".join(part for part in paragraphs if part)
