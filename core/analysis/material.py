"""What does a plan work with: anchors that may train, facts, rivals, prices?"""

from dataclasses import dataclass, replace
from difflib import get_close_matches

import pandas as pd

from core.audit.examples import labelled_examples
from core.audit.holdout import training_rows
from core.critique.agreement import SliceLearner
from core.critique.critic import Anchors, Critic, anchors_of
from core.critique.features import Features
from core.critique.grounded import GroundedCritic
from core.datasets import load_dataset
from core.datasets.content import words_of
from core.errors import PlanError, PriceError
from core.generation.plan import GenerationPlan
from core.knowledge.relevance import facts_about
from core.prices import ModelPrice, PriceBook, own_machine
from core.records import Progress, TokenUsage, no_progress
from core.workspace import Workspace, knowledge
from core.workspace.datasets import examples
from core.workspace.run_folder import now_utc

FEWEST_ANCHORS = 2
_CONFUSED, _MOST_CONFUSED = 0.05, 5
_MOST_FACTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What generators and critics of a plan are given."""

    anchors: pd.DataFrame
    """The slice's rows that may train."""
    others: pd.DataFrame
    """Rows of other labels that may train."""
    known: Anchors
    """The same, as critics learn from them."""
    facts: tuple[str, ...]
    """Sentences of the knowledge graph that the candidates must keep to."""
    critics: tuple[Critic, ...]
    """Critics beside those of the kind."""
    confused_with: tuple[str, ...]
    """Labels that the current model takes for the slice."""


def material_of(
    workspace: Workspace, plan: GenerationPlan, anchors: pd.DataFrame, others: pd.DataFrame
) -> Material:
    """What a plan works with, from rows that may train.

    Raises
    ------
    PlanError
        Too few anchors, or the plan asks for knowledge and there is none.
    """
    if len(anchors) < FEWEST_ANCHORS:
        raise PlanError(
            f"the slice {plan.slice!r} has {len(anchors)} anchor on the training side; at least "
            f"{FEWEST_ANCHORS} are needed, collect more real examples of it first."
        )
    known = anchors_of(anchors, others, label=plan.label, text=plan.text, slice_=plan.slice)
    facts, critics = _knowledge(workspace, plan, known)
    labels = others[plan.label] if len(others) else pd.Series(dtype=str)
    return Material(
        anchors=anchors,
        others=others,
        known=known,
        facts=facts,
        critics=critics,
        confused_with=_confused_with(plan, known, labels),
    )


def _knowledge(
    workspace: Workspace, plan: GenerationPlan, known: Anchors
) -> tuple[tuple[str, ...], tuple[Critic, ...]]:
    """The facts for the prompts, and the critic that holds candidates against the graph."""
    if not plan.knowledge:
        return (), ()
    triples = knowledge.triples(workspace)
    if not triples:
        raise PlanError(
            "the plan asks for knowledge, but the workspace's knowledge graph is empty; fill it "
            "by datawall knowledge import FILE, or set knowledge = false."
        )
    # Names and numbers of the slice's own examples are no invention.
    texts = [words_of(content) for content in known.own]
    facts = tuple(facts_about(triples, texts, _MOST_FACTS))
    return facts, (GroundedCritic(triples, texts),)


def _confused_with(plan: GenerationPlan, known: Anchors, labels: pd.Series) -> tuple[str, ...]:
    """Labels whose rows the current model takes for the slice, most often first.

    Only looked for where scenarios are to be mistaken for something.
    """
    if plan.kind != "adversarial_scenario" or not known.others:
        return ()
    sure = SliceLearner(known, Features(known)).sureness(known.others)
    means = pd.Series(sure).groupby(labels.to_numpy()).mean().sort_values(ascending=False)
    return tuple(str(name) for name in means[means > _CONFUSED].index[:_MOST_CONFUSED])


def train_side(
    workspace: Workspace, plan: GenerationPlan, progress: Progress = no_progress
) -> tuple[GenerationPlan, str, pd.DataFrame, pd.DataFrame]:
    """The plan with its text column found, the dataset, its anchors, and rows of other labels.

    Only rows that may train: what evidence is later held against is never shown
    to a generator or a critic.
    """
    data = load_dataset(workspace, plan.data, progress)
    data.column(plan.label, "label column")
    if plan.text is not None:
        data.column(plan.text, "text column")
    rows = labelled_examples(data, examples(workspace, data), plan.label, plan.text)
    of_slice = rows.labels == plan.slice
    if not of_slice.any():
        names = sorted(set(rows.labels.tolist()))
        near = get_close_matches(plan.slice, names, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"its labels are {', '.join(names[:12])}."
        raise PlanError(f"{data.name} has no label {plan.slice!r} in {plan.label!r}; {hint}")
    trains = training_rows(rows.frame[[*rows.columns, plan.label]], plan.label)
    anchors = rows.frame.loc[of_slice & trains].reset_index(drop=True)
    others = rows.frame.loc[~of_slice & trains].reset_index(drop=True)
    return replace(plan, text=rows.text), data.fingerprint, anchors, others


def price_book(plan: GenerationPlan, book: PriceBook | None = None) -> PriceBook:
    """The prices of the plan's models: its own where it gives them, else those of *book*.

    A local model costs nothing per token; its machine is not counted.

    Raises
    ------
    PriceError
        A model of the plan has no price.
    """
    own: dict[str, ModelPrice] = {}
    today = now_utc().date()
    if plan.generator.type == "local":
        own = dict.fromkeys(plan.models, own_machine(today))
    if plan.prices:
        price = ModelPrice(source="the plan's [prices]", as_of=today, **plan.prices)
        own = dict.fromkeys(plan.models, price)
    prices = (book or PriceBook()).with_models(own)
    for model in plan.models:
        try:
            prices.request_cost(model, TokenUsage(input_tokens=1, output_tokens=1))
        except PriceError as error:
            raise PriceError(
                f"{error} In a plan that is a table [prices] with input_usd_per_mtok and "
                "output_usd_per_mtok; write 0 for a server of your own."
            ) from error
    return prices
