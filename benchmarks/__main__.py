"""``make bench``: run every benchmark and write ``benchmarks/results.md``."""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    first_page,
    large_files,
    learning_curves,
    loading,
    loop_speed,
    margin_speed,
)

ROOT = Path(__file__).resolve().parent


def main() -> int:
    """Print each table as it is measured, then keep all of them."""
    parts = [
        "# Measured figures",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}. Ratios are "
        "taken within one run; absolute times are of a shared machine.",
    ]
    for module in (margin_speed, loading, loop_speed, large_files, learning_curves, first_page):
        table = module.measured()
        print(f"\n{table}", flush=True)
        parts += ["", table]
    (ROOT / "results.md").write_text("\n".join(parts) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
