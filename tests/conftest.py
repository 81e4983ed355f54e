"""Fixtures that several folders of tests share."""

from pathlib import Path

import pytest

from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new, empty workspace."""
    return Workspace(tmp_path / "workspace")
