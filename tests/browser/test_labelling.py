"""Labelling by keyboard in a real browser: every act is kept, two labellers are compared."""

import json
import re

import pytest
from playwright.sync_api import Page, expect
from visiting import Dashboard, Watched

from core.analysis.labels.drawing import next_to_label
from core.analysis.labels.labelling import shown
from core.analysis.labels.settled import settled
from core.workspace import Workspace
from core.workspace.human_labels import labels_of
from core.workspace.run_folder import run_ids

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def name_labeller(page: Page, name: str) -> None:
    """Type the labeller's name and leave the field, so that keys are shortcuts again."""
    field = page.get_by_role("textbox", name="Your name")
    field.fill(name)
    field.press("Tab")
    expect(page.get_by_role("button", name=re.compile("^Good"))).to_be_enabled()
    page.evaluate("document.activeElement.blur()")
    settle_down(page)


def press(page: Page, key: str, then: str) -> None:
    """Press a key and wait for what the page says then.

    Each candidate has buttons of its own, so that a key that comes too early judges
    nothing unseen: it is pressed once the buttons are there and listen.
    """
    good = page.get_by_role("button", name=re.compile("^Good Shortcut"))
    old = good.element_handle() if good.count() else None
    page.keyboard.press(key)
    expect(page.get_by_text(re.compile(then))).to_be_visible()
    if old is not None:
        page.wait_for_function("button => !button.isConnected", arg=old)
    settle_down(page)


def settle_down(page: Page) -> None:
    """Wait until what is on the page is what the server sent last, and listens to keys."""
    page.wait_for_function("() => document.querySelector('[data-stale=true]') === null")
    page.evaluate("() => new Promise(done => requestIdleCallback(done))")


def test_six_labels_by_keyboard_an_undo_a_second_labeller_and_a_reload(
    watched: Watched, dashboard: Dashboard
) -> None:
    """The counts on the page are those of the journal, before and after the page is loaded anew."""
    page, home = watched.page, Workspace(dashboard.home)
    run = run_ids(home)[0]
    first = next_to_label(home, run, 1).candidates[0].candidate_id
    page.goto(f"{dashboard.address}/label")
    expect(page.get_by_text(re.compile("^0 labelled; 29 more needed"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Good"))).to_be_disabled()
    page.keyboard.press("g")  # nobody is named, so it judges nothing
    name_labeller(page, "Anna")
    for i, key in enumerate("ggbgbg", start=1):
        press(page, key, rf"^{i} labelled; {29 - i} more needed")
    assert settled(home, run).labellers == {"Anna": 6}
    press(page, "u", "^5 labelled; 24 more needed")
    assert labels_of(home, run)[-1].note == "taken back"
    press(page, "s", "^5 labelled, 1 skipped; 24 more needed")
    assert "drawn" in json.loads(
        home.path("labels", f"{run}.jsonl").read_text("utf-8").splitlines()[0]
    )

    page.get_by_text("Second opinion", exact=True).click()
    expect(page.get_by_role("radio", name="All candidates")).to_be_disabled()
    name_labeller(page, "Bo")
    card = page.get_by_test_id("stHtml")
    expect(card).to_contain_text(str(shown(home, run, [first])[first].content["text"]))
    settle_down(page)
    for i, key in enumerate("gbb", start=1):
        press(page, key, f"Anna and Bo have both judged {i} and say the same of")
    expect(page.get_by_text(re.compile("Cohen's κ 0.40 "))).to_be_visible()
    expect(page.get_by_role("heading", name="Labellers disagree")).to_be_visible()

    page.reload()
    expect(page.get_by_text(re.compile("^4 labelled, 1 skipped; 25 more needed"))).to_be_visible()
    expect(page.get_by_text(re.compile("Anna and Bo have both judged 3"))).to_be_visible()
    found = settled(home, run)
    assert found.labellers == {"Anna": 5, "Bo": 3}
    assert (len(found.labels), len(found.contested), len(found.skipped)) == (4, 1, 1)
    assert not watched.outside
    assert not watched.errors
