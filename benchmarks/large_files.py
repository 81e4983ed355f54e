"""A large file, from CSV to every slice counted: time beside DuckDB's own summary, and memory.

``DATAWALL_BENCH_ROWS=10000000 python -m benchmarks.large_files`` measures ten million rows.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import duckdb

ROWS = int(os.environ.get("DATAWALL_BENCH_ROWS", "1000000"))
MOST_RATIO, MOST_BYTES = 3.0, 2e9
_ROUNDS = 3 if ROWS <= 2_000_000 else 1

_MEASURED = """
import os, resource, sys, time
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
{imports}
started = time.perf_counter()
{work}
seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
print(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
"""
_FLOOR = _MEASURED.format(
    imports="import duckdb",
    work="""
connection = duckdb.connect(config={"threads": 2})
connection.execute(f"SUMMARIZE SELECT * FROM read_csv('{sys.argv[1]}')").fetchall()
""",
)
_IMPORTS = """
from core.datasets import load_dataset
from core.workspace import Workspace
from core.workspace.datasets import datasets
from core.workspace.sample import sampled_examples
from core.workspace.scan import scan
"""
_SCAN = _MEASURED.format(
    imports=_IMPORTS,
    work="""
workspace = Workspace(sys.argv[2])
found = scan(workspace, load_dataset(workspace, sys.argv[1]), "outcome")
assert found.labels["fraud"] and len(found.slices) > 100
""",
)
_SAMPLE = _MEASURED.format(
    imports=_IMPORTS,
    work="""
workspace = Workspace(sys.argv[2])
data = datasets(workspace)[0]
columns = [c.name for c in data.columns if c.name not in ("outcome", "application", "reference")]
frame, facts = sampled_examples(workspace, data, "outcome", columns)
assert facts.duplicates == 0 and len(frame) == facts.kept
""",
)


def _drawn(stream: int, values: int) -> str:
    """SQL for a number below *values*, the same for the same row in every run."""
    return f"CAST(hash(i * 32 + {stream}) % {values} AS BIGINT)"


_COLUMNS = {
    "application": "i + 100000",
    "reference": f"printf('%08x-%04d', {_drawn(1, 2**32)}, {_drawn(2, 10_000)})",
    "applied_on": f"DATE '2020-01-01' + CAST({_drawn(3, 2_000)} AS INTEGER)",
    "decided_at": f"TIMESTAMP '2020-01-01' + to_seconds({_drawn(4, 200_000_000)})",
    "amount": f"{_drawn(5, 4_000_000)} / 100.0",
    "rate": f"round(5 + {_drawn(6, 10_000)} / 500.0, 2)",
    "income": f"CAST(exp(9 + 3 * {_drawn(7, 100_000)} / 100000.0) AS BIGINT)",
    "balance": f"CASE WHEN {_drawn(8, 50)} > 0 THEN {_drawn(9, 1_000_003)} / 7.0 END",
    "age": f"18 + {_drawn(10, 70)}",
    "score": f"300 + {_drawn(11, 551)}",
    "term": f"CASE WHEN {_drawn(12, 4)} = 0 THEN '60 months' ELSE '36 months' END",
    "grade": f"chr(CAST(65 + least({_drawn(13, 7)}, {_drawn(14, 7)}) AS INTEGER))",
    "purpose": f"'purpose ' || {_drawn(15, 14)}",
    "region": f"'region ' || {_drawn(16, 60)}",
    "branch": f"'B' || lpad(CAST({_drawn(17, 2_000)} AS VARCHAR), 5, '0')",
    "postcode": f"'P' || lpad(CAST({_drawn(18, 90_000)} AS VARCHAR), 5, '0')",
    "officer": f"printf('%s-%03d', chr(CAST(65 + {_drawn(19, 26)} AS INTEGER)), "
    f"{_drawn(20, 1_000)})",
    "is_new": f"{_drawn(21, 3)} = 0",
    "has_cosigner": f"{_drawn(22, 20)} = 0",
    "outcome": f"CASE WHEN {_drawn(23, 10_000)} = 0 THEN 'fraud' "
    f"WHEN {_drawn(24, 50)} = 0 THEN 'default' "
    f"WHEN {_drawn(25, 12)} = 0 THEN 'late' ELSE 'paid' END",
}


def write_csv(path: Path, rows: int) -> None:
    """Twenty columns: numbers, categories, dates, codes; one label holds 0.01 % of the rows."""
    columns = ", ".join(f"{sql} AS {name}" for name, sql in _COLUMNS.items())
    duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}).execute(
        f"COPY (SELECT {columns} FROM (SELECT CAST(range AS UBIGINT) AS i FROM range({rows}))) "
        f"TO '{path}' (FORMAT csv, HEADER)"
    )


def _measure(code: str, file: Path, workspace: Path) -> tuple[float, float, float]:
    """Seconds, seconds of processors, peak bytes."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(file), str(workspace)],
        check=True,
        capture_output=True,
        text=True,
    )
    # A long query draws its progress before the figures.
    seconds, processor, peak = (float(word) for word in done.stdout.split()[-3:])
    return seconds, processor, peak


def measured() -> str:
    """Each in a process of its own with two processors, taking turns; medians."""
    steps = {
        "duckdb: SUMMARIZE of the CSV": _FLOOR,
        "load, profile, fingerprint, all slices": _SCAN,
        "then: distinct rows, stratified sample": _SAMPLE,
    }
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in steps}
    with tempfile.TemporaryDirectory() as folder:
        file, workspace = Path(folder) / "large.csv", Path(folder) / "workspace"
        write_csv(file, ROWS)
        size = file.stat().st_size / 1e6
        for _ in range(_ROUNDS):
            shutil.rmtree(workspace, ignore_errors=True)
            for name, code in steps.items():
                found[name].append(_measure(code, file, workspace))
    lines = []
    floor, work = (median(run[i] for run in next(iter(found.values()))) for i in (0, 1))
    for name, runs in found.items():
        seconds, processor, peak = zip(*runs, strict=True)
        lines.append(
            f"| {name} | {median(seconds):.1f} | {median(seconds) / floor:.2f} "
            f"| {median(processor) / work:.2f} | {max(peak) / 1e6:.0f} |"
        )
    return "\n".join(
        [
            f"## Counting every slice of {ROWS:,} rows",
            "",
            f"{size:,.0f} MB of CSV, twenty columns, two processors; bars: ratio ≤ {MOST_RATIO:g}, "
            f"peak ≤ {MOST_BYTES / 1e6:,.0f} MB.",
            "",
            "| what | seconds | ratio | ratio of processor time | peak MB |",
            "|---|---|---|---|---|",
            *lines,
        ]
    )


if __name__ == "__main__":
    print(measured())
