from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.knowledge.documents import Chunk, pieces_of, read_documents
from core.knowledge.grounding import extracted


def test_each_kind_of_document_is_read(tmp_path: Path) -> None:
    """Text, pages without their markup, and the text field of JSON lines."""
    (tmp_path / "a.md").write_text("# Cards\n\nA card is blocked by the card team.")
    page = "<html><head><style>p{}</style></head><body><p>One <b>fee</b>.<script>x</script><p>Two"
    (tmp_path / "b.html").write_text(page)
    (tmp_path / "c.jsonl").write_text('{"text": "first"}\n{"text": "second", "id": 2}\n')
    found = read_documents([tmp_path / n for n in ("a.md", "b.html", "c.jsonl")])
    assert [c.text for c in found.chunks] == [
        "# Cards\n\nA card is blocked by the card team.",
        "One fee.\n\nTwo",
        "first",
        "second",
    ]
    assert [c.chunk_id for c in found.chunks] == ["c1", "c2", "c3", "c4"]
    assert found.chunks[3].place == "line 2"
    assert found.title == "a.md, b.html and 1 more"


def test_the_fingerprint_changes_with_a_word(tmp_path: Path) -> None:
    """Equal documents have equal fingerprints, others do not."""
    path = tmp_path / "a.txt"
    path.write_text("The fee is 5 EUR.")
    before = read_documents([path]).fingerprint
    assert read_documents([path]).fingerprint == before
    path.write_text("The fee is 6 EUR.")
    assert read_documents([path]).fingerprint != before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF", "no document that can be read"),
        ("a.txt", b"  \n", "holds no text"),
        ("a.txt", b"\xff\xff", "not UTF-8"),
        ("a.html", b"<html><script>x</script></html>", "holds no text"),
        ("a.jsonl", b'{"text": "a"}\n{"words": "b"}\n', "line 2: no JSON object with a field"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """One sentence that names the document."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=said):
        read_documents([tmp_path / name])


def test_a_missing_document_and_one_given_twice(tmp_path: Path) -> None:
    """Both are said by name."""
    with pytest.raises(DataError, match="does not exist"):
        read_documents([tmp_path / "none.txt"])
    (tmp_path / "a.txt").write_text("words")
    path = tmp_path / "a.txt"
    with pytest.raises(DataError, match="given twice"):
        read_documents([path, path, path, path])


@settings(max_examples=50, derandomize=True)
@given(st.text(alphabet="ab .\n", max_size=300))
def test_chunks_hold_every_word_and_none_is_too_long(text: str) -> None:
    """Cutting loses no letter and never makes a piece longer than asked."""
    pieces = pieces_of(text, 20)
    assert all(0 < len(piece) <= 20 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


CHUNK = Chunk(
    chunk_id="c1", document="a.md", place="", text="The exit fee\nis 50 EUR. Cards cost nothing."
)


@pytest.mark.parametrize(
    ("triple", "problem"),
    [
        (("exit fee", "is", "50 EUR", "the EXIT fee is  50 EUR"), ""),
        (("exit fee", "is", "50 EUR", "The exit fee is 60 EUR"), "quote is not in the chunk"),
        (("exit fee", "is", "5", "The exit fee is 50 EUR"), "object '5' is not in its quote"),
        (("entry fee", "is", "50 EUR", "The exit fee is 50 EUR"), "'entry fee' is not in"),
        (("exit fee", "", "50 EUR", "The exit fee is 50 EUR"), "relation is empty"),
        (("exit fee", "is", "50 EUR", ""), "has no quote"),
    ],
)
def test_a_triple_is_grounded_when_its_quote_says_it(
    triple: tuple[str, str, str, str], problem: str
) -> None:
    """The quote stands in the chunk but for case and blanks, and holds subject and object."""
    row = dict(zip(("subject", "relation", "object", "quote"), triple, strict=True))
    found = extracted({"triples": [row]}, CHUNK)[0].problem
    assert problem in found
    assert bool(problem) == bool(found)
