"""Taking a slice out of a trained model, or part of it back in, equals training from scratch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.audit.ridge import (
    RIDGE,
    Fitted,
    fitted,
    predicted,
    ridge_of,
    slice_ridge,
    winners,
    without,
)

LAW = settings(max_examples=25, derandomize=True, deadline=None)
SEEDS = st.integers(0, 10_000)
N_TRAIN, N_TEST, N_LABELS = 60, 15, 4


class Known:
    """A random problem: likenesses, labels, and the model trained on all of it."""

    def __init__(self, seed: int, precision: type[np.floating] = np.float64) -> None:
        rng = np.random.default_rng(seed)
        self.labels = rng.permutation(np.repeat(np.arange(N_LABELS), (30, 15, 10, 5)))
        places = rng.normal(size=(N_TRAIN + N_TEST, 3)) + np.r_[self.labels, [0] * N_TEST][:, None]
        apart = ((places[:, None] - places) ** 2).sum(axis=2)
        likeness = np.exp(-apart / 4).astype(precision)
        self.known = likeness[:N_TRAIN, :N_TRAIN]
        self.asked = likeness[N_TRAIN:, :N_TRAIN]

    @property
    def model(self) -> Fitted:
        """Trained on every row."""
        return fitted(self.known.copy(), self.asked, self.labels, N_LABELS)

    def from_scratch(
        self, rows: NDArray[np.int64], ridge: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        """Trained on some *rows* only."""
        known, asked = self.known[np.ix_(rows, rows)], self.asked[:, rows]
        return predicted(known, asked, self.labels[rows], N_LABELS, ridge)


@LAW
@given(seed=SEEDS, label=st.integers(0, N_LABELS - 1))
def test_without_a_slice_the_model_predicts_as_if_it_had_never_seen_it(
    seed: int, label: int
) -> None:
    """The closed form without a label's rows equals a training without them."""
    problem = Known(seed)
    model = problem.model
    part = np.flatnonzero(problem.labels == label)
    rest = np.flatnonzero(problem.labels != label)
    left = without(model, part, np.arange(N_TEST))
    scratch = problem.from_scratch(rest, model.ridge[rest])
    np.testing.assert_allclose(left.scores, scratch, atol=1e-8)


@LAW
@given(seed=SEEDS, size=st.integers(1, 15), weight=st.sampled_from([0.01, RIDGE, 3.0]))
def test_with_part_of_a_slice_it_predicts_as_if_trained_on_that_part(
    seed: int, size: int, weight: float
) -> None:
    """Any rows of a slice, weighted in any way, can be put back; the others stay as they are."""
    problem = Known(seed)
    model, rng = problem.model, np.random.default_rng(seed)
    part = rng.permutation(N_TRAIN)[:15]  # a slice may cut across labels
    rest = np.setdiff1d(np.arange(N_TRAIN), part)
    chosen = rng.permutation(15)[:size]
    asked = np.array([0, 3, 7])
    grown = without(model, part, asked).grown(chosen, np.full(size, weight))
    ridge = np.concatenate([model.ridge[rest], np.full(size, weight)])
    scratch = problem.from_scratch(np.concatenate([rest, part[chosen]]), ridge)
    np.testing.assert_allclose(grown, scratch[asked], atol=1e-8)


def test_with_the_whole_slice_back_nothing_has_changed() -> None:
    """Taken out and put back: the predictions of the model itself."""
    problem = Known(1)
    model, part = problem.model, np.arange(0, N_TRAIN, 3)
    left = without(model, part, np.arange(N_TEST))
    np.testing.assert_allclose(
        left.grown(np.arange(part.size), left.ridge), model.scores, atol=1e-8
    )
    np.testing.assert_allclose(
        model.scores, problem.from_scratch(np.arange(N_TRAIN), model.ridge), atol=1e-8
    )


@pytest.mark.parametrize("label", range(N_LABELS))
def test_single_precision_is_close(label: int) -> None:
    """Large files are trained in single precision: predictions agree to three decimals."""
    exact, quick = Known(3), Known(3, np.float32)
    part, asked = np.flatnonzero(exact.labels == label), np.arange(N_TEST)
    chosen = np.arange(part.size // 2)
    lefts = [without(problem.model, part, asked) for problem in (exact, quick)]
    assert lefts[1].scores.dtype == np.float32
    np.testing.assert_allclose(lefts[1].scores, lefts[0].scores, atol=1e-3)
    ridge = lefts[0].ridge[chosen]
    grown = [left.grown(chosen, ridge.astype(left.ridge.dtype)) for left in lefts]
    np.testing.assert_allclose(grown[1], grown[0], atol=1e-3)


def test_every_label_counts_alike() -> None:
    """Three rows of one label and one of the other: ridges 3/2 and 1/2 of the usual; capped."""
    shares = ridge_of(np.array([0, 0, 0, 1]), 2) / RIDGE
    assert shares.tolist() == pytest.approx([1.5, 1.5, 1.5, 0.5])
    labels = np.repeat([0, 1, 2], [5, 20, 80])
    strength = 1 / ridge_of(labels, 4)
    per_label = [strength[labels == c].sum() for c in range(3)]
    assert per_label == pytest.approx([35 / RIDGE] * 3)
    lone = ridge_of(np.repeat([0, 1], [40_000, 1]), 2)
    assert lone[-1] == pytest.approx(RIDGE / 10_000), "one row never weighs more than 10,000"


@given(size=st.integers(1, 300), others=st.lists(st.integers(1, 40), min_size=1, max_size=5))
@LAW
def test_a_growing_slice_weighs_as_a_label_of_its_size_would(size: int, others: list[int]) -> None:
    """The ridge of a slice's rows is that of a training with so many of them."""
    rest = np.repeat(np.arange(1, len(others) + 1), others)
    whole = np.concatenate([np.zeros(size, dtype=int), rest])
    assert slice_ridge(size, rest, 0) == pytest.approx(ridge_of(whole, len(others) + 1)[0])


@LAW
@given(seed=SEEDS)
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    """Shuffled training rows give the same predictions."""
    problem = Known(seed)
    order = np.random.default_rng(seed).permutation(N_TRAIN)
    shuffled = fitted(
        problem.known[np.ix_(order, order)],
        problem.asked[:, order],
        problem.labels[order],
        N_LABELS,
    )
    np.testing.assert_allclose(shuffled.scores, problem.model.scores, atol=1e-9)


@LAW
@given(seed=SEEDS, names=st.permutations(range(N_LABELS)))
def test_what_labels_are_called_does_not_matter(seed: int, names: list[int]) -> None:
    """Renamed labels win the same rows."""
    problem, called = Known(seed), np.array(names)
    renamed = fitted(problem.known.copy(), problem.asked, called[problem.labels], N_LABELS)
    every = np.arange(N_LABELS)
    won = winners(problem.model.scores, every)
    assert winners(renamed.scores, every).tolist() == called[won].tolist()


def test_a_label_that_was_not_seen_never_wins() -> None:
    """The largest score among the labels seen in training wins."""
    scores = np.array([[0.1, 0.9, 0.3], [0.5, 0.6, 0.2]])
    assert winners(scores, [0, 2]).tolist() == [2, 0]
    assert winners(scores, np.array([0, 1, 2])).tolist() == [1, 1]
