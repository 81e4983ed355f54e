"""Check the sample's audit by brute force: author more messages, train from scratch, and look.

An audit says from 48 messages how many the starving intent needs. Here the
script that authored the sample writes hundreds more of it, so the answer can be
measured: for every size the audit's learner is trained from scratch on all other
messages and that many of the intent, and scored on fresh ones. The same is done
once for every intent at today's sizes, to see which one is the worst.

    PYTHONPATH=. python sample_data/brute_force.py

writes ``brute_force.json`` beside itself; a test compares it with the stored audit.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from make_messages import INTENTS, message
from make_workspace import LABEL, TARGET

from core.audit.examples import Examples, examples_of
from core.audit.kernels import Kernel, kernels_for
from core.audit.measuring import compared
from core.audit.ridge import predicted, ridge_of, winners
from core.datasets import load_dataset
from core.workspace import Workspace

SEED = 2026
REPEATS = 8
TESTED_ON = 200
SIZES = (12, 17, 24, 34, 48, 68, 96, 136, 192, 272, 384)
HERE = Path(__file__).parent


def fresh(intent: str, count: int, known: set[str], rng: np.random.Generator) -> list[str]:
    """Messages of an intent that nobody has seen."""
    found: list[str] = []
    while len(found) < count:
        text = message(rng, intent)
        if text.casefold() not in known:
            known.add(text.casefold())
            found.append(text)
    return found


def with_fresh(rows: Examples, texts: Sequence[str], intents: Sequence[str]) -> Examples:
    """The sample's rows followed by fresh messages."""
    more = pd.DataFrame({str(rows.text): list(texts), rows.label: list(intents)})
    frame = pd.concat([rows.frame, more], ignore_index=True)
    labels = np.concatenate([rows.labels, np.array(intents, dtype=str)])
    return replace(rows, frame=frame, labels=labels, group=np.arange(labels.size))


def hits(
    every: Examples, kernel: Kernel, train: np.ndarray, test: np.ndarray, prepared: tuple
) -> np.ndarray:
    """Which of the *test* rows a learner trained from scratch on *train* gets right."""
    names, codes = np.unique(every.labels, return_inverse=True)
    known = kernel.gram(prepared, train, train)
    asked = kernel.gram(prepared, train, test)
    own = codes[train]
    said = winners(predicted(known, asked, own, len(names), ridge_of(own, len(names))), own)
    return np.asarray(said == codes[test])


def worst_intent(rows: Examples, kernel: Kernel, rng: np.random.Generator) -> dict[str, float]:
    """Recall of every intent on fresh messages after training on the whole sample."""
    known = {text.casefold() for text in rows.frame[str(rows.text)]}
    texts: list[str] = []
    intents: list[str] = []
    for intent in INTENTS:
        texts += fresh(intent, TESTED_ON, known, rng)
        intents += [intent] * TESTED_ON
    every = with_fresh(rows, texts, intents)
    held = rows.labels.size
    test = np.arange(held, every.labels.size)
    right = hits(every, kernel, np.arange(held), test, kernel.prepared(every))
    recall = pd.Series(right).groupby(np.array(intents)).mean().sort_values()
    return {str(name): float(value) for name, value in recall.items()}


def recalls(rows: Examples, kernel: Kernel, intent: str, rng: np.random.Generator) -> list[float]:
    """Recall of the intent on fresh messages at every size, once."""
    known = {text.casefold() for text in rows.frame[str(rows.text)]}
    texts = fresh(intent, max(SIZES) + TESTED_ON, known, rng)
    every = with_fresh(rows, texts, [intent] * len(texts))
    held, prepared = rows.labels.size, kernel.prepared(every)
    test = np.arange(every.labels.size - TESTED_ON, every.labels.size)
    others = np.flatnonzero(rows.labels != intent)
    own = rng.permutation(np.flatnonzero(every.labels == intent))
    own = own[own < held + max(SIZES)]
    return [
        float(
            hits(
                every, kernel, np.sort(np.concatenate([others, own[:size]])), test, prepared
            ).mean()
        )
        for size in SIZES
    ]


def crossing(mean: np.ndarray, target: float) -> float | None:
    """Messages at which the mean recall first reaches the target; None if it does not."""
    reached = np.flatnonzero(np.maximum.accumulate(mean) >= target)
    if not reached.size:
        return None
    i = int(reached[0])
    if i == 0:
        return float(SIZES[0])
    logs = np.log(SIZES[i - 1 : i + 1])
    return float(np.exp(np.interp(target, mean[i - 1 : i + 1], logs)))


def main() -> None:
    """Measure and write ``brute_force.json``."""
    rng = np.random.default_rng(SEED)
    with TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        data = load_dataset(workspace, HERE / "customer_messages.csv")
        rows, _ = examples_of(workspace, data, LABEL)
    kernel, _ = compared(rows, "recall", 0)
    assert kernel in kernels_for(rows)
    every = worst_intent(rows, kernel, rng)
    worst = min(every, key=lambda name: every[name])
    drawn = []
    for repeat in range(REPEATS):
        drawn.append(recalls(rows, kernel, worst, rng))
        sys.stderr.write(f"\rrepeat {repeat + 1} of {REPEATS}")
    mean = np.mean(drawn, axis=0)
    found = {
        "seed": SEED,
        "repeats": REPEATS,
        "tested_on": TESTED_ON,
        "target": TARGET,
        "recall_of_every_intent": every,
        "worst": worst,
        "sizes": list(SIZES),
        "recall": [float(v) for v in mean],
        "recall_sd": [float(v) for v in np.std(drawn, axis=0, ddof=1)],
        "n_needed": crossing(mean, TARGET),
    }
    (HERE / "brute_force.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    sys.stderr.write("\n")


if __name__ == "__main__":
    main()
