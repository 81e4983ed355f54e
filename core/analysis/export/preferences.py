"""Pairs of an accepted and a rejected candidate: what a model that writes cases should prefer.

References
----------
.. [1] R. Rafailov et al., "Direct Preference Optimization", NeurIPS 2023.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.analysis.export.chat import as_one_text
from core.analysis.export.parts import Part, lineage_columns
from core.analysis.export.rows import lineage
from core.datasets.content import plain_value

_REPEATS = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two candidates for the same request."""

    request: str
    chosen: str
    rejected: str
    lineage: dict[str, Any]


def pairs(part: Part) -> list[Pair]:
    """Every accepted candidate with a rejected one, those with the same anchors first.

    A candidate that was rejected for repeating another is not worse than it, so
    that it teaches nothing: it is in no pair. No candidate is in two.
    """
    accepted, rejected = part.frame, part.rejected[~_repeats(part.rejected)].reset_index(drop=True)
    partner = _partners(accepted, rejected)
    taken = accepted.iloc[list(partner)].reset_index(drop=True)
    left = rejected.iloc[list(partner.values())].reset_index(drop=True)
    found = []
    for chosen, other, mine, its in zip(
        _records(taken, part), _records(left, part), lineage(taken), lineage(left), strict=True
    ):
        name = chosen.pop(part.label)
        other.pop(part.label)
        request = f"Write one example whose {part.label} is {name}."
        if len(chosen) > 1:
            request += f" Answer with JSON of {', '.join(chosen)}."
        found.append(
            Pair(
                request=request,
                chosen=as_one_text(chosen),
                rejected=as_one_text(other),
                lineage={"synthetic": True, "chosen": mine, "rejected": its},
            )
        )
    return found


def as_trl(pair: Pair) -> dict[str, Any]:
    """The conversational form that trainers of the Hugging Face family read."""
    return {
        "prompt": [_said("user", pair.request)],
        "chosen": [_said("assistant", pair.chosen)],
        "rejected": [_said("assistant", pair.rejected)],
        "synthetic": True,
        "lineage": {name: pair.lineage[name] for name in ("chosen", "rejected")},
    }


def as_openai(pair: Pair, *, bare: bool) -> dict[str, Any]:
    """The form that OpenAI's preference fine-tuning reads."""
    row: dict[str, Any] = {
        "input": {"messages": [_said("user", pair.request)]},
        "preferred_output": [_said("assistant", pair.chosen)],
        "non_preferred_output": [_said("assistant", pair.rejected)],
    }
    return row if bare else row | {"metadata": pair.lineage}


def _said(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def _records(frame: pd.DataFrame, part: Part) -> list[dict[str, Any]]:
    records = frame[list(part.content)].to_dict("records")
    return [{str(k): plain_value(v) for k, v in record.items()} for record in records]


def _repeats(frame: pd.DataFrame) -> "pd.Series[bool]":
    """Rows whose lowest score is that for repeating another."""

    def lowest(scores: str) -> bool:
        known = {name: s for name, s in json.loads(scores).items() if s is not None}
        return bool(known) and min(known, key=lambda name: known[name]) == _REPEATS

    return frame[lineage_columns(frame)["scores"]].map(lowest).astype(bool)


def _partners(accepted: pd.DataFrame, rejected: pd.DataFrame) -> dict[int, int]:
    """A place among the rejected for each accepted candidate that finds one."""
    by_parent: dict[str, list[int]] = defaultdict(list)
    for place, parents in enumerate(_parents(rejected)):
        for parent in parents:
            by_parent[parent].append(place)
    free = dict.fromkeys(range(len(rejected)))
    partner: dict[int, int] = {}
    waiting = []
    for place, parents in enumerate(_parents(accepted)):
        related = next((r for p in parents for r in by_parent[p] if r in free), None)
        if related is None:
            waiting.append(place)
            continue
        partner[place] = related
        del free[related]
    for place, other in zip(waiting, list(free), strict=False):
        partner[place] = other
    return dict(sorted(partner.items()))


def _parents(frame: pd.DataFrame) -> list[list[str]]:
    return [list(json.loads(cell)) for cell in frame[lineage_columns(frame)["parents"]]]
