"""Near copies of texts by another library: each asked about, verified exactly, remembered.

    python near_copies.py rensa|datasketch TEXTS.json

Prints the similarity to the likest text before each, as far as the library found it.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

Take = Callable[[int, set[str]], list[int]]


def with_rensa() -> Take:
    """RMinHash of 128 values in 16 bands."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=16)

    def take(place: int, grams: set[str]) -> list[int]:
        own = RMinHash(num_perm=128, seed=1)
        own.update(list(grams))
        found = index.query(own)
        index.insert(place, own)
        return list(found)

    return take


def with_datasketch(threshold: float) -> Take:
    """MinHash of 128 values, bands as the threshold asks for them."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=128)

    def take(place: int, grams: set[str]) -> list[int]:
        own = MinHash(num_perm=128)
        own.update_batch([gram.encode("utf-8") for gram in grams])
        found = index.query(own)
        index.insert(place, own)
        return list(found)

    return take


def main() -> None:
    """Read the texts, ask, and print."""
    which, path = sys.argv[1:3]
    texts = json.loads(Path(path).read_text("utf-8"))
    take = with_rensa() if which == "rensa" else with_datasketch(float(which.partition("-")[2]))
    started = time.process_time()
    sets: list[set[str]] = []
    best = []
    for place, text in enumerate(texts):
        grams = {text[i : i + 4] for i in range(len(text) - 3)}
        found = take(place, grams)
        sets.append(grams)
        best.append(max((len(grams & sets[i]) / len(grams | sets[i]) for i in found), default=0.0))
    print(json.dumps({"seconds": time.process_time() - started, "best": best}))


if __name__ == "__main__":
    main()
