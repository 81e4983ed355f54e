"""A run of the loop that asks plain questions, for benchmarks and soak tests."""

from collections.abc import Sequence
from dataclasses import asdict

from core.generation.generator import Lesson, Written
from core.generation.plan import GenerationPlan
from core.records import Candidate, Critique, Prompt, Run
from core.workspace import Workspace
from core.workspace.run_folder import now_utc, save_run
from core.workspace.runs import new_run_id


class Variants:
    """Asks one question after the other; any answer will do."""

    model = "mock-model"

    def __init__(self, prompts: Sequence[str]) -> None:
        self._prompts = prompts

    def prompt(self, index: int, lessons: Sequence[Lesson] = ()) -> Prompt:
        """The question of this index."""
        return Prompt(
            instructions="You answer with one JSON object.",
            question=self._prompts[index],
            schema_name="example",
            schema={"type": "object", "properties": {"text": {"type": "string"}}},
            max_output_tokens=128,
            temperature=0.7,
        )

    def parents(self, index: int) -> tuple[str, ...]:
        """None: nothing was shown."""
        return ()

    def read(self, answer: str) -> Written:
        """The answer as it is."""
        return Written(content={"text": answer})


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
