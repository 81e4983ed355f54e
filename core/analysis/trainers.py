"""Who trains: a learner inside, embeddings, the user's script, or a fine-tuning service?"""

from dataclasses import dataclass
from typing import Literal, get_args

from core.analysis.export.quote import PRICE
from core.errors import InputError, PlanError, PriceError
from core.evidence.trainers.command import LIMIT_SECONDS, CommandTrainer
from core.evidence.trainers.embedded import BoostingTrainer
from core.evidence.trainers.embeddings import EmbeddingsTrainer
from core.evidence.trainers.finetuning import FineTuningTrainer, TuningPrices
from core.evidence.trainers.trainer import Trainer
from core.evidence.trainers.tuning_job import HowTuned
from core.generation.address import address_and_key
from core.prices import PriceBook
from core.workspace import Workspace

TrainerKind = Literal["embedded", "boosting", "embeddings", "command", "openai"]
KINDS: tuple[str, ...] = get_args(TrainerKind)

_NEEDS = {
    "embeddings": ("model", "a model for embeddings, by --trainer-model"),
    "openai": ("model", "the model to tune, by --trainer-model"),
    "command": ("command", "the command that trains, by --command"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerChoice:
    """What was asked for."""

    kind: str = "embedded"
    command: str | None = None
    limit_seconds: float = LIMIT_SECONDS
    model: str | None = None
    base_url: str | None = None
    budget_usd: float | None = None


def trainer_of(workspace: Workspace, choice: TrainerChoice, book: PriceBook) -> Trainer | None:
    """The trainer that was asked for; None for the learner that suits the data.

    Raises
    ------
    InputError, PlanError, PriceError
        Something is missing: a command, a model, a key, a price.
    """
    if choice.kind not in KINDS:
        raise InputError(f"--trainer is {choice.kind!r}; expected one of {', '.join(KINDS)}.")
    name, what = _NEEDS.get(choice.kind, ("kind", ""))
    if not getattr(choice, name):
        raise InputError(f"--trainer {choice.kind} needs {what}.")
    match choice.kind:
        case "boosting":
            return BoostingTrainer()
        case "command":
            return CommandTrainer(command=choice.command or "", limit_seconds=choice.limit_seconds)
        case "embeddings":
            return _embeddings(workspace, choice, book)
        case "openai":
            return _finetuning(workspace, choice, book)
        case _:
            return None


def _embeddings(workspace: Workspace, choice: TrainerChoice, book: PriceBook) -> EmbeddingsTrainer:
    address, key = _address(choice)
    model = choice.model or ""
    try:
        price: float | None = book.token_prices(model).input_usd_per_mtok
    except PriceError:
        price = None  # said as unknown
    return EmbeddingsTrainer(
        model=model,
        base_url=address,
        api_key=key,
        folder=workspace.path("embeddings"),
        usd_per_mtok=price,
    )


def _finetuning(workspace: Workspace, choice: TrainerChoice, book: PriceBook) -> FineTuningTrainer:
    address, key = _address(choice)
    model = choice.model or ""
    row, chat = book.row(PRICE), book.token_prices(model)
    if choice.budget_usd is None:
        raise InputError("--trainer openai spends money; say how much at most by --budget USD.")
    return FineTuningTrainer(
        how=HowTuned(model=model),
        base_url=address,
        api_key=key,
        folder=workspace.path("trainings"),
        prices=TuningPrices(
            training_usd_per_mtok=row.value,
            input_usd_per_mtok=chat.input_usd_per_mtok,
            output_usd_per_mtok=chat.output_usd_per_mtok,
            source=f"training: {row.source} ({row.as_of}); answers as the model untuned: "
            f"{chat.source} ({chat.as_of})",
        ),
        budget_usd=choice.budget_usd,
    )


def _address(choice: TrainerChoice) -> tuple[str, str]:
    """Where to ask, and with which key.

    Raises
    ------
    InputError
        The vendor needs a key and there is none.
    """
    try:
        return address_and_key(choice.base_url)
    except PlanError as error:
        raise InputError(
            f"--trainer {choice.kind}: {error}".replace("generator.base_url", "--base-url").replace(
                'generator.type = "embedded"', "--trainer embedded"
            )
        ) from error
