"""One client that asks an endpoint many questions, in a process of its own, and its figures.

``python -m benchmarks.loop_client CLIENT URL --calls N --at-once C``; the last
line of its output is JSON: seconds, processor seconds, peak memory, answers.
"""

import argparse
import asyncio
import json
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

CLIENTS = ("aiohttp", "openai", "openai-aiohttp", "datawall", "datawall-alone")
Ask = Callable[[str], Awaitable[object]]


def prompts(calls: int) -> list[str]:
    """Questions that differ."""
    return [
        f"#{i}# Write one rare edge case about a sensor fault, variant {i}." for i in range(calls)
    ]


def body(prompt: str) -> dict[str, Any]:
    """What the bare clients send."""
    messages = [{"role": "user", "content": prompt}]
    return {"model": "mock-model", "messages": messages, "temperature": 0.7, "max_tokens": 128}


async def _all(calls: int, at_once: int, ask: Ask) -> int:
    """Every question, so many at once, by the usual semaphore; how many were answered."""
    places = asyncio.Semaphore(at_once)

    async def one(prompt: str) -> object:
        async with places:
            return await ask(prompt)

    answers = await asyncio.gather(*map(one, prompts(calls)), return_exceptions=True)
    return sum(not isinstance(answer, BaseException) for answer in answers)


async def _with_aiohttp(url: str, calls: int, at_once: int) -> int:
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def ask(prompt: str) -> object:
            async with session.post(f"{url}/chat/completions", json=body(prompt)) as answer:
                answer.raise_for_status()
                return (await answer.json())["choices"][0]["message"]["content"]

        return await _all(calls, at_once, ask)


async def _with_openai(url: str, calls: int, at_once: int, *, aiohttp: bool) -> int:
    from openai import AsyncOpenAI, DefaultAioHttpClient

    client = AsyncOpenAI(
        base_url=url,
        api_key="none",
        max_retries=5,
        http_client=DefaultAioHttpClient() if aiohttp else None,
    )

    async def ask(prompt: str) -> object:
        return (await client.chat.completions.create(**body(prompt))).choices[0].message.content

    try:
        return await _all(calls, at_once, ask)
    finally:
        await client.close()


def _answer_at_once() -> None:
    """Put an endpoint in the client's place, so that only the loop's own work is left."""
    from core.generation.replies import Reply
    from core.loop import connection
    from core.records import Prompt, TokenUsage

    usage = TokenUsage(input_tokens=120, output_tokens=30, counted_by="provider")

    class AtOnce:
        def __init__(self, base_url: str | None = None) -> None:
            self.base_url = str(base_url)

        async def ask(self, prompt: Prompt, model: str, idempotency_key: str) -> Reply:
            await asyncio.sleep(0.01)
            return Reply(text=f'{{"text": "{idempotency_key}"}}', usage=usage)

        async def close(self) -> None:
            pass

    connection.ChatEndpoint = AtOnce  # type: ignore[misc, assignment]


@contextmanager
def _measured(figures: dict[str, float]) -> Iterator[None]:
    started, cpu = time.perf_counter(), time.process_time()
    yield
    figures["seconds"] = time.perf_counter() - started
    figures["cpu_seconds"] = time.process_time() - cpu


def _with_datawall(url: str, calls: int, at_once: int, figures: dict[str, float]) -> int:
    """A run with ledger, budget and cache, and without critics."""
    from benchmarks.loop_run import NoCritics, Variants, plan_at, prices_of, saved_run
    from core.loop.engine import run_generation
    from core.workspace import Workspace

    plan = plan_at(url, calls, at_once)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(folder)
        with _measured(figures):
            found = run_generation(
                workspace,
                saved_run(workspace, plan),
                plan,
                Variants(prompts(calls)),
                NoCritics(),
                prices_of(plan),
                budget_usd=plan.budget_usd,
            )
        figures["cost_usd"] = found.cost_usd
    return found.proposed


def main(argv: Sequence[str] | None = None) -> None:
    """Ask, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("client", choices=CLIENTS)
    parser.add_argument("url")
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--at-once", type=int, default=64)
    asked = parser.parse_args(argv)
    figures: dict[str, float] = {}
    url, calls, at_once = asked.url, asked.calls, asked.at_once
    if asked.client == "datawall-alone":
        _answer_at_once()
    if asked.client.startswith("datawall"):
        answers = _with_datawall(url, calls, at_once, figures)
    else:
        asking = (
            _with_aiohttp(url, calls, at_once)
            if asked.client == "aiohttp"
            else _with_openai(url, calls, at_once, aiohttp=asked.client.endswith("aiohttp"))
        )
        with _measured(figures):
            answers = asyncio.run(asking)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"client": asked.client, "answers": answers, "peak_mb": peak, **figures}))


if __name__ == "__main__":
    main()
