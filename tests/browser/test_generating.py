"""A paid run from its price to a ledger that holds, in a real browser against a real endpoint."""

import json
import re
import time
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from servers import Asked, Says, StubServer, chat
from visiting import Dashboard, Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

RUNNING_SECONDS = 1.0


@pytest.fixture
def endpoint() -> Iterator[StubServer]:
    """An endpoint that takes its time, so that there is something to watch."""

    def slowly(asked: Asked) -> Says:
        text = (
            f"the alarm in room {asked.number} beeps and we all feel dizzy, number {asked.number}"
        )
        return chat(json.dumps({"text": text}), wait_seconds=RUNNING_SECONDS)

    with StubServer(slowly) as server:
        yield server


def typed(page: Page, role: Literal["spinbutton", "textbox"], name: str, text: str) -> None:
    """Fill in a field and leave it."""
    field = page.get_by_role(role, name=name, exact=True)
    field.fill(text)
    field.press("Tab")


def test_a_paid_run_is_priced_confirmed_steered_and_verified(
    watched: Watched, dashboard: Dashboard, endpoint: StubServer
) -> None:
    """Price, dialog, live figures, pause, the estimate against the bill, checks, the address."""
    page = watched.page
    page.goto(f"{dashboard.address}/generate")
    page.get_by_text("OpenAI-compatible endpoint").click()
    expect(page.get_by_text("needs a key: set the variable OPENAI_API_KEY")).to_be_visible()
    page.get_by_role("radio", name="Propose").click()
    typed(page, "spinbutton", "Candidates", "60")
    typed(page, "textbox", "Base URL", endpoint.base_url)
    typed(page, "textbox", "Model", "stub")
    expect(page.get_by_text("Give your own prices under")).to_be_visible()
    page.get_by_test_id("stMain").get_by_text("More", exact=True).click()
    typed(page, "spinbutton", "Own price, prompt", "1")
    typed(page, "spinbutton", "Own price, answer", "4")
    expect(page.get_by_test_id("stMetric").filter(has_text="Cost (P50)")).to_contain_text("$")

    page.get_by_role("button", name="Generate …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("stub is expected to cost $")
    expect(dialog).to_contain_text("The run stops before it passes $")
    assert not endpoint.asked
    dialog.get_by_role("button", name="Start the run").click()

    page.get_by_role("button", name="Pause").click(timeout=180_000)
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    expect(page.get_by_text(re.compile(r"spent · .* reserved · .* · budget"))).to_be_visible()
    at_rest = settled_requests(endpoint)
    page.wait_for_timeout(1_500)
    assert len(endpoint.asked) == at_rest
    page.get_by_role("button", name="Continue").click()
    stop = page.get_by_test_id("stMain").get_by_role("button", name="Stop", exact=True)
    expect(stop).to_have_count(0, timeout=240_000)

    verify = page.get_by_role("button", name="Verify the ledger")
    expect(page.get_by_text(re.compile("paid lie (in|out)side")).first).to_be_visible()
    expect(verify).to_have_count(1)  # While a page is drawn anew, its old parts stand there too.
    title = page.get_by_role("heading", name=re.compile("of 60 candidates are accepted"))
    expect(title).to_have_count(1)
    verify.click()
    expect(page.get_by_text("The ledger holds: 60 calls")).to_be_visible()
    assert len(endpoint.asked) == 60

    sample = min(path.parent.name for path in (dashboard.home / "runs").glob("*/run.json"))
    page.goto(f"{dashboard.address}/generate?run={sample}")
    expect(page.get_by_role("heading", name=re.compile("accepted at no cost"))).to_be_visible()
    assert not watched.outside
    assert not watched.errors


def settled_requests(endpoint: StubServer) -> int:
    """How many requests there were once none is under way."""
    until = time.monotonic() + 20
    while endpoint.in_flight and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(RUNNING_SECONDS)
    return len(endpoint.asked)
