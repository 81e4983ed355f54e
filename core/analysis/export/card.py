"""The dataset card of a folder that Hugging Face's ``datasets`` loads."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from core.analysis.certify import certificates_of, promised
from core.analysis.evidence import stored_evidence
from core.analysis.export.parts import Part
from core.analysis.export.quote import TrainingQuote
from core.formats import count, money, number, percent
from core.workspace import Workspace, ledger
from core.workspace.run_folder import load_run

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(
    workspace: Workspace,
    run_ids: Sequence[str],
    tau: float,
    files: Mapping[str, Part],
    quoted: TrainingQuote | None,
    notes: Sequence[str],
) -> str:
    """The README of the folder: what Hugging Face reads first, then what people read.

    Parameters
    ----------
    files
        Path within the folder of every part.
    """
    rows = sum(len(part.frame) for part in files.values())
    parts = [
        _front_matter(files, rows),
        f"# Synthetic samples: {', '.join(_slices(files))}",
        "All rows of this dataset are **synthetic**: made from real examples by the runs below "
        "and accepted by their critics. The column `synthetic` is true in every row; `run`, "
        "`candidate`, `score`, `scores`, `written_by` and `parents` say where it comes from.",
        "## Files",
        _files(files),
        "## Provenance",
        "\n\n".join(_run(workspace, run_id, tau) for run_id in run_ids),
        "## Evidence",
        _evidence(workspace, run_ids, tau),
        "## Use and limits",
        _limits(quoted, notes),
    ]
    return "\n\n".join(parts) + "\n"


def _front_matter(files: Mapping[str, Part], rows: int) -> str:
    """YAML, every value a JSON string, which YAML reads as well."""
    size = next((name for limit, name in _SIZES if rows < limit), "n>1M")
    first = next(iter(files.values()))
    texts = len(first.content) == 2
    lines = [
        "---",
        f"pretty_name: {json.dumps('Synthetic samples: ' + ', '.join(_slices(files)))}",
        "license: unknown",
        "tags:",
        "- synthetic",
        "- datawall",
        "task_categories:",
        f"- {'text-classification' if texts else 'tabular-classification'}",
        "size_categories:",
        f"- {size}",
        "configs:",
    ]
    for name in dict.fromkeys(part.slice for part in files.values()):
        lines.append(f"- config_name: {json.dumps(name or 'default')}")
        lines.append("  data_files:")
        for path, part in files.items():
            if part.slice == name:
                split = "test" if part.purpose == "evaluation" else "train"
                lines += [f"  - split: {split}", f"    path: {json.dumps(path)}"]
    return "\n".join([*lines, "---"])


def _slices(files: Mapping[str, Part]) -> list[str]:
    return sorted({str(v) for part in files.values() for v in part.frame[part.label]})


def _files(files: Mapping[str, Part]) -> str:
    lines = ["| file | purpose | rows |", "|---|---|---|"]
    for path, part in files.items():
        lines.append(f"| {path} | {part.purpose} | {count(len(part.frame))} |")
    return "\n".join(lines)


def _run(workspace: Workspace, run_id: str, tau: float) -> str:
    run, totals = load_run(workspace, run_id), ledger.totals(workspace, run_id)
    versions = ", ".join(f"{name} {value}" for name, value in sorted(run.versions.items()))
    lines = [
        f"### Run {run_id}",
        "",
        f"- data: fingerprint {run.dataset}, label column {run.label_column}, slice {run.slice}",
        f"- kind: {run.kind}; generator: {run.generator}; model: {run.model or 'none'}",
        f"- critics: {', '.join(run.critics)}",
        f"- versions: {versions or 'not recorded'}",
        f"- seed: {run.seed}; plan: {run.plan_digest}; software: {run.code_version or 'unknown'}",
        f"- strictness: {number(tau)}",
        f"- paid to models: {money(totals['cost_usd'])} for {count(totals['proposed'])} candidates",
    ]
    certificates = [c for c in certificates_of(workspace, run_id) if c.certified]
    if certificates:
        lines += [
            f"- certificate of {c.at[:10]}, from strictness {number(c.tau)} on: {promised(c)} "
            f"{c.status}."
            for c in certificates
        ]
    else:
        lines.append("- certificate: none; nobody has checked enough of these samples by hand")
    return "\n".join(lines)


def _evidence(workspace: Workspace, run_ids: Sequence[str], tau: float) -> str:
    corpora = {f"{run_id}@{tau:g}" for run_id in run_ids}
    found = [e for e in stored_evidence(workspace) if e.corpus in corpora]
    if not found:
        return "Whether these samples move a model on real data was not tested at this strictness."
    return "\n".join(
        f"- {e.slice}: {e.verdict}; recall on held-out real rows {percent(e.baseline.score)} "
        f"without and {percent(e.augmented.score)} with them. {e.why} ({e.evidence_id})"
        for e in found
    )


def _limits(quoted: TrainingQuote | None, notes: Sequence[str]) -> str:
    said = [
        "Never test on rows of this dataset what is to be claimed of real data, and keep real "
        "rows in every training set: a model fed on its own output alone collapses.",
        "The licence follows that of the real examples and of the generator's terms; it is not "
        "known to the software that wrote this card.",
    ]
    if quoted is not None:
        said.append(
            f"As conversations the training rows hold {count(quoted.tokens)} tokens (counted by "
            f"{quoted.counted_by} for {quoted.model}); fine-tuning with {quoted.epochs} epochs "
            f"would cost about {money(quoted.usd)} ({money(quoted.low_usd)} to "
            f"{money(quoted.high_usd)}; {quoted.price_source}, {quoted.price_as_of})."
        )
    said += list(notes)
    said.append(f"Written {datetime.now(UTC):%Y-%m-%d} by Datawall.")
    return "\n".join(f"- {sentence}" for sentence in said)
