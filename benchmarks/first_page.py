"""First page of the sample workspace against a hello-world page with the same chart."""

import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from core.analysis.sample import fill_with_sample
from core.workspace import Workspace

# Not `from tests…`: some installed packages carry a package of that name.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from chromium import executable
from serving import FLAGS, free_port, wait_for

logging.getLogger("streamlit").setLevel("ERROR")  # it warns that no server runs here

SAMPLES = 9
_HELLO = """
import pathlib
import plotly.io
import streamlit as st

st.title("What does the next accuracy point cost?")
st.plotly_chart(plotly.io.from_json(pathlib.Path({figure!r}).read_text("utf-8")), key="margin")
"""


def measured() -> str:
    """The table: medians over fresh browser contexts, alternating, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "workspace"
        fill_with_sample(Workspace(home))
        script = Path(folder) / "hello.py"
        script.write_text(_HELLO.format(figure=str(_figure(home, Path(folder)))), "utf-8")
        environment = {**os.environ, "DATAWALL_HOME": str(home)}
        ports = [free_port(), free_port()]
        hello = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            str(script),
            "--server.port",
            str(ports[0]),
            "--server.address",
            "127.0.0.1",
            "--server.headless",
            "true",
            "--browser.gatherUsageStats",
            "false",
        ]
        ours = [sys.executable, "-m", "dashboard.server", "--port", str(ports[1]), "--headless"]
        servers = [
            subprocess.Popen(
                c, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            for c in (hello, ours)
        ]
        try:
            for port in ports:
                wait_for(port)
            times = _visits([f"http://127.0.0.1:{port}" for port in ports])
        finally:
            for server in servers:
                server.terminate()
                server.wait(20)
    floor, own = (statistics.median(t) for t in times)
    rows = [
        ("hello-world page with the same chart", times[0], 1.0),
        ("first page of the sample workspace", times[1], own / floor),
    ]
    lines = [
        "## First page, empty browser cache",
        "",
        f"Navigation to drawn chart, median of {SAMPLES} fresh contexts, alternating; bar: ratio "
        "≤ 1.5.",
        "",
        "| page | median s | min | max | ratio |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {statistics.median(t):.2f} | {min(t):.2f} | {max(t):.2f} | {ratio:.2f} |"
        for name, t, ratio in rows
    ]
    return "\n".join(lines)


def _figure(home: Path, folder: Path) -> Path:
    os.environ["DATAWALL_HOME"] = str(home)
    from dashboard import cached, charts, inputs

    data = cached.known_datasets()[0]
    chain = cached.chain(
        data.fingerprint, inputs.guessed_label(data), inputs.TARGET, inputs.TAU, None
    )
    path = folder / "figure.json"
    path.write_text(
        charts.margin_curve(cached.margin(chain.scenario, inputs.TARGET)).to_json(), "utf-8"
    )
    return path


def _visits(addresses: list[str]) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in addresses]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for sample in range(SAMPLES + 1):
            for i, address in enumerate(addresses):
                seconds = _visit(browser, address)
                if sample:  # the first visit of each warms the server
                    times[i].append(seconds)
        browser.close()
    return times


def _visit(browser: Browser, address: str) -> float:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("h1", timeout=60_000)
    page.wait_for_selector(".js-plotly-plot .scatterlayer .trace", state="attached", timeout=60_000)
    seconds = time.perf_counter() - started
    context.close()
    return seconds
