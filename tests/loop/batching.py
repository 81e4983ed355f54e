"""Questions of a small run asked through the batch API, as an engine would ask them."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from core.errors import ProviderError
from core.generation.batches import BatchEndpoint
from core.generation.endpoint import ChatEndpoint
from core.loop.asking import Answered, LostError, Question, RetryPolicy
from core.loop.attempts import Attempts
from core.loop.batched import BatchCaller
from core.loop.budget import Budget
from core.loop.cache import AnswerCache
from core.loop.commits import GroupCommit
from core.loop.costing import Costing
from core.loop.open_batches import BatchPolicy
from core.loop.standing import Standing
from core.prices import ModelPrice, PriceBook
from core.records import Prompt, Run
from core.workspace import Workspace, ledger
from core.workspace.exchanges import Exchanges
from core.workspace.journal import RunWriter
from core.workspace.run_folder import now_utc, save_run

IN, OUT = 1.0, 4.0
"""Prices of single calls. [USD/Mtok]"""

GUIDE = " ".join(f"Rule {n}: be like the others." for n in range(16))
"""The stub bills 400 tokens; no text of fewer bytes has so many."""

RUN = "run-1"
PRICE = ModelPrice(
    input_usd_per_mtok=IN, output_usd_per_mtok=OUT, source="own", as_of=date(2026, 11, 22)
)
QUICK = RetryPolicy(first_wait_seconds=0.01, longest_wait_seconds=0.05)
OFTEN = BatchPolicy(first_look_seconds=0.01, longest_look_seconds=0.05)


@dataclass
class Told:
    """What came of a session."""

    values: dict[int, str] = field(default_factory=dict)
    lost: dict[int, LostError] = field(default_factory=dict)
    ended: Exception | None = None
    spent_usd: float = 0.0
    saved_usd: float = 0.0
    looks: list[str] = field(default_factory=list)


def new_run(workspace: Workspace) -> None:
    """A run that is saved, of which nothing is done."""
    save_run(
        workspace,
        Run(
            run_id=RUN,
            started_at=now_utc(),
            seed=0,
            dataset="",
            label_column="intent",
            slice="stop_card",
            kind="training_case",
            generator="openai",
            model="stub",
        ),
    )


def question(standing: Standing, index: int) -> Question:
    """What is asked for a candidate."""
    prompt = Prompt(
        instructions="Answer with JSON.",
        question=f"Write example {index}. {GUIDE}",
        schema_name="example",
        schema={"type": "object", "properties": {"text": {"type": "string"}}},
        max_output_tokens=64,
    )
    return Question(
        prompt=prompt,
        role="generator",
        model="stub",
        index=index,
        attempts_before=standing.attempts(index, "generator"),
        unreadable_before=standing.unreadable(index, "generator"),
    )


def text_of(answer: str) -> str:
    """The text in an answer."""
    try:
        return str(json.loads(answer)["text"])
    except (ValueError, KeyError, TypeError) as error:
        raise ProviderError("no text in it") from error


async def _session(
    workspace: Workspace,
    writer: RunWriter,
    base_url: str,
    count: int,
    budget_usd: float | None,
    policy: BatchPolicy,
    stop_when: Callable[[str], bool],
    exchanges: Exchanges | None,
) -> Told:
    told, chat, stopping = Told(), ChatEndpoint(base_url), asyncio.Event()
    standing = Standing(workspace, RUN)
    commits, budget = GroupCommit(writer, exchanges), Budget(budget_usd, standing.spent_usd)
    costing = Costing(PriceBook({"stub": PRICE}).for_batches())
    attempts = Attempts(
        RUN, costing, commits, AnswerCache(exchanges, "address", "keep", reads=True)
    )

    def hear(what: str) -> None:
        told.looks.append(what)
        if stop_when(what):
            stopping.set()

    caller = BatchCaller(
        BatchEndpoint(chat),
        attempts,
        budget,
        commits,
        seed=0,
        stopping=stopping,
        retry=QUICK,
        policy=policy,
        told=hear,
    )
    try:
        loose = await caller.recover(ledger.batches(workspace, RUN), standing.unanswered)
        assert not loose
        done = {
            call.candidate_index
            for call in ledger.calls(workspace, RUN)
            if call.outcome in ("ok", "refused")
        }
        asked = [(question(standing, n), text_of) for n in range(count) if n not in done]
        async for place, found in caller.ask_all(asked):
            index = asked[place][0].index
            if isinstance(found, Answered):
                await commits.append([found.call])
                told.values[index] = found.value
            else:
                told.lost[index] = found
    except Exception as error:
        told.ended = error
    finally:
        await commits.settled()
        await chat.close()
    told.spent_usd, told.saved_usd = budget.spent_usd, attempts.saved_usd
    return told


def ask(
    workspace: Workspace,
    base_url: str,
    count: int,
    *,
    budget_usd: float | None = None,
    policy: BatchPolicy = OFTEN,
    stop_when: Callable[[str], bool] = lambda what: False,
    exchanges: Exchanges | None = None,
) -> Told:
    """Ask for all candidates that the run's ledger does not hold yet; the run stays open."""
    with RunWriter(workspace, RUN) as writer:
        return asyncio.run(
            _session(workspace, writer, base_url, count, budget_usd, policy, stop_when, exchanges)
        )
