"""``datawall app``: start the dashboard on this machine."""

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from core.cli.context import Context
from core.errors import InputError
from core.workspace.folder import HOME_VARIABLE


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "app",
        parents=[shared],
        help="start the dashboard (the default)",
        description="Start the dashboard on 127.0.0.1. An empty workspace opens with the sample "
        "in it.",
    )
    command.add_argument("--port", type=int, default=8501, help="port on 127.0.0.1 (default 8501)")
    command.add_argument("--headless", action="store_true", help="do not open a browser")
    command.set_defaults(answer=start)


def start(context: Context) -> None:
    """Run the dashboard until it is interrupted."""
    port = context.arguments.port
    if not 1 <= port <= 65_535:
        raise InputError(f"--port is {port}; expected a number from 1 to 65535.")
    found = find_spec("dashboard")
    if found is None or not found.submodule_search_locations:
        raise InputError("the dashboard is not installed; install Datawall with `pip install .`.")
    root = Path(next(iter(found.submodule_search_locations))).parent
    environment = {**os.environ, HOME_VARIABLE: str(context.workspace.root)}
    command = [sys.executable, "-m", "dashboard.server", "--port", str(port)]
    if context.arguments.headless:
        command.append("--headless")
    try:
        # A checkout keeps its theme at the root; an installed wheel beside the script.
        subprocess.run(command, env=environment, cwd=root, check=False)
    except KeyboardInterrupt:
        sys.stderr.write("datawall: the dashboard was stopped.\n")
