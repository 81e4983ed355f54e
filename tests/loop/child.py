"""The command line in a process of its own, which is begun quickly and may be killed."""

import contextlib
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from messages import endpoint_text, written
from servers import StubServer

from core.cli import main
from core.workspace import Workspace
from core.workspace.run_folder import run_ids

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["core.analysis.generate", "core.cli"])


@dataclass(frozen=True)
class Child:
    """A process that runs a command."""

    process: BaseProcess
    out: Path
    err: Path

    def ended(self) -> dict[str, Any]:
        """What it printed as JSON, once it has ended."""
        self.process.join(60)
        assert self.process.exitcode is not None, "it does not end"
        assert "Traceback" not in self.err.read_text()
        return dict(json.loads(self.out.read_text()))


def _run(command: list[str], out: Path, err: Path) -> None:
    with (
        out.open("w") as said,
        err.open("w") as warned,
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(warned),
    ):
        status = main(command)
    raise SystemExit(status)


def plan_file(folder: Path, server: StubServer, candidates: int, *, more: str = "") -> Path:
    """A plan over the messages that asks the server."""
    text = endpoint_text(server.base_url, candidates, judge=True, concurrency=6, more=more)
    path = folder / "plan.toml"
    path.write_text(text.replace('"messages.csv"', json.dumps(str(written(folder)))))
    return path


@contextmanager
def generating(workspace: Workspace, plan: Path, *more: str) -> Iterator[Child]:
    """``datawall generate`` as another process, which is killed when the block ends."""
    command = ["generate", str(plan), "--json", "--yes", *more, "--workspace", str(workspace.root)]
    out, err = plan.with_suffix(".out"), plan.with_suffix(".err")
    process = _CONTEXT.Process(target=_run, args=(command, out, err))
    process.start()
    try:
        yield Child(process, out, err)
    finally:
        process.kill()
        process.join()


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def only_run(workspace: Workspace) -> str:
    """The name of the workspace's run, once it is begun."""
    until(lambda: bool(run_ids(workspace)), "no run was begun")
    return run_ids(workspace)[0]
