"""Cells that no spreadsheet takes for a formula."""

from typing import Any

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def inert(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what begins like one."""
    return f"'{value}" if is_active(value) else value


def is_active(value: Any) -> bool:
    """Whether a spreadsheet would take this cell for a formula."""
    return isinstance(value, str) and value.startswith(_ACTIVE)


def live(text: str) -> str:
    """A cell as it was before it was made inert."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_ACTIVE) else text
