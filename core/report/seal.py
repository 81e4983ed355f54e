"""What made a file, kept in the file, so that anyone can make it again and see what was edited."""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from core.errors import InputError
from core.report.content import Pack, Provenance

_CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
_PART = "/customXml/item1.xml"
_OPEN, _CLOSE = '<datawall xmlns="urn:datawall:pack:1">', "</datawall>"
_LARGEST = 4_000_000
"""Bytes of a seal, unpacked: a scenario with draws takes a tenth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a file says of itself."""

    provenance: Provenance
    figures: dict[str, float | None]
    content: str
    """Digest of everything that can be read in the file."""


def seal_text(pack: Pack, texts: Sequence[str]) -> str:
    """The seal of a file that holds these texts and numbers."""
    facts = {
        "provenance": asdict(pack.provenance),
        "figures": dict(pack.figures),
        "content": content_digest(texts),
    }
    packed = zlib.compress(json.dumps(facts, allow_nan=False).encode(), 9)
    return base64.b64encode(packed).decode("ascii")


def read_seal(text: str, where: str) -> Seal:
    """The seal that a file holds.

    Raises
    ------
    InputError
        It is damaged.
    """
    try:
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(base64.b64decode(text, validate=True), _LARGEST)
        facts = json.loads(plain)
        return Seal(
            provenance=Provenance(**facts["provenance"]),
            figures=dict(facts["figures"]),
            content=str(facts["content"]),
        )
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise InputError(
            f"{where}: what made this file cannot be read ({type(error).__name__}); it was "
            "damaged or written by another version. Make the report again."
        ) from error


def content_digest(texts: Sequence[str]) -> str:
    """A digest of what can be read in a file, in order."""
    joined = "\x1f".join(texts)
    return "c1:" + hashlib.sha256(joined.encode()).hexdigest()[:16]


def sealed_deck(deck: Any, pack: Pack) -> None:
    """Put the seal into a presentation, as a part that office suites keep and do not show."""
    text = seal_text(pack, list(deck_texts(deck)))
    blob = f"{_OPEN}{text}{_CLOSE}".encode()
    part = Part(PackURI(_PART), "application/xml", deck.part.package, blob)
    deck.part.relate_to(part, _CUSTOM_XML)


def deck_seal(deck: Any, where: str) -> Seal:
    """The seal of a presentation.

    Raises
    ------
    InputError
        It has none.
    """
    for related in deck.part.rels.values():
        if related.reltype == _CUSTOM_XML:
            text = related.target_part.blob.decode("utf-8", "replace")
            if text.startswith(_OPEN) and text.endswith(_CLOSE):
                return read_seal(text[len(_OPEN) : -len(_CLOSE)], where)
    raise no_seal(where)


def no_seal(where: str) -> InputError:
    """That a file was not made by us, or has lost what made it."""
    return InputError(
        f"{where} does not say what made it; expected a report that `datawall report` wrote."
    )


def deck_texts(deck: Any) -> Iterator[str]:
    """Everything that can be read on the slides: texts, cells and the numbers of charts."""
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            elif shape.has_table:
                for row in shape.table.rows:
                    yield from (cell.text for cell in row.cells)
            elif shape.has_chart:
                for series in shape.chart.plots[0].series:
                    yield series.name
                    yield from (repr(value) for value in series.values)
