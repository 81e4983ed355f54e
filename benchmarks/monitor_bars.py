"""Is the corpus monitor silent where nothing happened, and fast on many rows?

    python -m benchmarks.monitor_bars silent messages|loans [splits]
    python -m benchmarks.monitor_bars scale messages|loans

Silent: real rows at random as anchors and as a generation; no figure may give an
alarm. Scale: 100,000 rows of a generation against 100,000 real ones, drawn from the
shipped files with a number put to each; seconds and peak memory of the whole command.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from core.analysis.monitor import Rows, monitor
from core.audit.examples import labelled_examples
from core.collapse.monitor import Generation, watched
from core.critique.critic import anchors_of
from core.datasets import load_dataset
from core.datasets.content import contents
from core.workspace import Workspace
from core.workspace.datasets import examples

ROOT = Path(__file__).resolve().parent.parent / "sample_data"
DATA = {
    "messages": ("customer_messages.csv", "intent", "text"),
    "loans": ("lending_club.csv", "Class", None),
}
ROWS = 100_000


def silent(name: str, splits: int) -> str:
    """How many of the splits stay silent."""
    file, label, text = DATA[name]
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        data = load_dataset(workspace, ROOT / file)
        rows = labelled_examples(data, examples(workspace, data), label, text)
        loud: list[str] = []
        quiet = 0
        for split in range(splits):
            dice = np.random.default_rng(split)
            order = dice.permutation(len(rows.frame))
            half = int(0.6 * len(order))
            own, made = rows.frame.iloc[order[:half]], rows.frame.iloc[order[half:]]
            anchors = anchors_of(
                own.reset_index(drop=True), own[:0], label=label, text=rows.text, slice_="all"
            )
            generation = Generation(
                name="real", rows=contents(made, anchors.columns), labels=made[label].tolist()
            )
            (found,), fate = watched(anchors, own[label].tolist(), [generation], split)
            alarms = [f.metric for f in found.findings if f.alarm]
            loud += [*alarms, *(["rare classes"] if found.rare else [])]
            quiet += fate.risk == "none"
    return f"{name}: silent in {quiet} of {splits} splits; alarms: {loud or 'none'}"


def scale(name: str) -> str:
    """Seconds and megabytes for many rows."""
    file, label, text = DATA[name]
    frame = pd.read_csv(ROOT / file)
    big = frame.sample(2 * ROWS, replace=True, random_state=0).reset_index(drop=True)
    numbers = np.arange(len(big))
    if text is not None:
        big[text] = big[text] + " " + numbers.astype(str)
    else:
        first = str(frame.select_dtypes("number").columns[0])
        big[first] = big[first].astype(float) + numbers / 1e6
    with tempfile.TemporaryDirectory() as folder:
        real = Path(folder) / "real.csv"
        big[:ROWS].to_csv(real, index=False)
        workspace = Workspace(Path(folder) / "w")
        data = load_dataset(workspace, real)
        began = time.perf_counter()
        made = [Rows(name="g", frame=big[ROWS:].reset_index(drop=True))]
        found = monitor(workspace, data, made, label=label, text=text)
        took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{name}: {found.generations[0].rows:,} rows against {found.anchors:,} anchors in "
        f"{took:.1f} s, peak {peak:,.0f} MB (this script's own frames included)"
    )


def main() -> int:
    """One of the two, for one of the files."""
    what, name = sys.argv[1], sys.argv[2]
    if what == "silent":
        print(silent(name, int(sys.argv[3]) if len(sys.argv) > 3 else 100))
    else:
        print(scale(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
