"""The board pack as a presenter gets it: three files from the page, opened by what opens them."""

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from pptx import Presentation
from visiting import Dashboard, Watched

from core.analysis.audit import measurements
from core.analysis.chain import chain_of
from core.analysis.roi import roi_of
from core.prices import PriceBook
from core.report.content import Curve
from core.report.findings import findings_of
from core.report.pack import pack_of
from core.report.verify import verify
from core.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
TARGET, TAU = 0.85, 0.5


def downloaded(watched: Watched, label: str, folder: Path) -> Path:
    """The file behind a button of the board page."""
    with watched.page.expect_download() as waiting:
        watched.page.get_by_role("button", name=label).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


@pytest.fixture(scope="module")
def made(browser: Browser, dashboard: Dashboard, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the deck, the workbook and the page of the sample, from its board page."""
    folder = tmp_path_factory.mktemp("pack")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(90_000)
    watched = Watched(page=context.new_page())
    watched.page.goto(f"{dashboard.address}/board")
    expect(watched.page.get_by_role("heading", level=3).first).to_contain_text("85 % accuracy")
    for label in ("Slides", "Workbook", "Page"):
        downloaded(watched, label, folder)
    context.close()
    return folder


def the(folder: Path, suffix: str) -> Path:
    """The one file of this ending."""
    [path] = folder.glob(f"*{suffix}")
    return path


def test_the_deck_holds_the_numbers_of_the_library(made: Path, dashboard: Dashboard) -> None:
    """Re-opened, its native margin chart is the margin curve, point by point."""
    workspace = Workspace(dashboard.home)
    audit = measurements(workspace)[0]
    chain = chain_of(
        workspace, fingerprint=audit.fingerprint, label=audit.label, target=TARGET, tau=TAU
    )
    section = pack_of(findings_of(chain)).section("curve")
    assert isinstance(section.chart, Curve)
    deck = Presentation(str(the(made, ".pptx")))
    slide = next(s for s in deck.slides if s.shapes.title.text_frame.text == section.headline)
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    series = {s.name: list(s.values) for s in chart.plots[0].series}
    for line in section.chart.lines:
        shown = [v for v in line.values if v is not None]
        assert series[line.name] == pytest.approx(shown, rel=1e-12)


def test_the_workbook_opens_with_its_values_in_it(made: Path, dashboard: Dashboard) -> None:
    """A previewer that computes nothing shows the NPV that the library computes."""
    workspace = Workspace(dashboard.home)
    audit = measurements(workspace)[0]
    chain = chain_of(
        workspace, fingerprint=audit.fingerprint, label=audit.label, target=TARGET, tau=TAU
    )
    book = load_workbook(BytesIO(the(made, ".xlsx").read_bytes()), data_only=True)
    title, _, place = book.defined_names["return_npv"].attr_text.partition("!")
    shown = book[title.strip("'")][place.replace("$", "")].value
    assert shown == pytest.approx(roi_of(chain.scenario, draws=10).npv_usd.at_medians, rel=1e-9)


def test_the_page_opens_with_the_network_cut_and_prints_on_two_sheets(
    made: Path, browser: Browser, tmp_path: Path
) -> None:
    """Nothing but the file is asked for, on paper of either size it takes two sheets."""
    path = the(made, ".html")
    assert path.stat().st_size < 6_000_000
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.goto(path.as_uri())
    assert page.get_by_role("heading", level=1).inner_text().startswith("85 % accuracy costs")
    page.locator("svg .at").nth(30).hover()
    expect(page.locator("output").first).to_contain_text("gross margin")
    page.locator("svg[tabindex]").nth(1).press("ArrowRight")
    expect(page.locator("output").nth(1)).to_contain_text("today")
    assert asked == [path.as_uri()]
    assert wrong == []
    for size in ("A4", "Letter"):
        printed = tmp_path / f"{size}.pdf"
        page.pdf(path=printed, format=size, margin=dict.fromkeys(("top", "bottom"), "9mm"))
        said = subprocess.run(["pdfinfo", str(printed)], check=True, capture_output=True).stdout
        assert b"Pages:           2\n" in said
    context.close()


def test_each_file_comes_out_again(made: Path, dashboard: Dashboard) -> None:
    """What the page gave holds, and is current in its workspace."""
    for suffix in (".pptx", ".xlsx", ".html"):
        found = verify(the(made, suffix), Workspace(dashboard.home), PriceBook())
        assert found.is_current, found.sentence
