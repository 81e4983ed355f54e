"""The page: one file, nothing loaded, nothing runs but its own script."""

import re

import pytest
from packs import HOSTILE, default_pack, findings, hostile_scenario, odd_scenarios

from core.report.pack import pack_of
from core.report.page import page_html
from core.report.page.look import SCRIPT


def test_nothing_is_loaded_from_anywhere() -> None:
    """No address, no file beside it, and a policy that would forbid them."""
    html = page_html(default_pack())
    assert "default-src 'none'" in html
    assert not re.search(r"""(?:src|href|action)\s*=|url\(|@import""", html)
    assert len(html) < 6_000_000


def test_names_that_would_run_are_only_words() -> None:
    """A script in a name, a source or a note is shown, not run."""
    html = page_html(pack_of(findings(hostile_scenario())))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
    scripts = re.findall(r"<script(.*?)>(.*?)</script>", html, re.S)
    assert [body for attributes, body in scripts if not attributes] == [SCRIPT]
    assert HOSTILE not in html


def test_every_chart_says_its_numbers() -> None:
    """Each point can be read by pointing, by the keyboard, and by a screen reader."""
    html = page_html(default_pack())
    assert html.count('role="img"') == 3
    curve = default_pack().section("curve").chart
    assert curve is not None
    said = re.findall(r'data-said="(accuracy promised [^"]*)"', html)
    assert len(said) == len(curve.x)  # type: ignore[union-attr]
    assert "gross margin" in said[0]


@pytest.mark.parametrize("name", odd_scenarios())
def test_what_does_not_exist_is_said(name: str) -> None:
    """No nan and no inf on the page, not even in a drawing."""
    scenario, target = odd_scenarios()[name]
    html = page_html(pack_of(findings(scenario, target))).partition('id="seal"')[0]
    assert not re.search(r"\b(nan|inf|None|NaN|Infinity)\b", html)
