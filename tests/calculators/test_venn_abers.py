import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from venn_abers import VennAbers as Peer

from core.calculators.venn_abers import merged, venn_abers
from core.errors import AssumptionError

LABELLED = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


def test_three_labels_by_hand() -> None:
    """Bad, good, good at 1, 2, 3; at 2 a bad one makes the fit 0, ½, 1 and a good one 0, 1, 1."""
    low, high = venn_abers([1, 2, 3], [0, 1, 1], [0, 1, 2, 3, 4])
    assert low == pytest.approx([0, 0, 1 / 2, 2 / 3, 2 / 3])
    assert high == pytest.approx([1 / 2, 1 / 2, 1, 1, 1])
    assert merged(low, high)[1] == pytest.approx((1 / 2) / (1 + 1 / 2))


@given(LABELLED, st.lists(st.integers(-1, 13), min_size=1, max_size=6))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_one_pass_gives_what_two_fits_for_every_score_give(
    pairs: list[tuple[int, bool]], asked: list[int]
) -> None:
    """Each score is added once as bad and once as good, and a monotone fit is read there."""
    score = np.array([s for s, _ in pairs], dtype=float)
    label = np.array([g for _, g in pairs], dtype=float)
    low, high = venn_abers(score, label, asked)
    for at, p0, p1 in zip(asked, low, high, strict=True):
        with_it = np.append(score, at)
        for said, p in ((0.0, p0), (1.0, p1)):
            fit = IsotonicRegression().fit(with_it, np.append(label, said))
            assert fit.predict([at])[0] == pytest.approx(p, abs=1e-9)


@given(LABELLED)
@settings(derandomize=True, max_examples=60, deadline=None)
def test_higher_scores_are_never_less_probable(pairs: list[tuple[int, bool]]) -> None:
    """Both ends and what lies between them rise; the lower end is below the upper."""
    at = np.linspace(-1, 13, 57)
    low, high = venn_abers([s for s, _ in pairs], [float(g) for _, g in pairs], at)
    assert (low <= high + 1e-12).all()
    for curve in (low, high, merged(low, high)):
        assert (np.diff(curve) >= -1e-12).all()
        assert ((curve >= 0) & (curve <= 1)).all()


def test_the_package_of_the_authors_says_the_same() -> None:
    """On 300 labels and scores that do not occur among them."""
    rng = np.random.default_rng(5)
    score = rng.random(300)
    label = (rng.random(300) < score**2).astype(int)
    at = rng.random(100)
    peer = Peer()
    peer.fit(np.column_stack([1 - score, score]), label)
    said, ends = peer.predict_proba(np.column_stack([1 - at, at]))
    low, high = venn_abers(score, label, at)
    np.testing.assert_allclose(np.sort(ends, axis=1), np.column_stack([low, high]), atol=1e-6)
    np.testing.assert_allclose(said[:, 1], merged(low, high), atol=1e-6)


def test_what_is_not_known_stays_unknown_and_what_cannot_be_is_refused() -> None:
    """A NaN asked for is answered by NaN; a NaN among the labelled is an error."""
    low, high = venn_abers([0.1, 0.9], [0, 1], [np.nan, 0.5])
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert np.isfinite(low[1])
    with pytest.raises(AssumptionError, match="score"):
        venn_abers([np.nan, 0.5], [0, 1], [0.5])
    with pytest.raises(AssumptionError, match="equal length"):
        venn_abers([0.1], [0, 1], [0.5])
