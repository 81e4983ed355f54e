"""What every peer's script prints; standard library only, for their environments differ."""

import argparse
import json
import resource
import time
from collections.abc import Callable


def measured(client: str, ask: Callable[[str, int, int], Callable[[], int]]) -> None:
    """Prepare a peer, let it ask, and print its figures as the last line.

    *ask* is given the address, the number of calls and how many at once, and
    gives what is timed; that gives the number of answers.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--at-once", type=int, default=64)
    asked = parser.parse_args()
    run = ask(asked.url, asked.calls, asked.at_once)
    started, cpu = time.perf_counter(), _cpu()
    answers = run()
    seconds, used = time.perf_counter() - started, _cpu() - cpu
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    facts = {"client": client, "answers": answers, "seconds": seconds, "cpu_seconds": used}
    print("\n" + json.dumps({**facts, "peak_mb": peak / 1024}), flush=True)


def prompts(calls: int) -> list[str]:
    """Questions that differ."""
    return [f"#{i}# Write one rare sensor fault, variant {i}." for i in range(calls)]


def _cpu() -> float:
    """Processor seconds of this process and its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)
