"""A generation plan: what to propose, from what, by whom, judged how, and for how much.

A plan never holds a key: keys are read from the environment only.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from core.errors import PlanError
from core.records import SampleKind, TextPolicy

GeneratorType = Literal["embedded", "openai", "local"]

MOST_CANDIDATES = 100_000
SMALL_MODEL = "smollm2-135m"
"""What a local generator asks where the plan names no model."""

MOST_CONCURRENT = 512
MOST_CONSTRAINTS = 50
MOST_VOTES = 9
"""Votes on a candidate, of all judges together."""
LONGEST_CONSTRAINT = 500
"""Characters of one constraint at most."""

UNDECISIVE = (
    "data",
    "budget_usd",
    "prices",
    "candidates",
    "accepted",
    "close_deficit_at",
    "least_acceptance",
    "most_duplicates",
    "texts",
    "cache",
)
"""Keys that decide how much is proposed and paid, and nothing of what one candidate is."""

UNDECISIVE_OF_GENERATOR = ("batch", "concurrency", "timeout_seconds", "base_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorPlan:
    """Who proposes candidates."""

    type: GeneratorType = "embedded"
    """``embedded`` needs no model; ``openai`` is any compatible endpoint; ``local`` a small
    language model served by this machine to itself."""
    model: str = ""
    base_url: str | None = None
    """None: the environment's ``OPENAI_BASE_URL``, else the vendor's own."""
    temperature: float | None = None
    """None: the endpoint's own default."""
    concurrency: int = 16
    """Calls under way at most; fewer when the endpoint bears fewer."""
    batch: bool = False
    """Ask through the batch API: half the price, an answer within a day."""
    shots: int = 6
    """Anchors shown in each prompt."""
    max_output_tokens: int = 512
    timeout_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationPlan:
    """One generation run, complete."""

    data: str
    """A file or the fingerprint of a dataset."""
    label: str
    slice: str
    text: str | None = None
    kind: SampleKind = "training_case"
    constraints: tuple[str, ...] = ()
    """Rules of the domain that each candidate must keep, a sentence each."""
    candidates: int = 100
    """What may be proposed at most."""
    accepted: int | None = None
    """Enough is accepted at ``strictness``; None: every candidate is proposed."""
    close_deficit_at: float | None = None
    """Take ``accepted`` from the audited deficit of the slice at this target score."""
    strictness: float = 0.5
    """At which the stop rules and the lessons count a candidate as accepted."""
    least_acceptance: float | None = None
    """Stop when surely a smaller share than this is accepted."""
    most_duplicates: float | None = None
    """Stop when surely a larger share than this repeats what was there."""
    adversarial: bool = False
    """Tell the generator why earlier candidates were rejected."""
    knowledge: bool = False
    """Keep to the facts of the workspace's knowledge graph, and judge by them."""
    seed: int = 0
    generator: GeneratorPlan = field(default_factory=GeneratorPlan)
    judge: bool = False
    judge_model: str = ""
    """Empty: the generator's model."""
    jurors: tuple[str, ...] = ()
    """Models that judge together, each with its votes; empty: ``judge_model`` alone."""
    votes: int = 1
    """How often each of them is asked about a candidate."""
    budget_usd: float | None = None
    prices: Mapping[str, float] = field(default_factory=dict)
    """The user's own prices of the models, USD/Mtok; empty: list prices."""
    texts: TextPolicy = "keep"
    """What the ledger holds of prompts and answers."""
    cache: bool = True
    """Take an answer that was paid for before instead of asking again; needs kept texts."""

    @property
    def model_of_judge(self) -> str:
        """The model that judges, the first of a jury; empty when none does."""
        if not self.judge:
            return ""
        return self.jurors[0] if self.jurors else self.judge_model or self.generator.model

    @property
    def jury(self) -> tuple[str, ...]:
        """The model of each vote; one entry when a single model judges once."""
        judges = self.jurors or ((self.model_of_judge,) if self.model_of_judge else ())
        return judges * self.votes if self.judge else ()

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that is paid for."""
        own = self.generator.model if self.generator.type != "embedded" else ""
        return tuple(dict.fromkeys(name for name in (own, *self.jury) if name))

    @property
    def digest(self) -> str:
        """A hash of all that decides what is proposed; not of budget, speed or prices."""
        facts = asdict(self)
        for name in UNDECISIVE:
            facts.pop(name)
        for name in UNDECISIVE_OF_GENERATOR:
            facts["generator"].pop(name)
        if not self.jurors and self.votes == 1:  # Plans that know of no juries keep their digest.
            facts.pop("jurors")
            facts.pop("votes")
        payload = json.dumps(facts, sort_keys=True, separators=(",", ":"))
        return "p2:" + hashlib.sha256(payload.encode()).hexdigest()[:16]


def refuse_factless(plan: GenerationPlan, where: str = "the plan") -> None:
    """Refuse knowledge triples from the generator that knows no facts."""
    if plan.kind == "knowledge_triple" and plan.generator.type == "embedded":
        raise PlanError(
            f"{where}: the embedded generator writes no knowledge_triple, for it recombines rows "
            'and knows no facts; choose generator.type = "openai" or "local", or another kind.'
        )


def check_base_url(address: str, what: str) -> None:
    """Refuse an address that is no http address or that carries a secret."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PlanError(
            f"{what} is {address!r}; expected an address like http://127.0.0.1:8000/v1."
        )
    if parts.username or parts.password or parts.query:
        raise PlanError(
            f"{what} carries a user name or a query, which may be secret; give the plain address "
            "and set the variable OPENAI_API_KEY."
        )


def plan_of(facts: Mapping[str, Any]) -> GenerationPlan:
    """The plan that a run's record holds."""
    own = {
        "generator": GeneratorPlan(**facts["generator"]),
        "constraints": tuple(facts.get("constraints", ())),
        "jurors": tuple(facts.get("jurors", ())),
    }
    return GenerationPlan(**{**facts, **own})
