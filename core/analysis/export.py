"""The accepted corpus as a file that training code reads."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd

from core.analysis.corpus import LINEAGE, accepted_corpus
from core.analysis.new_file import free_place, put
from core.datasets.content import plain_value
from core.errors import InputError
from core.workspace import Workspace, ledger
from core.workspace.run_folder import load_run

ExportFormat = Literal["openai-chat", "jsonl", "parquet", "csv"]
FORMATS: tuple[str, ...] = get_args(ExportFormat)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAnswer:
    """What was written."""

    file: str
    rows: int
    sha256: str


def export(
    workspace: Workspace,
    run_id: str,
    *,
    strictness: float,
    format: str,
    target: Path | str,
    force: bool = False,
) -> ExportAnswer:
    """Write the samples that a strictness accepts; each says that it is synthetic and whence.

    The file appears at once and whole, or not at all.

    Parameters
    ----------
    strictness
        Accept from this score on. [fraction]
    format
        ``openai-chat``, ``jsonl``, ``parquet`` or ``csv``.
    force
        Replace a file that is there.

    Raises
    ------
    InputError
        Nothing is accepted, the format is unknown, or the file is there.
    """
    if format not in FORMATS:
        raise InputError(f"format is {format!r}; expected one of {', '.join(FORMATS)}.")
    path = free_place(target, force=force)
    corpus = accepted_corpus(workspace, run_id, strictness)
    if corpus.empty:
        raise InputError(_nothing(workspace, run_id, strictness))
    label = load_run(workspace, run_id).label_column
    write = _WRITERS.get(format)
    payload = write(corpus) if write else _lines(_rows(corpus, label, format)).encode("utf-8")
    put(path, payload)
    return ExportAnswer(
        file=str(path), rows=len(corpus), sha256=hashlib.sha256(payload).hexdigest()
    )


def _nothing(workspace: Workspace, run_id: str, strictness: float) -> str:
    best = ledger.candidates_frame(workspace, run_id)["score"].max()
    if pd.isna(best):
        return f"run {run_id} holds no candidate that every critic has judged; nothing to export."
    return (
        f"run {run_id} accepts nothing at strictness {strictness:g}; its best score is "
        f"{best:.3f}, choose a strictness below it."
    )


def _rows(corpus: pd.DataFrame, label: str, format: str) -> list[dict[str, Any]]:
    lineage = [
        (name, f"lineage_{name}" if f"lineage_{name}" in corpus.columns else name)
        for name in LINEAGE
    ]
    own = [c for c in corpus.columns if c not in {column for _, column in lineage}]
    labels = sorted({str(value) for value in corpus[label]})
    rows = []
    for record in corpus.to_dict("records"):
        whence = {name: plain_value(record[column]) for name, column in lineage}
        del whence["synthetic"]
        whence |= {name: json.loads(whence[name]) for name in ("scores", "parents", "extras")}
        content = {str(name): plain_value(record[name]) for name in own}
        if format == "openai-chat":
            rows.append(_chat(content, label, labels, whence))
        else:
            rows.append({**content, "synthetic": True, "lineage": whence})
    return rows


def _chat(
    content: dict[str, Any], label: str, labels: list[str], whence: dict[str, Any]
) -> dict[str, Any]:
    """One training conversation: the example is asked about, the label is the answer."""
    asked = {name: value for name, value in content.items() if name != label}
    text = (
        str(next(iter(asked.values())))
        if len(asked) == 1
        else json.dumps(asked, ensure_ascii=False)
    )
    return {
        "messages": [
            {
                "role": "system",
                "content": f"Name the {label} of the user's message. Answer with the name alone.",
            },
            {"role": "user", "content": text},
            {"role": "assistant", "content": str(content[label])},
        ],
        "metadata": {"synthetic": True, **whence},
    }


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(corpus: pd.DataFrame) -> bytes:
    return corpus.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _parquet(corpus: pd.DataFrame) -> bytes:
    return bytes(corpus.to_parquet(index=False))


_WRITERS: dict[str, Callable[[pd.DataFrame], bytes]] = {"csv": _csv, "parquet": _parquet}
