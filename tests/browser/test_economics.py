"""The economics in a real browser: a lever is switched off, evaluation results are uploaded."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from visiting import Dashboard, Watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def evaluation(path: Path, items: int = 120) -> Path:
    """A cheap model that knows its errors, and a strong one."""
    stream = np.random.default_rng(2)
    sure = stream.random(items)
    rows = ["item,config,correct,cost_usd,confidence"]
    rows += [f"q{i},small,{int(sure[i] > 0.3)},0.0004,{sure[i]:.3f}" for i in range(items)]
    rows += [f"q{i},large,{int(stream.random() < 0.95)},0.01,0.9" for i in range(items)]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_a_lever_is_switched_off_and_another_plan_is_the_cheapest(
    watched: Watched, dashboard: Dashboard
) -> None:
    """Without new samples the plan for the target has none, and the scenario keeps that."""
    page = watched.page
    page.goto(f"{dashboard.address}/frontier")
    said = page.get_by_text(re.compile("The cheapest plan for"))
    expect(said.first).to_contain_text("new samples")
    page.get_by_role("button", name="new samples").click()
    expect(said.first).not_to_contain_text("new samples")
    stored = dashboard.home / "scenarios" / "current.toml"
    assert 'levers = "tier retrieval votes critic cascade review"' in stored.read_text("utf-8")
    page.get_by_role("button", name="new samples").click()
    expect(said.first).to_contain_text("new samples")


def test_evaluation_results_put_the_measured_frontier_beside_the_modelled_one(
    watched: Watched, dashboard: Dashboard, tmp_path: Path
) -> None:
    """An uploaded file is answered with routing and a cascade; a broken one with a sentence."""
    page = watched.page
    page.goto(f"{dashboard.address}/frontier")
    page.get_by_role("tab", name="Measured on your evaluation").click()
    upload = page.locator("input[type=file]").last
    broken = tmp_path / "broken.csv"
    broken.write_text("item,config,corect\na,b,1\n", "utf-8")
    upload.set_input_files(str(broken))
    expect(page.get_by_text(re.compile("no column 'correct'"))).to_be_visible()
    upload.set_input_files(str(evaluation(tmp_path / "evals.csv")))
    expect(page.get_by_text(re.compile("costs .* an answer when"))).to_be_visible()
    expect(page.get_by_text(re.compile("120 items"))).to_be_visible()
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


@pytest.mark.parametrize("view", ["prices", "strategies", "cogs", "frontier"])
def test_the_pages_of_the_economics_answer_on_a_phone(
    watched: Watched, dashboard: Dashboard, view: str
) -> None:
    """Each opens with a conclusion, nothing sticks out, nothing unknown is shown as a number."""
    page = watched.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{dashboard.address}/{view}")
    headline = page.get_by_role("heading", level=3).first
    expect(headline).to_contain_text(re.compile("[0-9]"))
    page.wait_for_timeout(800)
    wide = page.evaluate(
        "() => document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
    )
    assert wide <= 0
    expect(page.get_by_test_id("stException")).to_have_count(0)
    text = page.get_by_test_id("stMain").inner_text().lower()
    assert not re.search(r"\bnan\b|\binf\b|\bnone\b\.?\d", text)
    assert not watched.outside
