"""Do the texts of a generation repeat one another more than real ones do?

Both figures depend on how much text is read, so that every set is cut to the
same number of tokens.

References
----------
C. Shaib et al., "Standardizing the Measurement of Text Diversity", 2024: the
compression ratio and the self-repetition of long n-grams say most of it.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.critique.shift import Shift, limit

MOST_TOKENS = 100_000
_GRAM = 4
_SPLITS = 20
_FEWEST_TOKENS = 200


def compression(texts: Sequence[str]) -> float:
    """How many times smaller the texts become; far apart copies are not seen. [1]"""
    raw = "\n".join(texts).encode("utf-8", "replace")
    return len(raw) / max(len(zlib.compress(raw, 6)), 1)


def repetition(texts: Sequence[str]) -> float:
    """Share of the 4-grams of words that another text holds as well. [fraction]"""
    grams: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = text.split()
        grams.update({tuple(words[i : i + _GRAM]) for i in range(len(words) - _GRAM + 1)})
    total = sum(grams.values())
    return sum(n for n in grams.values() if n > 1) / total if total else 0.0


_WAYS: Mapping[str, tuple[Callable[[Sequence[str]], float], str]] = {
    "compression": (compression, "texts are put more alike than real ones"),
    "self-repetition": (repetition, "texts share runs of words more than real ones do"),
}


def worded(
    real: Sequence[str], made: Sequence[str], seed: int = 0, sets: int = 1
) -> tuple[list[Shift], int]:
    """Both figures of the made texts beside their null bands; and the tokens of each set.

    Nothing is told from fewer than two hundred tokens.
    """
    sizes = [np.array([len(t.split()) for t in texts]) for texts in (real, made)]
    budget = int(min(sizes[0].sum() // 2, sizes[1].sum(), MOST_TOKENS))
    if budget < _FEWEST_TOKENS:
        return [], budget
    dice = np.random.default_rng([seed, 5])
    null = []
    for _ in range(_SPLITS):
        null.append(_cut(real, dice.permutation(len(real)), sizes[0], budget))
    looks = [_cut(made, dice.permutation(len(made)), sizes[1], budget) for _ in range(3)]
    found = []
    for name, (figure, harm) in _WAYS.items():
        usual = [figure(texts) for texts in null]
        value = float(np.mean([figure(texts) for texts in looks]))
        mean, spread = float(np.mean(usual)), float(np.std(usual, ddof=1))
        # Splits of the same rows overlap; two sets that do not differ by more.
        spread = max(spread * np.sqrt(2), 1e-3 * max(abs(mean), 1e-3))
        z = (value - mean) / spread
        alarm = z >= limit(sets)
        words = (
            f"{harm} ({z:+.1f} standard deviations of what real sets differ by)"
            if alarm
            else "as real sets differ from one another"
        )
        found.append(
            Shift(
                metric=name, value=value, null_mean=mean, null_sd=float(spread), z=float(z),
                alarm=bool(alarm), words=words,
            )
        )  # fmt: skip
    return found, budget


def _cut(
    texts: Sequence[str], order: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    sizes: "np.ndarray[tuple[int], np.dtype[np.int64]]", budget: int,
) -> list[str]:  # fmt: skip
    """Texts in this order until the tokens are used up."""
    used = np.cumsum(sizes[order])
    return [texts[i] for i in order[: int(np.searchsorted(used, budget)) + 1]]
