"""The sample that a new workspace opens with: real steps, made once and stored."""

from pathlib import Path

import core
from core.workspace import Workspace
from core.workspace.datasets import datasets
from core.workspace.run_folder import run_ids


def sample_folder() -> Path:
    """Where the shipped sample data lies, in a checkout and in an installed wheel alike."""
    return Path(core.__file__).resolve().parent.parent / "sample_data"


def fill_with_sample(workspace: Workspace) -> bool:
    """Copy the sample's facts into a workspace that holds none yet; whether it did."""
    stored = sample_folder() / "workspace"
    if datasets(workspace) or run_ids(workspace) or not stored.is_dir():
        return False
    workspace.copy_from(stored)
    return True
