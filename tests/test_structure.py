"""The shape of the code, checked by machine."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*(ROOT / "core").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")])
CALCULATORS = sorted((ROOT / "core/calculators").glob("*.py"))
MODULE, FUNCTION, VIEW = 300, 40, 100
ALLOWED_IN_CALCULATORS = {
    "numpy",
    "scipy",
    "numpy_financial",
    "collections",
    "dataclasses",
    "typing",
    "math",
    "functools",
    "core.errors",
    "core.units",
    "core.calculators",
}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_file_and_no_function_outgrows_its_reader(path: Path) -> None:
    """Modules have at most 300 lines, views 100, bodies of functions 40."""
    text = path.read_text("utf-8")
    lines = len(text.splitlines())
    assert lines <= (VIEW if path.parent.name == "views" else MODULE), f"{lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert length <= FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", CALCULATORS, ids=_name)
def test_calculators_import_arithmetic_and_nothing_else(path: Path) -> None:
    """A calculator that could read a file, a clock or a network would not be arithmetic."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input", "exec", "eval"}
        for name in names:
            known = any(name == a or name.startswith(a + ".") for a in ALLOWED_IN_CALCULATORS)
            assert known, f"{name} is no arithmetic"


def test_imports_run_downward_only() -> None:
    """The import contracts of pyproject.toml hold."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


BREACHES = {
    "a view imports duckdb": ("dashboard/views/planted.py", "import duckdb\n"),
    "a calculator reads files": ("core/calculators/planted.py", "import pathlib\n"),
    "a calculator reads frames": ("core/calculators/planted.py", "import pandas\n"),
    "a lower layer imports a higher one": (
        "core/workspace/planted.py",
        "import core.analysis.audit\n",
    ),
    "the library imports the dashboard": ("core/analysis/planted.py", "import dashboard.charts\n"),
    "a new file outside the layers": ("core/planted.py", "X = 1\n"),
}


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_planted_breach_of_the_layers_fails_the_build(breach: str, tmp_path: Path) -> None:
    """The contracts are not decoration: each kind of breach is caught."""
    import shutil

    for folder in ("core", "dashboard"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    place, text = BREACHES[breach]
    (tmp_path / place).write_text(text, "utf-8")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode != 0, done.stdout
    assert "planted" in done.stdout
