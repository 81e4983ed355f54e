"""Options of commands that train: who trains, with which limits."""

import argparse

from core.analysis.trainers import KINDS, TrainerChoice, trainer_of
from core.cli.context import Context
from core.errors import InputError
from core.evidence.trainers.command import LIMIT_SECONDS
from core.evidence.trainers.trainer import Trainer

_READ_BY = {
    "training_command": ("--command", ("command",)),
    "trainer_model": ("--trainer-model", ("embeddings", "openai")),
    "base_url": ("--base-url", ("embeddings", "openai")),
    "budget": ("--budget", ("openai",)),
}
"""Options that only some trainers read; to ignore one would be to train something else."""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    group = command.add_argument_group("trainer")
    group.add_argument(
        "--trainer",
        choices=KINDS,
        help="embedded: a linear classifier inside (default); boosting: gradient-boosted trees on "
        "a table; embeddings: of an endpoint, with a linear classifier; command: a script of "
        "yours; openai: fine-tuning by the API",
    )
    group.add_argument(
        "--command",
        dest="training_command",  # the parser's own name for evidence, audit and so on is command
        metavar="CMD",
        help="starts your script; it gets --train, --test, --output and --seed",
    )
    group.add_argument(
        "--time-limit",
        type=float,
        default=LIMIT_SECONDS,
        metavar="S",
        help=f"seconds a training of the script may take; {LIMIT_SECONDS:g}",
    )
    group.add_argument("--trainer-model", metavar="M", help="model to embed with, or to tune")
    group.add_argument("--base-url", metavar="U", help="default: OPENAI_BASE_URL")
    group.add_argument(
        "--budget", type=float, metavar="USD", help="nothing is tuned that could cost more"
    )


def trainer_from(context: Context) -> Trainer | None:
    """The trainer that the options ask for; None for the one that suits the data.

    Raises
    ------
    InputError
        Options contradict each other, or something is missing.
    """
    asked = context.arguments
    kind = asked.trainer or ("command" if asked.training_command else "embedded")
    for name, (option, kinds) in _READ_BY.items():
        if getattr(asked, name) is not None and kind not in kinds:
            raise InputError(
                f"{option} is for --trainer {' or '.join(kinds)}; --trainer is {kind}."
            )
    if asked.budget is not None and not asked.budget >= 0:
        raise InputError(f"--budget is {asked.budget:g}; expected dollars, 0 or more.")
    choice = TrainerChoice(
        kind=kind,
        command=asked.training_command,
        limit_seconds=asked.time_limit,
        model=asked.trainer_model,
        base_url=asked.base_url,
        budget_usd=asked.budget,
    )
    return trainer_of(context.workspace, choice, context.prices)
