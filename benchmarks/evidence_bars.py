"""Does an experiment tell noise from gain, and does a real sample count as one?

    python -m benchmarks.evidence_bars [seeds]

The shipped messages with one slice cut to 20 examples. Noise: as many rows of
the training data as the slice has left, all labels shuffled among them. Held-back
real rows in place of a corpus: the exchange rate should be 1, and its 90 %
interval should contain it; the real curve does not see them.
"""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.analysis.evidence import EvidenceAnswer, file_corpus
from core.analysis.evidence.reading import answer_of
from core.analysis.evidence.real import Real, real_rows
from core.analysis.evidence.trial import trial_of
from core.datasets import load_dataset
from core.evidence.injection import injection
from core.evidence.trainers import default_trainer
from core.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
SLICES = ("carbon_monoxide_alarm", "meter_tampering", "solar_export", "complaint_followup")
ANCHORS, REPEATS = 20, 5
Maker = Callable[[Real, str, int], pd.DataFrame]


def held_back(real: Real, slice_name: str, seed: int) -> pd.DataFrame:
    """The slice's real rows that do not train."""
    return real.rows.frame.iloc[real.held_back]


def noise(real: Real, slice_name: str, seed: int) -> pd.DataFrame:
    """A hundred training rows of every kind under shuffled labels, a third of them the slice's."""
    rng = np.random.default_rng([seed, 3])
    frame = real.rows.frame[real.trains].sample(100, random_state=seed)
    labels = rng.permutation(frame[real.rows.label].to_numpy())
    labels[:33] = slice_name
    return frame.assign(**{real.rows.label: labels})


def experiment(
    workspace: Workspace, slice_name: str, seed: int, made: Maker, *, sees: bool
) -> EvidenceAnswer:
    """One experiment; *sees*: whether the held-back rows extend the real curve."""
    data = load_dataset(workspace, ROOT / "sample_data" / "customer_messages.csv")
    real = real_rows(
        workspace, data, "intent", "text", slice_name,
        anchors=ANCHORS, more=None, more_name="", seed=seed,
    )  # fmt: skip
    corpus = file_corpus(made(real, slice_name, seed), "corpus")
    if not sees:
        real = replace(real, held_back=real.held_back[:0])
    trial = trial_of(
        workspace, data, real, corpus, default_trainer(real.rows), slice_name,
        repeats=REPEATS, seed=seed, controls=True,
    )  # fmt: skip
    outcomes = injection(
        trial.stock, trial.trainer, repeats=REPEATS, seed=seed, controls=True,
        step=lambda what: None,
    )  # fmt: skip
    return answer_of(trial, outcomes)


def contains_one(found: EvidenceAnswer) -> bool:
    """Whether the 90 % interval of the exchange rate contains 1."""
    low, _, high = found.exchange_range
    return (low is None or low <= 1) and (high is None or high >= 1)


def main() -> int:
    """Print one line per slice."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for slice_name in SLICES:
        with tempfile.TemporaryDirectory() as folder:
            workspace = Workspace(Path(folder))
            shuffled = [
                experiment(workspace, slice_name, s, noise, sees=False) for s in range(seeds)
            ]
            real = {
                sees: [
                    experiment(workspace, slice_name, s, held_back, sees=sees) for s in range(seeds)
                ]
                for sees in (False, True)
            }
        proven = sum(f.verdict == "proven gain" for f in shuffled)
        said = ", ".join(
            f"1 within the interval {sum(map(contains_one, found))} of {seeds}, median P50 "
            f"{np.median([f.exchange_range[1] or np.inf for f in found]):.2f}"
            + (" (held-back rows on the curve)" if sees else " (extrapolated)")
            for sees, found in real.items()
        )
        print(f"{slice_name}: noise a proven gain in {proven} of {seeds}; real rows: {said}")
        for f in real[False]:
            print(
                "   ",
                f.synthetic,
                f.verdict,
                [None if v is None else round(v, 2) for v in f.exchange_range],
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
