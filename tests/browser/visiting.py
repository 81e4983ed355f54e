"""What the browser tests are handed: a running dashboard, and a page that is watched."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page


@dataclass
class Dashboard:
    """A running dashboard."""

    address: str
    home: Path


@dataclass
class Watched:
    """A page, and every request it made to another machine."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
