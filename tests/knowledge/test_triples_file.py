from pathlib import Path

import pytest

from core.errors import DataError
from core.knowledge.triples_file import as_csv, triples_in


def written(folder: Path, text: str | bytes, name: str = "facts.csv") -> Path:
    """A file of triples."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_csv_gives_triples_with_their_lines(tmp_path: Path) -> None:
    """Quoted cells may hold commas and line ends; the source is the file or what the row says."""
    text = 'Subject,relation,object,source\na,is,"b, c",\n"d\nd",is,e,Handbook\nf,is,g,\n'
    first, second, third = triples_in(written(tmp_path, text))
    assert (first.object, first.where) == ("b, c", "facts.csv, line 2")
    assert (second.subject, second.where) == ("d d", "Handbook (facts.csv, line 3)")
    assert third.place == "line 5"


def test_json_lines_give_the_same_triples(tmp_path: Path) -> None:
    """One object a line; numbers are taken as text."""
    text = (
        '{"subject":"a","relation":"is","object":5}\n\n{"subject":"b","relation":"is","object":"c"}'
    )
    found = triples_in(written(tmp_path, text, "facts.jsonl"))
    assert [(t.object, t.place) for t in found] == [("5", "line 1"), ("c", "line 3")]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("f.csv", "subject,relation,object\na,is,b\nc,is,\n", "line 3 has an empty object"),
        ("f.csv", "subject,relation,object\na,is\n", "line 2 has 2 cells"),
        ("f.csv", "subject,verb\na,is\n", "expected the columns subject, relation, object"),
        ("f.csv", "", "line 1 names nothing"),
        ("f.csv", "subject,relation,object\n", "holds no triple"),
        ("f.csv", 'subject,relation,object\n"a"x,is,b\n', "line 2"),
        ("f.csv", "subject,relation,object\n" + "a" * 501 + ",is,b\n", "501 characters"),
        ("f.csv", b"\xff\xfe\x00a", "not UTF-8"),
        ("f.csv", b"subject\x00", "binary"),
        ("f.jsonl", '{"subject": "a"}\n', "line 1 has no text as relation"),
        ("f.jsonl", "{broken\n", "line 1 is no whole JSON object"),
        ("f.jsonl", '{"subject":["a"],"relation":"r","object":"o"}', "no text as subject"),
    ],
)
def test_a_bad_row_is_named_by_its_line(
    tmp_path: Path, name: str, text: str | bytes, said: str
) -> None:
    """One sentence that says which line, what was found and what is expected."""
    with pytest.raises(DataError, match="f\\.") as error:
        triples_in(written(tmp_path, text, name))
    assert said in str(error.value)


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    """The first five lines are named, the others counted."""
    text = "subject,relation,object\n" + ",,\n" * 8
    with pytest.raises(DataError, match="line 6 has an empty subject; and 3 lines more"):
        triples_in(written(tmp_path, text))


def test_what_is_exported_can_be_imported(tmp_path: Path) -> None:
    """The same facts from the same sources come back."""
    text = 'subject,relation,object,source\n"a, ""b""",is,c,Handbook\n'
    before = triples_in(written(tmp_path, text))
    after = triples_in(written(tmp_path, as_csv(before), "again.csv"))
    assert [(t.subject, t.object, t.source) for t in after] == [('a, "b"', "c", "Handbook")]
