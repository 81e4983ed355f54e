"""Slices that are clicked, and an audit that is stopped, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from test_journey import bakery
from visiting import Dashboard, Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SAMPLE = "customer_messages.csv"
ROW = 35
"""Height of a row of a table. [pixels]"""


def open_sample(page: Page, dashboard: Dashboard) -> None:
    """The audit page on the sample data, whatever other tests have brought in."""
    page.goto(f"{dashboard.address}/audit")
    expect(page.get_by_role("heading", level=1)).to_have_text(["Bottleneck and deficit"])
    page.get_by_role("combobox", name=re.compile("Data")).first.click()
    page.get_by_role("option", name=SAMPLE).first.click()
    expect(page.get_by_test_id("stMain")).to_contain_text("2,674 rows used")


def looked_at(page: Page, name: str) -> None:
    """Wait until headline, list and curve are all about this slice."""
    expect(page.get_by_role("heading", level=3, name=name).first).to_be_visible()
    curve = page.get_by_role("figure", name=re.compile(f"of {name} against"))
    expect(curve.first).to_be_visible()
    expect(page.get_by_role("combobox", name="Slice").first).to_have_value(name)


def click_middle(page: Page, place: Locator) -> None:
    """Move to the middle of a mark in a chart and click, as a hand would."""
    expect(place).to_be_visible()
    page.wait_for_timeout(400)  # a chart that has just been drawn is still finding its size
    box = place.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.wait_for_timeout(200)
    page.mouse.click(x, y)


def test_a_slice_clicked_in_the_table_or_in_a_chart_is_the_slice_of_the_page(
    watched: Watched, dashboard: Dashboard
) -> None:
    """The headline, the list and the curve follow every click, and one click leads back."""
    page = watched.page
    page.set_viewport_size({"width": 1440, "height": 1300})
    open_sample(page, dashboard)
    looked_at(page, "carbon_monoxide_alarm")

    table = page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 120, "y": 2.5 * ROW})
    looked_at(page, "medical_dependency")

    page.get_by_role("radio", name="Map").click()
    tiles = page.get_by_role("figure", name=re.compile("Every slice as a tile"))
    click_middle(page, tiles.locator(".bars .point").nth(2))
    looked_at(page, "solar_export")

    page.get_by_role("radio", name="Scores").click()
    scores = page.get_by_role("figure", name=re.compile("the most important on top"))
    click_middle(page, scores.locator(".scatterlayer .points .point").first)
    expect(page.get_by_role("heading", level=3, name="solar_export")).to_have_count(0)

    page.get_by_role("button", name=re.compile("Back to the bottleneck")).first.click()
    looked_at(page, "carbon_monoxide_alarm")
    assert not watched.errors


def test_an_audit_that_is_stopped_keeps_its_scores(
    watched: Watched, dashboard: Dashboard, tmp_path: Path
) -> None:
    """The ranked scores come before the curves; stopping leaves them, and a way to go on."""
    page = watched.page
    page.goto(f"{dashboard.address}/audit")
    page.get_by_text("Use your own file").click()
    page.locator("input[type=file]").set_input_files(bakery(tmp_path / "large.csv", times=12))
    expect(page.get_by_text("large.csv: 3,072 rows.")).to_be_visible()
    page.get_by_role("button", name="Run the audit").first.click()
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("Curves are being drawn", timeout=240_000)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    main.get_by_role("button", name="Stop", exact=True).first.click()
    expect(main).to_contain_text("Audit was stopped")
    way_on = re.compile("^(Draw the curves|Go on)$")
    expect(page.get_by_role("button", name=way_on).first).to_be_enabled()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    assert not watched.errors
