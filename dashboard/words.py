"""Text of others as markdown that says just that."""

import re


def written(text: str) -> str:
    """A sentence as markdown that says just that: dollars are no formula, a star is a star."""
    return re.sub(r"([\\`*\[\]<>~$])", r"\\\1", text)
