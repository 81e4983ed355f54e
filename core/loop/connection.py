"""What one session asks with: endpoint, budget, cache, and the ledger that it writes to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.generation.address import address_and_key
from core.generation.endpoint import ChatEndpoint
from core.generation.plan import GenerationPlan
from core.loop.attempts import Attempts
from core.loop.budget import Budget
from core.loop.cache import AnswerCache
from core.loop.commits import GroupCommit
from core.loop.costing import Costing
from core.prices import PriceBook
from core.workspace import Workspace
from core.workspace.exchanges import Exchanges
from core.workspace.journal import RunWriter

_LOCAL = "local"
"""The address of a local model in the cache: its port is another each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One endpoint, and what keeps account of the calls to it."""

    endpoint: ChatEndpoint
    attempts: Attempts
    budget: Budget
    commits: GroupCommit


def cached_address(plan: GenerationPlan) -> str:
    """The address under which answers to the plan's questions are kept.

    Raises
    ------
    PlanError
        The vendor needs a key and the environment holds none.
    """
    if plan.generator.type == "local":
        return _LOCAL
    return address_and_key(plan.generator.base_url)[0]


@asynccontextmanager
async def connected(
    workspace: Workspace,
    run_id: str,
    plan: GenerationPlan,
    writer: RunWriter,
    prices: PriceBook,
    budget: Budget,
) -> AsyncIterator[Connection]:
    """Connect for as long as the block lasts."""
    endpoint = ChatEndpoint(plan.generator.base_url)
    exchanges = Exchanges(workspace) if plan.texts == "keep" else None
    commits = GroupCommit(writer, exchanges)
    cache = AnswerCache(exchanges, cached_address(plan), plan.texts, reads=plan.cache)
    try:
        yield Connection(
            endpoint=endpoint,
            attempts=Attempts(run_id, Costing(prices), commits, cache),
            budget=budget,
            commits=commits,
        )
    finally:
        await endpoint.close()
        if exchanges is not None:
            exchanges.close()
