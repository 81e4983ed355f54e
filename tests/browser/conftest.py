"""A real dashboard server and a real Chromium."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, expect, sync_playwright

from core.analysis.sample import fill_with_sample
from core.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parent))
from chromium import executable
from serving import FLAGS, free_port, wait_for
from visiting import Dashboard, Watched

WAITING_MS = 90_000
"""How long a page is waited for: a loaded machine is slow, and its speed is not what is tested."""
expect.set_options(timeout=WAITING_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without one the tests are skipped loudly, and fail under CI=true.

    Closed after each file: while it is open an event loop runs in this process, and
    the tests of the generation loop that come after it need one of their own.
    """
    found = executable()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(
                "no Chromium on this machine, and CI=true forbids skipping the browser tests"
            )
        pytest.skip("*** NO CHROMIUM: the browser tests did NOT run; install chromium ***")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard of a workspace with the sample in it, in a process of its own."""
    home = tmp_path_factory.mktemp("home") / "workspace"
    fill_with_sample(Workspace(home))
    port = free_port()
    log = (home.parent / "server.log").open("wb")
    command = [
        sys.executable,
        "-m",
        "core.cli",
        "app",
        "--port",
        str(port),
        "--headless",
        "--workspace",
        str(home),
    ]
    server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        try:
            wait_for(port)
        except TimeoutError as error:
            pytest.fail(f"{error}: {(home.parent / 'server.log').read_text()[-800:]}")
        yield Dashboard(address=f"http://127.0.0.1:{port}", home=home)
    finally:
        server.terminate()
        server.wait(20)
        log.close()


@pytest.fixture
def watched(browser: Browser, dashboard: Dashboard) -> Iterator[Watched]:
    """A fresh visitor at 1440 × 900."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(WAITING_MS)
    seen = Watched(page=context.new_page())

    def note(request: Request) -> None:
        if not request.url.startswith((dashboard.address, "data:", "blob:", "ws://127.0.0.1")):
            seen.outside.append(request.url)

    seen.page.on("request", note)
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    yield seen
    context.close()
