"""The headless face. ``main`` is the console script; each command has a file of its name."""

from core.cli.main import main

__all__ = ["main"]
