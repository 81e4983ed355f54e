"""Answers that were paid for before, found by what was asked.

The key is the SHA-256 of all that decides an answer: address, model, texts,
schema, limits, temperature and the call's seed. Each candidate has a seed of
its own, so equal prompts of two candidates are two requests, and the same plan
run again asks the same requests: it costs nothing and gives the same answers.
"""

import re
from dataclasses import dataclass

from core.generation.replies import Reply
from core.loop.asking import Question
from core.records import Call, TextPolicy
from core.workspace.exchanges import Exchange, Exchanges, canonical, digest

_QUOTE = 4
"""So many words in a row are a quote."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, as text and as its key; empty under a policy that drops them."""

    key: str
    text: str


class AnswerCache:
    """Finds and keeps the exchanges of one run, as its text policy permits."""

    def __init__(
        self, exchanges: Exchanges | None, address: str, policy: TextPolicy, *, reads: bool
    ) -> None:
        """Keep texts in *exchanges* under the policy ``keep``; take answers from it if *reads*."""
        self._exchanges = exchanges if policy == "keep" else None
        self._address, self._policy, self._reads = address, policy, reads

    def request(self, question: Question) -> Request:
        """The request of a question."""
        if self._policy == "drop":
            return Request("", "")
        prompt = question.prompt
        text = canonical(
            {
                "address": self._address,
                "model": question.model,
                "instructions": prompt.instructions,
                "question": prompt.question,
                "schema": dict(prompt.schema),
                "max_output_tokens": prompt.max_output_tokens,
                "temperature": prompt.temperature,
                "seed": prompt.seed,
            }
        )
        return Request(digest(text), text)

    def find(self, request: Request) -> Exchange | None:
        """The answer that was paid for before, or None."""
        if self._exchanges is None or not self._reads:
            return None
        return self._exchanges.find(request.key)

    def response_hash(self, text: str) -> str:
        """The hash of an answer that the ledger keeps; empty when it is dropped."""
        return "" if self._policy == "drop" else digest(text)

    def worded(self, question: Question, said: str) -> str:
        """What an endpoint said about a question, without quoting it where texts are not kept."""
        if self._policy == "keep":
            return said
        prompt = question.prompt
        return _without_quotes(said, f"{prompt.instructions} {prompt.question}")

    def exchange(self, request: Request, reply: Reply, call: Call) -> Exchange | None:
        """What to keep of an answer; None under a policy that keeps no texts."""
        if self._exchanges is None:
            return None
        return Exchange(
            request_key=request.key,
            request=request.text,
            response=reply.text,
            problem=reply.problem,
            model_said=call.model_said,
            usage=call.usage,
            cost_usd=call.cost_usd,
            call_id=call.call_id,
        )


def _without_quotes(said: str, text: str) -> str:
    words = [word.casefold() for word in re.findall(r"\w+", text)]
    quotes = {tuple(words[n : n + _QUOTE]) for n in range(len(words) - _QUOTE + 1)}
    found = list(re.finditer(r"\w+", said))
    spoken = [match.group().casefold() for match in found]
    kept, end = "", 0
    for n in range(len(found) - _QUOTE + 1):
        if tuple(spoken[n : n + _QUOTE]) in quotes:
            start, after = found[n].start(), found[n + _QUOTE - 1].end()
            kept += f"{said[end:start]}…" if start > end else ""
            end = after
    return kept + said[end:]
