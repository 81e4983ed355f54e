"""How alike two examples are: 1 if equal, less if not, learnt from training rows alone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from planted import as_examples, rows

from core.audit import kernels
from core.audit.examples import Examples
from core.audit.kernels import Kernel, TableKernel, TextKernel, kernels_for
from core.workspace.datasets import ROW_KEY

TEXTS = [(text, label) for text, label, _ in rows(common=10, rare=6)]


def table(values: Sequence[Sequence[object]], numeric: Sequence[str] = ("size", "age")) -> Examples:
    """Rows of a table with two numbers and a colour."""
    frame = pd.DataFrame(list(values), columns=["size", "age", "colour"])
    frame.insert(0, ROW_KEY, range(len(frame)))
    return Examples(
        frame=frame.assign(label="a"),
        label="label",
        text=None,
        columns=("size", "age", "colour"),
        numeric=tuple(numeric),
        labels=np.full(len(frame), "a"),
        group=np.arange(len(frame)),
        notes=(),
    )


RNG = np.random.default_rng(0)
TABLE = table([(*RNG.normal(size=2), "rgb"[i % 3]) for i in range(30)])
EVERY = [
    *[(kernel, as_examples(TEXTS)) for kernel in kernels_for(as_examples(TEXTS))],
    *[(kernel, TABLE) for kernel in kernels_for(TABLE)],
]
NAMES = [kernel.name for kernel, _ in EVERY]


def test_text_is_compared_as_text_and_columns_as_columns() -> None:
    """Three kernels each, with a name for people."""
    assert NAMES == [
        "TF-IDF of words",
        "TF-IDF of characters",
        "TF-IDF of words and characters",
        "all columns, Gaussian of width 0.5",
        "all columns, Gaussian of width 1",
        "all columns, linear",
    ]


@pytest.mark.parametrize(("kernel", "examples"), EVERY, ids=range(6))
def test_a_kernel_is_symmetric_and_positive(kernel: Kernel, examples: Examples) -> None:
    """A likeness goes both ways, and no training can break on it."""
    every = np.arange(examples.labels.size)
    gram = kernel.gram(kernel.prepared(examples), every, every)
    np.testing.assert_allclose(gram, gram.T, atol=1e-12)
    assert np.linalg.eigvalsh(gram).min() > -1e-9


@pytest.mark.parametrize(("kernel", "examples"), EVERY[:5], ids=range(5))
def test_equal_examples_are_alike_by_one_and_others_by_less(
    kernel: Kernel, examples: Examples
) -> None:
    """A Gaussian of the distance: 1 on the diagonal, between 0 and 1 elsewhere."""
    every = np.arange(examples.labels.size)
    gram = kernel.gram(kernel.prepared(examples), every, every)
    np.testing.assert_allclose(np.diag(gram), 1.0, atol=1e-9)
    assert (gram > 0).all()
    assert (gram <= 1 + 1e-12).all()
    assert gram[0, 1:].max() < 1


def test_texts_without_a_word_in_common_by_hand() -> None:
    """The cosine is 0, so the likeness is the least there is; half in common lies between."""
    examples = as_examples([("red apple", "a"), ("blue sky", "b"), ("red sky", "a")])
    kernel, every = TextKernel(("words",)), np.arange(3)
    gram = kernel.gram(kernel.prepared(examples), every, every)
    least = np.exp(-kernels._SHARPNESS)
    assert gram[0, 1] == pytest.approx(least)
    assert least < gram[0, 2] < 1


def test_several_counts_are_averaged() -> None:
    """The distance by words and characters lies half-way: likenesses multiply to the square."""
    examples, every = as_examples(TEXTS), np.arange(len(TEXTS))
    words, characters, both = (k.gram(k.prepared(examples), every, every) for k in _texts())
    np.testing.assert_allclose(both**2, words * characters, atol=1e-12)


def _texts() -> tuple[Kernel, ...]:
    return kernels_for(as_examples(TEXTS))


@pytest.mark.parametrize("kernel", [TextKernel(("words",)), TextKernel(("characters",))])
def test_test_rows_teach_nothing(kernel: TextKernel) -> None:
    """Other texts to predict leave the likeness of the training rows as it was."""
    train = np.arange(20)
    others = [*TEXTS[:20], *[("something else entirely", "bill")] * 16]
    first, second = (
        kernel.gram(kernel.prepared(as_examples(lines)), train, train) for lines in (TEXTS, others)
    )
    np.testing.assert_allclose(first, second, atol=1e-12)


@pytest.mark.parametrize(("kernel", "examples"), EVERY, ids=range(6))
def test_single_precision_agrees(
    kernel: Kernel, examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From so many training rows on, half the memory and the same likeness to five decimals."""
    train, asked = np.arange(0, 30, 2), np.arange(1, 30, 2)
    exact = kernel.gram(kernel.prepared(examples), train, asked)
    monkeypatch.setattr(kernels, "_LARGE", 10)
    quick = kernel.gram(kernel.prepared(examples), train, asked)
    assert (exact.dtype, quick.dtype) == (np.float64, np.float32)
    np.testing.assert_allclose(quick, exact, atol=1e-5)


def test_the_unit_of_a_column_does_not_matter() -> None:
    """Metres or millimetres: columns are standardised, distances are in typical ones."""
    values = [(float(i), float(i % 5), "rgb"[i % 3]) for i in range(20)]
    longer = [(1_000 * size + 7, age, colour) for size, age, colour in values]
    every = np.arange(20)
    for kernel in (TableKernel(0.5), TableKernel(None)):
        one, two = (kernel.gram(kernel.prepared(table(v)), every, every) for v in (values, longer))
        np.testing.assert_allclose(one, two, atol=1e-9)


@pytest.mark.parametrize("kernel", [TableKernel(0.5), TableKernel(1.0), TableKernel(None)])
def test_columns_that_never_change_break_nothing(kernel: TableKernel) -> None:
    """Rows that are all equal are all alike."""
    examples, every = table([(1.0, 2.0, "r")] * 6), np.arange(6)
    gram = kernel.gram(kernel.prepared(examples), every, every)
    assert np.isfinite(gram).all()
    assert np.ptp(gram) == pytest.approx(0)
