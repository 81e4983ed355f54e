"""What a visitor sees: nothing sticks out, nothing leaves the machine."""

import pytest
from playwright.sync_api import expect
from visiting import Dashboard, Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    ("view", "width", "scheme"),
    [
        ("", 390, "light"),
        ("audit", 390, "light"),
        ("margin", 390, "dark"),
        ("board", 390, "dark"),
        ("programme", 390, "light"),
        ("returns", 390, "light"),
        ("scenarios", 390, "dark"),
        ("", 1440, "dark"),
    ],
)
def test_no_page_is_wider_than_the_screen(
    watched: Watched, dashboard: Dashboard, view: str, width: int, scheme: str
) -> None:
    """On a phone and on a desk, light and dark, nothing sticks out and nothing is an error."""
    page = watched.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{dashboard.address}/{view}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(800)
    wide = page.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
    )
    assert wide <= 0
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert not watched.outside


def test_the_server_says_how_it_may_be_used(watched: Watched, dashboard: Dashboard) -> None:
    """Pages are compressed and carry headers against framing and sniffing."""
    answer = watched.page.goto(dashboard.address)
    assert answer is not None
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers.get("content-encoding") == "gzip"
