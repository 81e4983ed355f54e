"""The ledger rows of attempts: reserved, recalled from before, or settled by what came of them."""

from dataclasses import replace

from core.generation.replies import EndpointError, EndpointRefusedError, Reply, names_other_model
from core.loop.asking import Question
from core.loop.cache import AnswerCache, Request
from core.loop.commits import GroupCommit
from core.loop.costing import Costing
from core.loop.standing import lost
from core.records import Call, Reservation
from core.workspace.exchanges import Exchange
from core.workspace.run_folder import now_utc

Outcome = Reply | EndpointError | EndpointRefusedError


class Attempts:
    """Words the rows of one run; the texts of answers are kept with them."""

    def __init__(
        self, run_id: str, costing: Costing, commits: GroupCommit, cache: AnswerCache
    ) -> None:
        """Price by *costing*; texts go to *commits* as the policy of *cache* permits."""
        self.run_id, self.costing, self.cache = run_id, costing, cache
        self._commits = commits
        self.saved_usd = 0.0

    def reservation(self, question: Question, attempt: int, usd: float) -> Reservation:
        """Money set aside for one attempt."""
        return Reservation(
            call_id=f"{self.run_id}/{question.index}/{question.role}/{attempt}",
            run_id=self.run_id,
            at=now_utc(),
            role=question.role,
            model=question.model,
            attempt=attempt,
            candidate_index=question.index,
            reserved_usd=usd,
        )

    def recalled(
        self, question: Question, attempt: int, request: Request, found: Exchange
    ) -> tuple[Reply, Call]:
        """An answer that was paid for before."""
        reply = Reply(text=found.response, usage=found.usage, problem=found.problem)
        self.saved_usd += found.cost_usd
        return reply, replace(
            lost(self.reservation(question, attempt, 0.0), ""),
            outcome="cached",
            reason=f"answered by call {found.call_id} before",
            saved_usd=found.cost_usd,
            request_key=request.key,
            response_hash=self.cache.response_hash(found.response),
            model_said=found.model_said,
        )

    def settled(self, question: Question, row: Call, outcome: Outcome, request: Request) -> Call:
        """The row of an attempt that ended."""
        row = replace(row, reason="", request_key=request.key)
        if not isinstance(outcome, Reply):
            billed = isinstance(outcome, EndpointError) and outcome.may_be_billed
            return row if billed else replace(row, unsettled_usd=0.0)
        usage, price = self.costing.cost_of(question, outcome)
        call = replace(
            row,
            usage=usage,
            cost_usd=price.usd,
            unsettled_usd=0.0,
            price_source=price.source,
            outcome="ok",
            reason=_noticed(question, outcome),
            response_hash=self.cache.response_hash(outcome.text),
            model_said=outcome.model,
        )
        exchange = self.cache.exchange(request, outcome, call)
        if exchange is not None:
            self._commits.keep(exchange)
        return call


def _noticed(question: Question, reply: Reply) -> str:
    """What is odd about an answer that is good enough to be read."""
    if names_other_model(question.model, reply.model):
        return f"asked {question.model}, the endpoint says that {reply.model} answered"
    return ""
