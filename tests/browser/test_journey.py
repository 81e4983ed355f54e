"""From a user's own file to a margin, in a real browser."""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from visiting import Dashboard, Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

THINGS = (
    "sourdough",
    "rye loaf",
    "croissant",
    "baguette",
    "cinnamon roll",
    "birthday cake",
    "scones",
)
DAYS = ("Monday", "Tuesday", "Friday", "Saturday", "tomorrow", "this afternoon")
SENTENCES = {
    "order": (
        "I would like to order {n} {thing} for {day}",
        "can I get {n} {thing} on {day}",
        "please put aside {n} {thing}, pickup {day}",
        "two boxes of {thing} for {day} please",
    ),
    "hours": (
        "when do you open on {day}",
        "are you closed on {day}",
        "until what time is the shop open {day}",
        "is the bakery open {day} evening",
    ),
    "complaint": (
        "the {thing} was stale on {day}",
        "my {thing} had a hair in it",
        "wrong {thing} in the box on {day}",
        "the {thing} I bought {day} was burnt",
    ),
    "allergy": (
        "does the {thing} contain nuts",
        "my son reacted to the {thing} from {day}",
        "is there sesame in the {thing}",
        "are {thing} safe with a milk allergy",
        "which {thing} is made without egg",
        "swollen lips after the {thing} of {day}",
    ),
}
COUNTS = {"order": 90, "hours": 80, "complaint": 70, "allergy": 16}


def bakery(path: Path, times: int = 1) -> Path:
    """A file that is not in the sample data: messages to a bakery, with a rare concern."""
    dice, lines = random.Random(3), ["message,topic"]
    for topic, count in COUNTS.items():
        seen: set[str] = set()
        while len(seen) < times * count:
            seen.add(
                dice.choice(SENTENCES[topic]).format(
                    n=dice.randint(2, 30), thing=dice.choice(THINGS), day=dice.choice(DAYS)
                )
                + dice.choice(["", " thanks", " please", f" my number is {dice.randint(100, 999)}"])
            )
        lines += [f'"{text}",{topic}' for text in sorted(seen)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def go(page: Page, name: str) -> None:
    """Follow the navigation to a page; a click that a page drawn anew has undone is made again."""
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True)
    title = page.get_by_role("heading", level=1)
    for _ in range(3):
        link.click()
        try:
            expect(title).to_have_text([name], timeout=30_000)
        except AssertionError:
            continue
        return
    expect(title).to_have_text([name])


def heading(page: Page, text: str) -> None:
    """Wait for a heading with this text.

    While a page is drawn anew, its old heading and its new one stand there together.
    """
    expect(page.get_by_role("heading", name=re.compile(text)).first).to_be_visible()


def wait_until_done(page: Page) -> None:
    """Wait until the work that was just started is over."""
    stop = page.get_by_test_id("stMain").get_by_role("button", name="Stop", exact=True)
    stop.wait_for(state="attached")
    expect(stop).to_have_count(0, timeout=180_000)


def metric(page: Page, label: str) -> Locator:
    """A figure on the page."""
    return (
        page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue").first
    )


def test_a_users_own_file_goes_the_whole_way_to_a_margin(
    watched: Watched, dashboard: Dashboard, tmp_path: Path
) -> None:
    """Upload, audit, generate, choose strictness, test, and move the target: the margin moves."""
    page = watched.page
    page.goto(dashboard.address)
    page.get_by_text("Use your own file").click()
    page.locator("input[type=file]").set_input_files(bakery(tmp_path / "bakery.csv"))
    expect(page.get_by_text("bakery.csv: 256 rows.")).to_be_visible()
    expect(page.get_by_text("This data has not been audited")).to_be_visible()

    go(page, "Bottleneck and deficit")
    page.get_by_role("button", name="Run the audit").click()
    wait_until_done(page)
    heading(page, "allergy")

    go(page, "Generate and critique")
    page.get_by_role("button", name="Generate", exact=True).click()
    wait_until_done(page)
    go(page, "Strictness")
    heading(page, "candidates are accepted")
    loose = metric(page, "Acceptance rate").inner_text()
    slider = page.get_by_role("slider", name="Strictness τ of this run")
    for _ in range(35):  # more than it needs: a busy page misses a key now and then
        slider.press("ArrowRight")
    heading(page, "At τ = 0.8")
    expect(metric(page, "Acceptance rate")).not_to_have_text(loose)
    assert percent(metric(page, "Acceptance rate").inner_text()) < percent(loose)
    for _ in range(32):
        slider.press("ArrowLeft")
    heading(page, "At τ = 0.5")

    go(page, "Evidence")
    page.get_by_role("button", name="Run the experiment").click()
    wait_until_done(page)
    heading(page, "at allergy")
    verdict = re.compile(r"proven gain|harm", re.IGNORECASE)
    expect(page.get_by_test_id("stMain")).to_contain_text(verdict)

    go(page, "Margin")
    before = metric(page, "Gross margin").inner_text()
    assert percent(before) < 100
    target = page.get_by_role("slider", name=re.compile("Target"))
    for _ in range(8):
        target.press("ArrowRight")
    heading(page, "93 %")
    expect(metric(page, "Gross margin")).not_to_have_text(before)
    assert "target=0.93" in page.url
    assert not watched.outside
    assert not watched.errors


def percent(text: str) -> float:
    """The number in front of a per cent sign."""
    return float(text.replace("−", "-").replace("\u00a0", " ").split(" ")[0])


def test_a_run_in_another_process_grows_on_the_open_page(
    watched: Watched, dashboard: Dashboard, tmp_path: Path
) -> None:
    """`datawall generate` in a second process: the page shows it, and neither blocks the other."""
    page = watched.page
    page.goto(dashboard.address)
    page.get_by_role("combobox", name=re.compile("Data")).click()
    page.get_by_role("option", name="customer_messages.csv").click()
    go(page, "Generate and critique")
    heading(page, "Runs")
    expect(page.get_by_role("button", name="Generate", exact=True).first).to_be_visible()
    sample = next(
        path.parent.name for path in (dashboard.home / "datasets").glob("8088*/profile.json")
    )
    plan = tmp_path / "plan.toml"
    facts = {"data": sample, "label": "intent", "slice": "medical_dependency"}
    lines = [f'{key} = "{value}"' for key, value in facts.items()]
    plan.write_text("\n".join([*lines, "candidates = 800", "seed = 3"]), "utf-8")
    command = [
        sys.executable,
        "-m",
        "core.cli",
        "generate",
        str(plan),
        "--json",
        "--workspace",
        str(dashboard.home),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    ) as process:
        shown: set[str] = set()
        while process.poll() is None:
            page.wait_for_timeout(900)
            shown.add(state_of_runs(page))
            expect(page.get_by_role("button", name="Generate", exact=True).first).to_be_visible()
        out, error = process.communicate()
    assert process.returncode == 0, error.decode()
    done = json.loads(out)
    assert done["proposed"] == 800
    assert len(shown - {""}) >= 2, f"the page never showed progress: {shown}"


def state_of_runs(page: Page) -> str:
    """How far the page says the run is, at this very moment; empty when it says nothing."""
    found = page.get_by_text(re.compile(r"medical_dependency: [\d,]+ of 800 candidates"))
    return next(iter(found.all_inner_texts()), "")
