"""Critics that ask no model: near copies found and how fast, shifts detected, false alarms.

Reads ``clinc150_imbalanced.csv`` from the folder named by ``DATAWALL_BENCH_DATA``. Other
libraries are measured in the same run when ``DATAWALL_PEERS`` names a folder with the
environment ``near_copies`` (see ``peers/README.md``). Seconds are those of one processor.
"""

import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.curve_cases import folder
from benchmarks.loop_speed import PEERS_VARIABLE
from core.critique.critic import Anchors, Critic, anchors_of
from core.critique.drift import DriftCritic
from core.critique.duplicate import DuplicateCritic
from core.critique.features import Features
from core.critique.format import FormatCritic
from core.critique.grams import spelled
from core.critique.leakage import LeakageCritic
from core.critique.likeness import TextIndex
from core.critique.near_texts import NearTexts
from core.critique.shift import Floats, shift
from core.datasets.content import ContentColumn
from core.generation.embedded import EmbeddedGenerator
from core.generation.plan import GenerationPlan

COPY, LEAST_RECALL, LEAST_SPEED = 0.8, 0.95, 20_000
SIZES, CHECKED = (20_000, 50_000, 100_000), 20_000
PEERS = ("rensa", "datasketch-0.7", "datasketch-0.8")
_SCRIPT = Path(__file__).with_name("peers") / "near_copies.py"
_AXES, _CLUSTERS, _ROWS, _SEEDS = 32, 40, 5_000, 2
_FRESH, _FRESH_ROWS = 60, 600
_SLICES, _PROPOSED = 12, 200


def measured() -> str:
    """All tables."""
    path = folder() / "clinc150_imbalanced.csv"
    if not path.is_file():
        return (
            "## Critics that ask no model\n\nNot measured: set DATAWALL_BENCH_DATA to a folder "
            "that holds clinc150_imbalanced.csv."
        )
    frame = pd.read_csv(path)
    return "\n\n".join([_copies(frame["text"].tolist()), _shifts(), _alarms(frame)])


def _corpus(texts: Sequence[str], count: int) -> list[str]:
    """Real messages, and then copies of some with one to three words changed, all shuffled."""
    dice = random.Random(0)
    words = sorted({word for text in texts for word in text.split()})
    found = list(texts[:count])
    while len(found) < count:
        own = dice.choice(texts).split()
        for _ in range(dice.choice((1, 1, 2, 3))):
            own[dice.randrange(len(own))] = dice.choice(words)
        found.append(" ".join(own))
    dice.shuffle(found)
    return found


def _copies(texts: Sequence[str]) -> str:
    whole = _corpus(texts, max(SIZES))
    exact, _ = TextIndex().take([spelled(text) for text in whole[:CHECKED]])
    rows = []
    for name, exact_first in (("product", None), ("product, bands from the first text", 0)):
        index = NearTexts() if exact_first is None else NearTexts(exact=exact_first)
        started = time.process_time()
        found, _ = index.take(whole[:CHECKED])
        rows.append(_row(name, time.process_time() - started, found, exact))
    rows += _peers(whole[:CHECKED], exact)
    speeds = [_speed(whole, size) for size in SIZES]
    return (
        "## Near copies among short texts\n\n"
        f"{CHECKED:,} messages of {np.mean([len(t) for t in whole]):.0f} letters (real ones and "
        f"edits of them); a copy has a Jaccard similarity of {COPY} or more by brute force. "
        f"Bars: recall ≥ {LEAST_RECALL}, ≥ {LEAST_SPEED:,} texts/s.\n\n"
        "| | copies found | mean error from 0.5 on | texts/s |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n\nThe whole critic (spelling, search, exact similarity, score and reason):\n\n"
        "| texts | texts/s | MB more |\n|---|---|---|\n" + "\n".join(speeds)
    )


def _row(name: str, seconds: float, found: Floats, exact: Floats) -> str:
    copies, near = exact >= COPY, exact >= 0.5
    recall = float((found[copies] >= COPY).mean())
    off = float(np.abs(found - exact)[near].mean())
    return f"| {name} | {recall:.4f} of {copies.sum()} | {off:.3f} | {len(found) / seconds:,.0f} |"


def _peers(texts: Sequence[str], exact: Floats) -> Iterator[str]:
    environments = os.environ.get(PEERS_VARIABLE)
    python = Path(environments or "") / "near_copies" / "bin" / "python"
    if not environments or not python.is_file():
        return
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "texts.json"
        path.write_text(json.dumps([spelled(text) for text in texts]), "utf-8")
        for peer in PEERS:
            command = [str(python), str(_SCRIPT), peer, str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            said = json.loads(done.stdout)
            yield _row(peer, said["seconds"], np.array(said["best"]), exact)


def _speed(texts: Sequence[str], size: int) -> str:
    column = ContentColumn(name="text", kind="text")
    none = Anchors(columns=(column,), own=(), keys=(), others=(), text="text", slice="")
    proposed = [{"text": text} for text in texts[:size]]
    critic, before = DuplicateCritic(none), _megabytes()
    started = time.process_time()
    critic.score(proposed)
    seconds = time.process_time() - started
    return f"| {size:,} | {size / seconds:,.0f} | {_megabytes() - before:.0f} |"


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class _World:
    """Clusters of Zipf sizes in many dimensions."""

    def __init__(self, seed: int) -> None:
        self._dice = np.random.default_rng([seed, 7])
        self._centres = self._dice.standard_normal((_CLUSTERS, _AXES))
        sizes = 1 / np.arange(1, _CLUSTERS + 1) ** 1.2
        self._sizes = sizes / sizes.sum()

    def drawn(self, count: int, width: float = 0.5) -> tuple[Floats, np.ndarray, Floats]:
        """Points, the cluster of each, and how far it is from its centre."""
        own = self._dice.choice(_CLUSTERS, count, p=self._sizes)
        off = width * self._dice.standard_normal((count, _AXES))
        return self._centres[own] + off, own, np.linalg.norm(off, axis=1)

    def planted(self, count: int) -> Iterator[tuple[str, Floats]]:
        """Sets with one thing wrong with each."""
        yield "nothing", self.drawn(count)[0]
        yield "+0.15 on every axis", self.drawn(count)[0] + 0.15
        yield "spread within clusters × 0.8", self.drawn(count, 0.4)[0]
        points, own, radius = self.drawn(3 * count)
        yield (
            "radius above the 80th percentile cut",
            points[radius < np.quantile(radius, 0.8)][:count],
        )
        yield "20 of 40 clusters lost", points[own < _CLUSTERS // 2][:count]
        yield f"one cluster of {self._sizes[14]:.1%} lost", points[own != 14][:count]
        kept = points[: round(0.43 * count)]
        again = self._dice.integers(0, len(kept), count - len(kept))
        yield "57 % duplicates", np.concatenate([kept, kept[again]])


def _shifts() -> str:
    rows, seconds = [], []
    for seed in range(_SEEDS):
        world = _World(seed)
        real = world.drawn(_ROWS)[0]
        for name, made in world.planted(_ROWS):
            started = time.process_time()
            found = shift(real, made, seed)
            seconds.append(time.process_time() - started)
            strongest = sorted(found, key=lambda each: -abs(each.z))[:3]
            said = ", ".join(f"{each.metric} {each.z:+.1f}" for each in strongest)
            rows.append(f"| {seed} | {name} | {'yes' if found[0].alarm else 'no'} | {said} |")
    false = 0
    for seed in range(_FRESH):
        world = _World(1_000 + seed)
        false += shift(world.drawn(_FRESH_ROWS)[0], world.drawn(_FRESH_ROWS)[0], seed)[0].alarm
    return (
        "## Shifts of a whole set\n\n"
        f"{_ROWS:,} rows of {_AXES} axes in {_CLUSTERS} clusters of Zipf sizes; in standard "
        f"deviations of the null band; {np.mean(seconds):.1f} s each. False alarms of all figures "
        f"together on {_FRESH} fresh sets of {_FRESH_ROWS}: {false}.\n\n"
        "| seed | planted | alarm | strongest |\n|---|---|---|---|\n" + "\n".join(rows)
    )


def _alarms(frame: pd.DataFrame) -> str:
    """Real messages, and messages made from real ones, held against the critics."""
    train = frame[frame["split"] == "train"].drop(columns="split").reset_index(drop=True)
    train.insert(0, "__row", range(len(train)))
    unseen = frame[frame["split"] != "train"]
    sizes = train["intent"].value_counts()
    counts: dict[str, list[int]] = {}
    seconds: dict[str, list[float]] = {}
    asked = [0, 0, 0]
    for name in [*sizes.index[: _SLICES // 2], *sizes.index[-_SLICES // 2 :]]:
        anchors = _anchors(train, name)
        sets = [
            [{"text": text} for text in unseen.loc[unseen["intent"] == name, "text"]],
            [{"text": text} for text in unseen["text"].sample(300, random_state=0)],
            _made(train, name),
        ]
        asked = [a + len(s) for a, s in zip(asked, sets, strict=True)]
        for critic in _critics(anchors):
            for which, contents in enumerate(sets):
                started = time.process_time()
                said = critic.score(contents)
                spent = time.process_time() - started
                seconds.setdefault(critic.name, []).append(spent / len(contents))
                low = sum((verdict.score or 0.0) < 0.5 for verdict in said)
                counts.setdefault(critic.name, [0, 0, 0])[which] += low
    rows = [
        f"| {name} | {' | '.join(map(str, counts[name]))} | {1 / np.mean(seconds[name]):,.0f} |"
        for name in counts
    ]
    return (
        "## Real messages held against the critics\n\n"
        f"CLINC150, {_SLICES} intents; how many score below 0.5: of the slice's unseen real "
        f"messages ({asked[0]}), of other real messages ({asked[1]}, drift is right there), of "
        f"the embedded generator's ({asked[2]}).\n\n"
        "| critic | real, same | real, any | generated | texts/s |\n|---|---|---|---|---|\n"
        + "\n".join(rows)
    )


def _anchors(train: pd.DataFrame, name: str) -> Anchors:
    here = train["intent"] == name
    parts = (train[here].reset_index(drop=True), train[~here].reset_index(drop=True))
    return anchors_of(*parts, label="intent", text="text", slice_=name)


def _made(train: pd.DataFrame, name: str) -> list[dict[str, object]]:
    plan = GenerationPlan(data="", label="intent", slice=name, text="text", candidates=_PROPOSED)
    here = train["intent"] == name
    generator = EmbeddedGenerator(
        plan, train[here].reset_index(drop=True), train[~here].reset_index(drop=True)
    )
    return [dict(generator.propose(i).content) for i in range(_PROPOSED)]


def _critics(anchors: Anchors) -> list[Critic]:
    return [FormatCritic(anchors), LeakageCritic(anchors), DriftCritic(anchors, Features(anchors))]


if __name__ == "__main__":
    print(measured())
