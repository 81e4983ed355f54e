import numpy as np
import pandas as pd
import pytest
from messages import LABEL, SLICE, anchors_and_others

from core.critique.critic import anchors_of
from core.critique.shift import FEWEST, LEAST_Z, Shift, limit, points_of, shift

AXES, CLUSTERS, COUNT = 8, 12, 500
_DICE = np.random.default_rng(3)
_CENTRES = 3 * _DICE.standard_normal((CLUSTERS, AXES))
_SIZES = 1 / np.arange(1, CLUSTERS + 1) ** 1.2
_SIZES /= _SIZES.sum()


def drawn(seed: int, count: int = COUNT, width: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Points of clusters of Zipf sizes, and the cluster of each."""
    dice = np.random.default_rng(seed)
    own = dice.choice(CLUSTERS, count, p=_SIZES)
    return _CENTRES[own] + width * dice.standard_normal((count, AXES)), own


REAL, _ = drawn(0)


def alarms(made: np.ndarray) -> dict[str, Shift]:
    """The alarms on a set, by figure."""
    return {found.metric: found for found in shift(REAL, made) if found.alarm}


def test_a_fresh_set_of_real_points_is_no_shift() -> None:
    """Another draw of the same clusters gives no alarm."""
    found = shift(REAL, drawn(1)[0])
    assert found
    assert not any(each.alarm for each in found)


@pytest.mark.parametrize(
    ("planted", "seen_by"),
    [
        ("moved", "told apart"),
        ("shrunk", "density"),
        ("clipped", "recall"),
        ("repeated", "duplicates"),
        ("rare cluster lost", "rare groups"),
    ],
)
def test_each_planted_shift_is_seen_by_a_figure_of_its_own(planted: str, seen_by: str) -> None:
    """At three standard deviations of what real sets differ by, and more."""
    points, own = drawn(2, 3 * COUNT)
    off = np.linalg.norm(points - _CENTRES[own], axis=1)
    made = {
        "moved": points[:COUNT] + 0.4,
        "shrunk": drawn(2, width=0.7)[0],
        "clipped": points[off < np.quantile(off, 0.6)][:COUNT],
        "repeated": np.repeat(points[: COUNT // 2], 2, axis=0),
        "rare cluster lost": points[own != 4][:COUNT],
    }[planted]
    found = alarms(made)
    assert abs(found[seen_by].z) >= LEAST_Z


def test_the_limit_makes_up_for_the_number_of_figures() -> None:
    """13 alarms are possible; 20 splits: t(19) at 1 − 0.05 / 13 is 3.0, times √(1 + 1/20)."""
    assert limit() == pytest.approx(3.0 * np.sqrt(1.05), rel=0.02)


def test_too_few_points_are_not_compared() -> None:
    """A null band of a handful of anchors would mean nothing."""
    assert shift(REAL[: 2 * FEWEST - 1], REAL) == []
    assert shift(REAL, REAL[: FEWEST - 1]) == []


def test_the_same_seed_gives_the_same_findings() -> None:
    """Splits are drawn by it alone."""
    made = drawn(5)[0][:40]
    assert shift(REAL[:80], made, 1) == shift(REAL[:80], made, 1)


def test_texts_and_rows_become_points_in_features_they_did_not_shape() -> None:
    """With few rows of other labels, a third of the anchors is set aside for the features."""
    anchors = anchors_of(*anchors_and_others(), label=LABEL, text="text", slice_=SLICE)
    real, made = points_of(anchors, anchors.own[:5])
    assert (len(real), len(made)) == (8, 5)
    assert real.shape[1] == made.shape[1]
    frame = pd.DataFrame({"__row": range(9), "a": range(9), "b": list("xyzxyzxyz"), LABEL: "s"})
    rows = anchors_of(frame, frame.head(0), label=LABEL, text=None, slice_="s")
    real, made = points_of(rows, rows.own[:2])
    assert (len(real), len(made)) == (6, 2)
