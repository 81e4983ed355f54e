"""What goes into which file: training cases and evaluation items apart, by slice if asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.corpus import LINEAGE, judged_corpus
from core.errors import InputError
from core.workspace import Workspace
from core.workspace.run_folder import load_run

Purpose = Literal["training", "evaluation"]
EVALUATION_KIND = "eval_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Samples of one file."""

    purpose: Purpose
    slice: str | None
    """None where the slices stand together."""
    label: str
    """The label column."""
    content: tuple[str, ...]
    """Columns of the content, the label last."""
    frame: pd.DataFrame
    """Content, label and the columns of the lineage."""
    rejected: pd.DataFrame
    """Judged candidates of the same runs that were not accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Accepted samples of all runs that are exported together."""

    label: str
    content: tuple[str, ...]
    accepted: pd.DataFrame
    rejected: pd.DataFrame


def gathered(workspace: Workspace, run_ids: Sequence[str], tau: float) -> Gathered:
    """What a strictness accepts of these runs, and what it rejects.

    Raises
    ------
    InputError
        Nothing is accepted, or the runs have other columns.
    """
    label = ""
    found: list[tuple[tuple[str, ...], pd.DataFrame, NDArray[np.bool_]]] = []
    for run_id in dict.fromkeys(run_ids):
        rows, accepted = judged_corpus(workspace, run_id, tau)
        own = load_run(workspace, run_id).label_column
        columns = tuple(content_columns(rows, own))
        if found and (own, set(columns)) != (label, set(found[0][0])):
            raise InputError(
                f"runs {run_ids[0]} and {run_id} have other columns or another label column; "
                "export them into files of their own."
            )
        label = own
        found.append((columns, rows, accepted))
    return Gathered(
        label=label,
        content=found[0][0],
        accepted=pd.concat([r[a] for _, r, a in found], ignore_index=True),
        rejected=pd.concat([r[~a] for _, r, a in found], ignore_index=True),
    )


def lineage_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Each part of the lineage and the column that holds it."""
    return {
        name: kept if (kept := f"lineage_{name}") in frame.columns else name for name in LINEAGE
    }


def content_columns(frame: pd.DataFrame, label: str) -> list[str]:
    """Columns of the content, the label last."""
    lineage = set(lineage_columns(frame).values())
    return [c for c in frame.columns if c not in lineage and c != label] + [label]


def parts(all_rows: Gathered, *, by_slice: bool) -> list[Part]:
    """The samples by purpose, training first, and by slice if asked."""
    found = []
    purposes: tuple[Purpose, ...] = ("training", "evaluation")
    for purpose in purposes:
        accepted, rejected = (
            _of_purpose(frame, purpose) for frame in (all_rows.accepted, all_rows.rejected)
        )
        labels = accepted[all_rows.label].astype(str)
        slices: list[str | None] = list(dict.fromkeys(labels)) if by_slice else [None]
        for name in slices:
            rows = accepted if name is None else accepted[labels == name]
            if rows.empty:
                continue
            own = rejected if name is None else rejected[rejected[all_rows.label] == name]
            found.append(
                Part(
                    purpose=purpose,
                    slice=name,
                    label=all_rows.label,
                    content=all_rows.content,
                    frame=rows.reset_index(drop=True),
                    rejected=own.reset_index(drop=True),
                )
            )
    return found


def place_of(part: Part, target: Path, alone: bool) -> Path:
    """The file of a part: the one asked for if it is the only one, else named by what it holds."""
    if alone:
        return target
    words = ["evaluation"] if part.purpose == "evaluation" else []
    if part.slice is not None:
        words.append(as_name(part.slice))
    return target.with_name(".".join([target.stem, *words]) + target.suffix)


def as_name(slice_name: str) -> str:
    """A slice's name as part of a file's."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in slice_name) or "_"


def _of_purpose(frame: pd.DataFrame, purpose: Purpose) -> pd.DataFrame:
    is_item = frame[lineage_columns(frame)["kind"]] == EVALUATION_KIND
    return frame[is_item if purpose == "evaluation" else ~is_item]
