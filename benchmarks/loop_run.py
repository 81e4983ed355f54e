"""A run of the loop that asks plain questions, for benchmarks and soak tests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from core.critique.verdict import Verdict
from core.generation.generator import Lesson, Written
from core.generation.plan import GenerationPlan, GeneratorPlan
from core.prices import ModelPrice, PriceBook
from core.records import Candidate, Critique, Prompt, Run
from core.workspace import Workspace
from core.workspace.run_folder import now_utc, save_run
from core.workspace.runs import new_run_id

_SHAPE = {"type": "object", "properties": {"text": {"type": "string"}}}


def plan_at(address: str, calls: int, at_once: int) -> GenerationPlan:
    """A plan that asks a mock endpoint, 1 and 4 USD/Mtok."""
    generator = GeneratorPlan(
        type="openai", model="mock-model", base_url=address, concurrency=at_once, temperature=0.7
    )
    return GenerationPlan(
        data="none",
        label="label",
        slice="sensor fault",
        text="text",
        candidates=calls,
        generator=generator,
        budget_usd=100.0,
        prices={"input_usd_per_mtok": 1.0, "output_usd_per_mtok": 4.0},
    )


def prices_of(plan: GenerationPlan) -> PriceBook:
    """The plan's own prices."""
    own = ModelPrice(source="the plan's [prices]", as_of=now_utc().date(), **plan.prices)
    return PriceBook({"mock-model": own})


class Variants:
    """Asks one question after the other; any answer will do."""

    model = "mock-model"

    def __init__(self, prompts: Sequence[str]) -> None:
        self._prompts = prompts

    @classmethod
    def of(cls, calls: int) -> "Variants":
        """So many questions that differ."""
        return cls([f"#{i}# Write one rare sensor fault, variant {i}." for i in range(calls)])

    def prompt(self, index: int, lessons: Sequence[Lesson] = ()) -> Prompt:
        """The question of this index."""
        return Prompt(
            instructions="You answer with one JSON object.",
            question=self._prompts[index],
            schema_name="example",
            schema=_SHAPE,
            max_output_tokens=128,
            temperature=0.7,
        )

    def parents(self, index: int) -> tuple[str, ...]:
        """None: nothing was shown."""
        return ()

    def read(self, answer: str) -> Written:
        """The answer as it is."""
        return Written(content={"text": answer})


class YesJudge:
    """Asks a model whether a candidate is good, and takes any answer for a yes."""

    jurors = ("mock-model",)

    def refuses(self, content: Mapping[str, Any]) -> str:
        """Never."""
        return ""

    def prompt(self, content: Mapping[str, Any], index: int, vote: int = 0) -> Prompt:
        """The question about the candidate of this index."""
        return Prompt(
            instructions="You answer with one JSON object.",
            question=f"#{index}# Is it good? <proposed-0>{content['text']}</proposed-0>",
            schema_name="verdict",
            schema=_SHAPE,
            max_output_tokens=64,
            temperature=0.0,
        )

    def reader(self, index: int, vote: int = 0) -> Callable[[str], Verdict]:
        """What takes any answer for a yes."""
        return lambda answer: Verdict(score=1.0, reason=answer[:40])


class NoCritics:
    """Critics switched off."""

    names: tuple[str, ...] = ()

    def critiques(self, candidates: Sequence[Candidate]) -> list[list[Critique]]:
        """Nothing is said about any of them."""
        return [[] for _ in candidates]


def saved_run(workspace: Workspace, plan: GenerationPlan, critics: Sequence[str] = ()) -> Run:
    """A new run of a plan."""
    run = Run(
        run_id=new_run_id(),
        started_at=now_utc(),
        seed=plan.seed,
        dataset="",
        slice=plan.slice,
        label_column=plan.label,
        kind=plan.kind,
        generator=plan.generator.type,
        model=plan.generator.model,
        plan=asdict(plan),
        plan_digest=plan.digest,
        critics=tuple(critics),
    )
    save_run(workspace, run)
    return run
