"""Loading a million rows: time beside DuckDB's own copy of the file, and peak memory."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 1_000_000
_FLOOR = """
import duckdb, sys
duckdb.sql(f"COPY (SELECT * FROM read_csv('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT parquet)")
"""
_OURS = """
import sys
from core.datasets import load_dataset
from core.workspace import Workspace
load_dataset(Workspace(sys.argv[2]), sys.argv[1])
"""


def measured() -> str:
    """Each in a process of its own, import included."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "million.csv"
        with file.open("w", encoding="utf-8") as out:
            out.write("id,text,label,amount\n")
            out.writelines(
                f"{i},message number {i} about things,l{i % 20},{i * 0.5}\n" for i in range(ROWS)
            )
        rows = []
        for name, code, target in (
            ("duckdb: CSV to Parquet", _FLOOR, "floor.parquet"),
            ("load: checked, profiled, fingerprinted", _OURS, "workspace"),
        ):
            started = time.perf_counter()
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            subprocess.run(
                [sys.executable, "-c", code, str(file), str(Path(folder) / target)], check=True
            )
            peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
            rows.append((name, time.perf_counter() - started, peak))
        size = file.stat().st_size / 1e6
    floor = rows[0][1]
    return "\n".join(
        [
            "## Loading a CSV of a million rows",
            "",
            f"{size:.0f} MB, four columns; whole processes.",
            "",
            "| what | seconds | ratio | peak MB so far |",
            "|---|---|---|---|",
            *(
                f"| {name} | {seconds:.1f} | {seconds / floor:.1f} | {peak:.0f} |"
                for name, seconds, peak in rows
            ),
        ]
    )
