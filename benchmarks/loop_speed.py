"""The generation loop against bare clients: throughput, uneven latency, a narrow server.

Every client runs in a fresh process against a fresh server, in turns, in one
run. The bare clients do nothing but ask; Datawall keeps its ledger, its budget
and its cache meanwhile. Peers are measured too when ``DATAWALL_PEERS`` names a
folder with one virtual environment each (``benchmarks/peers``).
"""

import json
import os
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEERS_VARIABLE = "DATAWALL_PEERS"
_BARE, _FLOORS = "openai-aiohttp", ("aiohttp", "openai-aiohttp", "openai")
_PEERS = ("curator", "datadesigner", "distilabel")
_ROUNDS = 3

Figures = dict[str, Any]


@contextmanager
def endpoint(*options: str) -> Iterator[str]:
    """A mock endpoint with these options; its address."""
    command = [sys.executable, "-m", "benchmarks.mock_endpoint", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.kill()


def account(address: str) -> Figures:
    """What the endpoint has counted."""
    with urllib.request.urlopen(address.removesuffix("/v1") + "/stats") as answer:
        return dict(json.loads(answer.read()))


def asked(client: str, calls: int, at_once: int, *options: str) -> Figures:
    """One client's figures and the endpoint's account of it."""
    with endpoint(*options) as address:
        script = [*_command(client), address, "--calls", str(calls), "--at-once", str(at_once)]
        done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if not lines:
            raise RuntimeError(f"{client} ended without figures: {done.stderr[-500:]}")
        return {**json.loads(lines[-1]), "account": account(address)}


def _command(client: str) -> list[str]:
    if client in _PEERS:
        python = Path(os.environ[PEERS_VARIABLE]) / client / "bin" / "python"
        return [str(python), str(ROOT / "benchmarks" / "peers" / f"ask_{client}.py")]
    return [sys.executable, "-m", "benchmarks.loop_client", client]


def peers() -> list[str]:
    """The peers that are at hand."""
    folder = os.environ.get(PEERS_VARIABLE)
    return [p for p in _PEERS if folder and (Path(folder) / p / "bin" / "python").exists()]


def in_turns(clients: Sequence[str], rounds: int, *how: Any) -> dict[str, list[Figures]]:
    """Figures of each client, one round after the other."""
    found: dict[str, list[Figures]] = {client: [] for client in clients}
    for _ in range(rounds):
        for client in clients:
            found[client].append(asked(client, *how))
    return found


def middle(figures: Sequence[Figures], name: str) -> float:
    """The median of one figure."""
    return statistics.median(float(f[name]) for f in figures)


def throughput() -> str:
    """2,000 calls, 64 at once, 50 ms each."""
    found = in_turns((*_FLOORS, "datawall"), _ROUNDS, 2_000, 64, "--latency", "0.05")
    found |= in_turns(peers(), 1, 2_000, 64, "--latency", "0.05")
    alone = asked("datawall-alone", 2_000, 64)
    bare = middle(found[_BARE], "seconds")
    lines = [
        "2,000 calls, 64 at once, 50 ms latency; medians of "
        f"{_ROUNDS} rounds in turns, peers one round.",
        "",
        "| client | calls/s | ratio to AsyncOpenAI over aiohttp | processor ms a call | peak MB |",
        "|---|---|---|---|---|",
    ]
    for client, figures in found.items():
        seconds = middle(figures, "seconds")
        cpu = middle(figures, "cpu_seconds") / 2
        peak = middle(figures, "peak_mb")
        lines.append(
            f"| {client} | {2_000 / seconds:.0f} | {bare / seconds:.2f} | {cpu:.2f} | {peak:.0f} |"
        )
    own = alone["cpu_seconds"] / 2
    lines.append(
        f"| datawall, an endpoint that answers at once, no client | – | – | {own:.2f} | – |"
    )
    return "\n".join(lines)


def uneven() -> str:
    """512 calls, 64 at once, 0.2 to 2 s each."""
    how = (512, 64, "--latency", "0.2", "--jitter", "1.8")
    found = in_turns((_BARE, "datawall"), 2, *how)
    found |= in_turns(peers(), 1, *how)
    bare = middle(found[_BARE], "seconds")
    return _timed("512 calls, 64 at once, 0.2 to 2 s latency.", found, bare)


def narrow() -> str:
    """300 calls, 64 at once, by a server that bears 8."""
    how = (300, 64, "--latency", "0.05", "--capacity", "8")
    found = in_turns(("openai", _BARE, "datawall"), 2, *how)
    found |= in_turns(peers(), 1, *how)
    lines = [
        "300 calls, up to 64 at once, by a server that bears 8 and asks refused ones to wait 1 s.",
        "",
        "| client | seconds | refusals | answers |",
        "|---|---|---|---|",
    ]
    for client, figures in found.items():
        refused = statistics.median(f["account"]["outcomes"].get("429", 0) for f in figures)
        answers = min(f["answers"] for f in figures)
        seconds = middle(figures, "seconds")
        lines.append(f"| {client} | {seconds:.2f} | {refused:.0f} | {answers} |")
    return "\n".join(lines)


def _timed(title: str, found: dict[str, list[Figures]], bare: float) -> str:
    lines = [title, "", "| client | seconds | ratio to the bare client |", "|---|---|---|"]
    for client, figures in found.items():
        seconds = middle(figures, "seconds")
        lines.append(f"| {client} | {seconds:.2f} | {seconds / bare:.2f} |")
    return "\n".join(lines)


def measured() -> str:
    """All three tables."""
    return "\n\n".join(["## The generation loop", throughput(), uneven(), narrow()])


if __name__ == "__main__":
    print(measured())
