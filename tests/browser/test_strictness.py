"""The knob in a real browser: labelled, turned, certified."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from visiting import Dashboard, Watched

from core.analysis.certify import certificates_of
from core.analysis.labels.drawing import next_to_label
from core.records import Label
from core.workspace import Workspace
from core.workspace.human_labels import add_labels
from core.workspace.run_folder import now_utc, run_ids

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def label_some(home: Path) -> str:
    """Ana labels 120 candidates drawn by chance: good from a score of 0.3 on, but one in nine."""
    workspace = Workspace(home)
    run = run_ids(workspace)[0]
    draw = next_to_label(workspace, run, 120, pool="all")
    add_labels(
        workspace,
        run,
        [
            Label(
                candidate_id=each.candidate_id,
                run_id=run,
                good=(each.score >= 0.3) != (i % 9 == 4),
                labeller="Ana",
                at=now_utc(),
                drawn=each.drawn,
                of=each.of,
            )
            for i, each in enumerate(draw.candidates)
        ],
    )
    return run


def test_the_knob_is_turned_the_reasons_are_read_and_a_precision_is_certified(
    watched: Watched, dashboard: Dashboard
) -> None:
    """Unknown without labels; with them known, recommended, explained and certified."""
    page = watched.page
    page.goto(f"{dashboard.address}/strictness")
    expect(page.get_by_text(re.compile("At τ = 0.5, .* candidates are accepted"))).to_be_visible()
    expect(page.get_by_text("label some to know")).to_be_visible()
    run = label_some(dashboard.home)
    page.reload()
    expect(page.get_by_text(re.compile("most information per dollar"))).to_be_visible()
    expect(page.get_by_text("label some to know")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Set τ to 0")).click()
    expect(page.get_by_text(re.compile("At τ = 0.5, "))).to_have_count(0)
    for tab, seen in (
        ("Critics", "Only it rejects"),
        ("Sub-slices", None),
        ("Calibration", "Chosen by cross-validated log loss"),
    ):
        page.get_by_role("tab", name=tab).click()
        if seen:
            expect(page.get_by_text(re.compile(seen))).to_be_visible()
    page.get_by_role("tab", name="Certificate").click()
    wanted = page.get_by_role("spinbutton", name="Precision to promise (%)")
    wanted.fill("75")
    wanted.press("Enter")
    page.get_by_role("button", name="Certify now").click()
    page.get_by_role("tab", name="Certificate").click()
    expect(page.get_by_text(re.compile("At least 75 % of the accepted are good"))).to_be_visible()
    (found,) = certificates_of(Workspace(dashboard.home), run)
    assert found.certified
    assert found.precision_wanted == pytest.approx(0.75)
