"""How long do a thousand chains of a hundred generations of a hundred samples take?

python -m benchmarks.collapse_lab
"""

import resource
import sys
import time
from typing import Any

from core.collapse.lab import run
from core.collapse.settings import MODELS, MODES, LabSettings


def main() -> int:
    """Print seconds for every model and mode, and the peak of memory."""
    for model in MODELS:
        for mode in MODES:
            given: dict[str, Any] = {"model": model, "mode": mode}
            settings = LabSettings(n=100, generations=100, repeats=1_000, **given)
            began = time.perf_counter()
            run(settings)
            print(f"{model}, {mode}: {time.perf_counter() - began:.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak of all: {peak:,.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
