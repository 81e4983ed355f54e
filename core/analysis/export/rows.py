"""Samples as rows of a file; each says that it is synthetic, and where it comes from."""

import json
from typing import Any

import pandas as pd

from core.analysis.export.parts import Part, lineage_columns
from core.datasets.content import plain_value

_WRITTEN_AS_JSON = ("scores", "parents", "extras")


def contents(part: Part) -> list[dict[str, Any]]:
    """The content of every sample, the label last."""
    records = part.frame[list(part.content)].to_dict("records")
    return [{str(k): plain_value(v) for k, v in record.items()} for record in records]


def lineage(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Where every sample comes from: run, candidate, scores of the critics."""
    columns = {name: c for name, c in lineage_columns(frame).items() if name != "synthetic"}
    found = []
    for record in frame[list(columns.values())].to_dict("records"):
        whence = {name: plain_value(record[column]) for name, column in columns.items()}
        found.append(whence | {name: json.loads(whence[name]) for name in _WRITTEN_AS_JSON})
    return found


def plain(part: Part) -> list[dict[str, Any]]:
    """Content, marker and lineage."""
    return [
        {**content, "synthetic": True, "lineage": whence}
        for content, whence in zip(contents(part), lineage(part.frame), strict=True)
    ]


def lines(rows: list[dict[str, Any]]) -> bytes:
    """One JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8")
