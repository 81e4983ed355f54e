"""A run in a process of its own, driven by the command line."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from messages import endpoint_text, written
from servers import StubServer

from core.workspace import Workspace
from core.workspace.run_folder import run_ids

ROOT = Path(__file__).resolve().parent.parent.parent


def plan_file(folder: Path, server: StubServer, candidates: int, *, more: str = "") -> Path:
    """A plan over the messages that asks the server."""
    text = endpoint_text(server.base_url, candidates, judge=True, concurrency=6, more=more)
    path = folder / "plan.toml"
    path.write_text(text.replace('"messages.csv"', json.dumps(str(written(folder)))))
    return path


@contextmanager
def generating(workspace: Workspace, plan: Path, *more: str) -> Iterator["subprocess.Popen[str]"]:
    """``datawall generate`` as another process, which is gone when the block ends."""
    command = [sys.executable, "-m", "core.cli", "generate", str(plan), "--json", "--yes", *more]
    with subprocess.Popen(
        [*command, "--workspace", str(workspace.root)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


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
