"""Does a report still hold: made again, edited since, aged, or none of ours."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from packs import DEFAULT, DRAWS, default_pack, findings, sample_chain
from pptx import Presentation

from core.analysis.sample import fill_with_sample
from core.errors import InputError
from core.prices import PriceBook
from core.report.findings import findings_of
from core.report.verify import verify
from core.report.writing import report, suffix_of
from core.workspace import Workspace

BOOK = PriceBook()


@pytest.fixture(params=[".pptx", ".xlsx", ".html"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A report of the default scenario in each format."""
    path = tmp_path / f"ours{request.param}"
    path.write_bytes(report(findings(), request.param))
    return path


def test_a_report_comes_out_again(made: Path, workspace: Workspace) -> None:
    """Every figure, from what is kept in the file alone."""
    found = verify(made, workspace, BOOK)
    assert found.holds
    assert found.is_current
    assert found.figures == dict(default_pack().figures)
    assert found.provenance.draws == DRAWS
    assert found.sentence.endswith(f"holds: all {len(found.figures)} figures come out again.")


def test_an_edited_slide_is_noticed(workspace: Workspace, tmp_path: Path) -> None:
    """A number that somebody made nicer after the fact."""
    path = tmp_path / "ours.pptx"
    path.write_bytes(report(findings(), ".pptx"))
    deck = Presentation(str(path))
    run = deck.slides[0].shapes.title.text_frame.paragraphs[0].runs[0]
    run.text = run.text.replace("81 %", "91 %")
    deck.save(str(path))
    found = verify(path, workspace, BOOK)
    assert not found.holds
    assert found.differences == ()
    assert "was edited since" in found.sentence


def test_an_edited_page_is_noticed(workspace: Workspace, tmp_path: Path) -> None:
    """The same for the page."""
    path = tmp_path / "ours.html"
    html = report(findings(), ".html").decode().replace("81 %", "91 %", 1)
    path.write_text(html, "utf-8")
    assert verify(path, workspace, BOOK).edited == ("the page changed",)


def test_a_price_that_has_moved_is_named(workspace: Workspace, tmp_path: Path) -> None:
    """The report holds for its day, and says what is another today and what comes of it."""
    dearer = replace(DEFAULT["input_price"], value=0.2, as_of=date(2026, 1, 1))
    path = tmp_path / "old.html"
    path.write_bytes(report(findings(DEFAULT.bound(dearer)), ".html"))
    found = verify(path, workspace, BOOK)
    assert found.holds
    assert not found.is_current
    assert [moved.key for moved in found.moved] == ["input_price"]
    assert "has aged: input_price moved" in found.sentence
    key = "cost of a request today [USD]"
    now, then = found.figures_today[key], found.figures[key]
    assert now is not None
    assert then is not None
    assert now < then


def test_measurements_are_held_against_the_workspace(workspace: Workspace, tmp_path: Path) -> None:
    """The sample's report is current where its audit is."""
    fill_with_sample(workspace)
    path = tmp_path / "sample.html"
    path.write_bytes(report(findings_of(sample_chain(workspace), draws=300), ".html"))
    found = verify(path, workspace, BOOK)
    assert found.holds, found.sentence
    assert found.moved == ()


def test_what_is_no_report_gets_a_sentence(workspace: Workspace, tmp_path: Path) -> None:
    """Missing, another format, another program's, damaged: each is said."""

    def said(name: str, content: bytes | None = None) -> str:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputError) as error:
            verify(path, workspace, BOOK)
        return str(error.value)

    assert "does not exist" in said("none.html")
    assert "names no format" in said("text.txt", b"x")
    assert "does not say what made it" in said("other.html", b"<html></html>")
    assert "no presentation that can be opened" in said("broken.pptx", b"PK\x03\x04 nothing")
    empty = Presentation()
    empty.save(str(tmp_path / "empty.pptx"))
    assert "does not say what made it" in said("empty.pptx")
    html = report(findings(), ".html").replace(b'id="seal">"', b'id="seal">"AAAA')
    assert "damaged or written by another version" in said("cut.html", html)


def test_the_ending_names_the_format() -> None:
    """Whatever its case; anything else is refused with the list."""
    assert suffix_of("Board.PPTX") == ".pptx"
    with pytest.raises(InputError, match=r"ending in \.pptx"):
        suffix_of("board.pdf")
