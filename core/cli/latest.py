"""Which data a command is about when it names none: the newest audit of the workspace."""

import argparse

from core.analysis.audit import measurements
from core.analysis.chain import Chain, chain_of, stored_scenario
from core.cli.context import Context
from core.errors import InputError
from core.report.findings import standing_alone

_TAU = 0.5


def add_choice(command: argparse.ArgumentParser) -> None:
    """The arguments that choose an audit, a slice, a target and a strictness."""
    command.add_argument("--data", metavar="FINGERPRINT", help="the data (default: audited last)")
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
        The data that is named was not audited.
    """
    asked, workspace = context.arguments, context.workspace
    scenario = stored_scenario(workspace)
    target = scenario.value("target_accuracy") if asked.target is None else asked.target
    audits = measurements(workspace)
    own = next((m for m in audits if asked.data in (None, m.fingerprint)), None)
    if own is None:
        if asked.data is not None:
            raise InputError(f"the data {asked.data!r} was not audited; run `datawall audit`.")
        return standing_alone(scenario)
    return chain_of(
        workspace,
        fingerprint=own.fingerprint,
        label=own.label,
        target=target,
        tau=asked.strictness,
        slice_name=asked.slice,
    )
