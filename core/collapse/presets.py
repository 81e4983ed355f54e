"""Experiments that tell the field's results, each to be rerun and changed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from core.collapse.settings import LabSettings
from core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One experiment, and the loop that it is compared with."""

    name: str
    title: str
    claim: str
    source: str
    figure: str
    """The figure that shows it."""
    settings: LabSettings
    other: LabSettings


@cache
def presets() -> Mapping[str, Preset]:
    """All of them by name, in the order in which they tell the story."""
    text = files("core.collapse").joinpath("presets.toml").read_text("utf-8")
    return {name: _preset(name, found) for name, found in tomllib.loads(text).items()}


def preset(name: str) -> Preset:
    """The preset of this name.

    Raises
    ------
    InputError
        There is none; the message lists those there are.
    """
    known = presets()
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(known)}."
        raise InputError(f"there is no preset {name!r}; {hint}")
    return known[name]


def _preset(name: str, found: Mapping[str, Any]) -> Preset:
    own = dict(found["settings"])
    # TOML has no null: false stands for a critic that is left out.
    other: dict[str, Any] = {
        k: None if v is False else v for k, v in {**own, **found["with"]}.items()
    }
    return Preset(
        name=name,
        title=found["title"],
        claim=found["claim"],
        source=found["source"],
        figure=found["figure"],
        settings=LabSettings(**own),
        other=LabSettings(**other),
    )
