"""Which data a command is about when it names none: the newest audit of the workspace."""

import argparse

from core.analysis.audit import measurements
from core.analysis.chain import Chain, chain_of, stored_scenario, with_target
from core.analysis.corpus import checked_tau
from core.analysis.target import checked_target
from core.cli.context import Context
from core.errors import InputError
from core.report.findings import standing_alone
from core.workspace.datasets import dataset, datasets

_TAU = 0.5


def add_choice(command: argparse.ArgumentParser) -> None:
    """The arguments that choose an audit, a slice, a target and a strictness."""
    command.add_argument("--data", metavar="FINGERPRINT", help="the data (default: audited last)")
    command.add_argument("--label", metavar="COL", help="its label (default: audited last)")
    command.add_argument("--slice", metavar="NAME", help="the slice (default: the bottleneck)")
    command.add_argument(
        "--target", type=float, metavar="A", help="score wanted (default: the scenario's)"
    )
    command.add_argument("--strictness", type=float, default=_TAU, metavar="T")


def chosen_chain(context: Context) -> Chain:
    """What the workspace knows of the chosen data, with its scenario.

    Raises
    ------
    InputError
        The data is not in the workspace, or has no such label.
    """
    asked, workspace = context.arguments, context.workspace
    scenario = stored_scenario(workspace)
    target = scenario.value("target_accuracy") if asked.target is None else asked.target
    checked_target(target)
    checked_tau(asked.strictness)
    fingerprint, label = _audited(context)
    if fingerprint is None:
        return standing_alone(with_target(scenario, target))
    return chain_of(
        workspace,
        fingerprint=fingerprint,
        label=label,
        target=target,
        tau=asked.strictness,
        slice_name=asked.slice,
    )


def chosen_data(context: Context) -> str | None:
    """The fingerprint of the chosen data; None when there is none."""
    return _audited(context)[0]


def _audited(context: Context) -> tuple[str | None, str | None]:
    """The data and the label that are meant: as named, else those audited last."""
    asked, workspace = context.arguments, context.workspace
    audits = measurements(workspace)
    if asked.data is not None:
        wanted = asked.data.removeprefix("d1:")
        audits = [m for m in audits if wanted and m.fingerprint.startswith(f"d1:{wanted}")]
    own = next((m for m in audits if asked.label in (None, m.label)), None)
    if own is not None:
        return own.fingerprint, own.label
    if asked.data is None and asked.label is None:
        known = datasets(workspace)
        return (known[0].fingerprint if known else None), None
    if audits and asked.data is None:
        labels = ", ".join(dict.fromkeys(repr(m.label) for m in audits))
        raise InputError(f"no data was audited for the label {asked.label!r}, only for {labels}.")
    if asked.data is None:
        raise InputError(
            f"no data was audited for the label {asked.label!r}; run `datawall audit`."
        )
    data = dataset(workspace, asked.data)
    if asked.label is not None:
        data.column(asked.label, "label column")
    return data.fingerprint, asked.label
