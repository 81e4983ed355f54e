"""The slides: native charts with the library's numbers, text within its frames, inert names."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from packs import (
    HOSTILE,
    default_pack,
    findings,
    hostile_scenario,
    odd_scenarios,
    sample_chain,
)
from pptx import Presentation

from core.analysis.sample import fill_with_sample
from core.report.content import Bridge, Curve, Pack
from core.report.deck import deck_pptx
from core.report.findings import findings_of
from core.report.pack import pack_of
from core.workspace import Workspace


def opened(pack: Pack) -> Any:
    """The slides as python-pptx reads them back."""
    return Presentation(BytesIO(deck_pptx(pack)))


def chart_of(deck: Any, title: str) -> Any:
    """The chart on the slide with this headline."""
    slide = next(s for s in deck.slides if s.shapes.title.text_frame.text == title)
    return next(shape.chart for shape in slide.shapes if shape.has_chart)


def test_the_charts_are_native_and_hold_the_numbers_of_the_library() -> None:
    """Read back, every series is what the library computed."""
    pack = default_pack()
    deck = opened(pack)
    section = pack.section("curve")
    assert isinstance(section.chart, Curve)
    series = {s.name: list(s.values) for s in chart_of(deck, section.headline).plots[0].series}
    for line in section.chart.lines:
        assert series[line.name] == [v for v in line.values if v is not None]
    for mark in section.chart.marks:
        assert series[mark.name] == [mark.y]
    section = pack.section("bridge")
    assert isinstance(section.chart, Bridge)
    plot = chart_of(deck, section.headline).plots[0]
    bars = {s.name: list(s.values) for s in plot.series}
    assert bars["total"][0] == section.chart.start[1]
    assert bars["total"][-1] == section.chart.end[1]
    steps = [a - b for a, b in zip(bars["adds"], bars["takes"], strict=True)][1:-1]
    assert steps == pytest.approx([step for _, step in section.chart.steps], abs=1e-12)
    assert list(plot.categories)[1:-1] == [name for name, _ in section.chart.steps]


def test_every_headline_is_the_title_of_its_slide() -> None:
    """The outline of the deck is its argument."""
    titles = [s.shapes.title.text_frame.text for s in opened(default_pack()).slides]
    mains = [s.headline for s in default_pack().sections if not s.is_appendix]
    assert titles[: len(mains)] == mains


def test_names_that_would_compute_or_run_are_only_words() -> None:
    """No formula and no link in the sheets behind the charts; on slides text is text."""
    from openpyxl import load_workbook

    pack = pack_of(findings(hostile_scenario()))
    evidence = pack.section("risk")
    chart = replace(evidence.chart, categories=(HOSTILE,) * len(evidence.chart.categories))  # type: ignore[type-var, union-attr]
    sections = tuple(replace(s, chart=chart) if s.key == "risk" else s for s in pack.sections)
    deck = opened(replace(pack, sections=sections))
    found = 0
    for slide in deck.slides:
        for shape in slide.shapes:
            assert not shape.click_action.hyperlink.address
            if shape.has_chart:
                blob = shape.chart.part.chart_workbook.xlsx_part.blob
                sheet = load_workbook(BytesIO(blob)).active
                for cell in (cell for row in sheet.iter_rows() for cell in row):
                    assert cell.data_type != "f"
                    assert cell.hyperlink is None
                    found += HOSTILE in str(cell.value)
    assert found


@pytest.fixture(scope="module")
def office() -> str:
    """LibreOffice; without it these tests are skipped loudly, and fail under CI=true."""
    found = shutil.which("soffice")
    if found is None or shutil.which("pdftotext") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no LibreOffice or pdftotext on this machine, and CI=true forbids skipping")
        pytest.skip("*** NO LIBREOFFICE: the slides were NOT rendered; install libreoffice ***")
    return found


@pytest.mark.timeout(600)
def test_no_slide_has_text_outside_its_frame(
    office: str, workspace: Workspace, tmp_path: Path
) -> None:
    """Laid out by LibreOffice, every word lies within the slide and within a frame on it."""
    fill_with_sample(workspace)
    packs = {"sample": pack_of(findings_of(sample_chain(workspace), draws=300))}
    odd = odd_scenarios()
    for name in ("no price", "out of reach"):
        packs[name.replace(" ", "_")] = pack_of(findings(*odd[name]))
    packs["hostile"] = pack_of(findings(hostile_scenario()))
    for name, pack in packs.items():
        (tmp_path / f"{name}.pptx").write_bytes(deck_pptx(pack))
    command = [
        office, "--headless", f"-env:UserInstallation=file://{tmp_path}/office",
        "--convert-to", "pdf", "--outdir", str(tmp_path),
    ]  # fmt: skip
    files = [str(tmp_path / f"{name}.pptx") for name in packs]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=500)
    for name in packs:
        deck = Presentation(str(tmp_path / f"{name}.pptx"))
        pages = words_of(tmp_path / f"{name}.pdf")
        assert len(pages) == len(deck.slides)
        for number, (slide, page) in enumerate(zip(deck.slides, pages, strict=True), 1):
            frames = [(s.left, s.top, s.width, s.height) for s in slide.shapes]
            for word, box in page:
                at = f"{name}, slide {number}: {word!r} at {box}"
                assert any(is_within(box, frame) for frame in frames), at


_WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)</word>'
)


def words_of(pdf: Path) -> list[list[tuple[str, tuple[float, ...]]]]:
    """The words of every page and where they stand, in points."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True)
    pages = done.stdout.decode().split("<page ")[1:]
    return [
        [(m[5], tuple(float(m[i]) for i in range(1, 5))) for m in _WORD.finditer(page)]
        for page in pages
    ]


def is_within(box: tuple[float, ...], frame: tuple[int, ...], slack: float = 3.0) -> bool:
    """Whether a word lies in a frame, whose lengths are in English metric units."""
    left, top, width, height = (length / 12_700 for length in frame)
    return (
        box[0] >= left - slack
        and box[1] >= top - slack
        and box[2] <= left + width + slack
        and box[3] <= top + height + slack
    )
