"""Seconds and bytes of the board pack in each format, from the sample workspace.

``python -m benchmarks.board_pack`` prints them; the bar is 5 s for each file on two cores.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.analysis.audit import measurements
from core.analysis.chain import chain_of
from core.analysis.roi import roi_of
from core.analysis.sample import fill_with_sample
from core.prices import PriceBook
from core.report.findings import findings_of
from core.report.verify import verify
from core.report.writing import FORMATS, report
from core.workspace import Workspace

REPEATS = 5
T = TypeVar("T")


def main() -> None:
    """Measure everything that a presenter waits for."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "workspace")
        fill_with_sample(workspace)
        audit = measurements(workspace)[0]
        chain = chain_of(
            workspace, fingerprint=audit.fingerprint, label=audit.label, target=0.85, tau=0.5
        )
        seconds, _ = timed(lambda: roi_of(chain.scenario))
        print(f"roi, 10,000 draws: {seconds:.2f} s")
        seconds, found = timed(lambda: findings_of(chain, workspace=workspace))
        print(f"everything asked anew: {seconds:.2f} s")
        for suffix in FORMATS:
            seconds, content = timed(lambda suffix=suffix: report(found, suffix))
            path = Path(folder) / f"pack{suffix}"
            path.write_bytes(content)
            again, held = timed(lambda path=path: verify(path, workspace, PriceBook()))
            print(
                f"{suffix}: {seconds:.2f} s, {len(content) / 1e6:.2f} MB; verified in "
                f"{again:.2f} s: {'holds' if held.holds else held.sentence}"
            )


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The median seconds of some work, and what it gave."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        found = work()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[REPEATS // 2], found


if __name__ == "__main__":
    main()
