"""Slices that nobody named: planted ones are found, noise is not."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.audit.conditions import Condition, column_conditions, in_words
from core.audit.conjunctions import strongest
from core.audit.examples import Examples
from core.audit.found_slices import Found, found_slices
from core.audit.slices import Slice, share_of_use, use_weights
from core.audit.topics import topics
from core.errors import DataError
from core.workspace.datasets import ROW_KEY


def rows(columns: Mapping[str, Any], text: str | None = None, group: Any = None) -> Examples:
    """Examples with these columns, all of one label."""
    n = len(next(iter(columns.values())))
    return Examples(
        frame=pd.DataFrame({ROW_KEY: np.arange(n), **columns, "label": "any"}),
        label="label",
        text=text,
        columns=tuple(columns),
        numeric=(),
        labels=np.full(n, "any"),
        group=np.arange(n) if group is None else group,
        notes=(),
    )


def loans(seed: int, n: int) -> dict[str, Any]:
    """Columns as a lender has them; terms of 60 months with grade C are 3 % of the rows."""
    rng = np.random.default_rng(seed)
    return {
        "amount": np.round(np.exp(rng.normal(9, 0.8, n)), 2),
        "age": rng.integers(18, 80, n),
        "term": rng.choice(["36", "60"], n, p=[0.8, 0.2]),
        "grade": rng.choice(list("ABCDEF"), n, p=[0.2, 0.2, 0.15, 0.15, 0.15, 0.15]),
        "state": rng.choice([f"S{i}" for i in range(25)], n),
    }


def planted(seed: int, rate: float = 0.2, n: int = 8_000) -> tuple[Examples, Any, Any]:
    """Errors at *rate*, and twice that where a term of 60 months meets grade C."""
    columns = loans(seed, n)
    worse = (columns["term"] == "60") & (columns["grade"] == "C")
    luck = np.random.default_rng([seed, 1]).random(n)
    return rows(columns), (luck >= np.where(worse, 2 * rate, rate)).astype(float), worse


def errors_where_scored(found: Found, right: Any) -> float:
    """The share of wrong rows on the half that did not find the slice."""
    return 1 - float(right[found.part.rows & found.scored_on].mean())


def test_noise_has_no_slices() -> None:
    """Errors that fall at random: at most one run in twenty returns anything."""
    returned = 0
    for seed in range(40):
        rate = 0.15 if seed % 2 else 0.03
        repeats = np.random.default_rng([seed, 2]).binomial(4, 1 - rate, 800) / 4
        whole = (np.random.default_rng([seed, 3]).random(800) >= rate).astype(float)
        right = repeats if seed % 4 == 0 else whole
        returned += bool(found_slices(rows(loans(seed, 800)), right, seed=seed))
    assert returned <= 2


def test_a_conjunction_of_two_conditions_is_found_and_its_score_is_fair() -> None:
    """3 % of the rows with doubled errors: found, alone, with close to the error that is true."""
    shares = []
    for seed in range(6):
        examples, right, worse = planted(seed)
        found = found_slices(examples, right, seed=seed)
        assert [f.part.name for f in found] == ["term = 60 & grade = C"]
        assert (found[0].part.rows == worse).all()
        assert found[0].part.label is None
        shares.append(errors_where_scored(found[0], right))
    assert np.mean(shares) == pytest.approx(0.4, abs=0.05)


def test_a_range_of_a_number_is_found_in_words() -> None:
    """Loans from 4,000 to 8,000 at 60 months: the name says so with readable cuts."""
    columns = loans(3, 8_000)
    inside = (columns["amount"] >= 4_000) & (columns["amount"] < 8_000) & (columns["term"] == "60")
    right = (np.random.default_rng(4).random(8_000) >= np.where(inside, 0.5, 0.1)).astype(float)
    found = found_slices(rows(columns), right)
    named = [f.part for f in found if "≤ amount <" in f.part.name and "term = 60" in f.part.name]
    assert (named[0].rows & inside).sum() > 0.6 * (named[0].rows | inside).sum()


def test_a_slice_that_a_narrower_one_explains_is_left_out() -> None:
    """Term 60 is worse only because of its grade C, where every second row is wrong."""
    columns = loans(12, 8_000)
    worse = (columns["term"] == "60") & (columns["grade"] == "C")
    right = (np.random.default_rng(12).random(8_000) >= np.where(worse, 0.6, 0.1)).astype(float)
    names = [f.part.name for f in found_slices(rows(columns), right)]
    assert names == ["term = 60 & grade = C"]


def test_a_slice_of_a_handful_of_rows_is_found() -> None:
    """No share is asked for: 16 rows of 6,000, nearly all wrong, where 2 % are."""
    columns = loans(5, 6_000)
    columns["state"] = np.where(np.arange(6_000) % 375 == 0, "Q", columns["state"])
    rate = np.where(columns["state"] == "Q", 0.9, 0.02)
    right = (np.random.default_rng(5).random(6_000) >= rate).astype(float)
    assert [f.part.name for f in found_slices(rows(columns), right)] == ["state = Q"]


def test_a_topic_that_is_served_worse_is_found_and_named() -> None:
    """Messages about lost cards are wrong more often: the topic carries their words."""
    rng = np.random.default_rng(6)
    themes = {
        "card": ["card", "lost", "replacement", "stolen", "blocked"],
        "bill": ["invoice", "amount", "charged", "paid", "balance"],
        "move": ["moving", "address", "house", "landlord", "keys"],
        "meter": ["meter", "dial", "digits", "reading", "photo"],
        "app": ["password", "login", "website", "screen", "account"],
    }
    kinds = rng.choice(list(themes), 1_500, p=[0.08, 0.23, 0.23, 0.23, 0.23])
    fill = ["please", "hello", "my", "the", "when", "thanks"]
    texts = [" ".join([*rng.choice(themes[k], 3), *rng.choice(fill, 3)]) for k in kinds]
    lost = kinds == "card"
    right = (rng.random(1_500) >= np.where(lost, 0.5, 0.1)).astype(float)
    found = found_slices(rows({"text": texts}, text="text"), right)
    words = set(found[0].part.name.removeprefix("topic: ").split(" · "))
    assert words <= set(themes["card"])
    assert lost[found[0].part.rows].mean() > 0.9


def test_another_column_of_a_text_file_is_searched_too() -> None:
    """Mails are wrong more often than chats, whatever they are about."""
    rng = np.random.default_rng(7)
    channel = rng.choice(["chat", "mail"], 1_000, p=[0.9, 0.1])
    right = (rng.random(1_000) >= np.where(channel == "mail", 0.5, 0.1)).astype(float)
    texts = [f"word{rng.integers(40)} word{rng.integers(40)}" for _ in range(1_000)]
    examples = rows({"text": texts, "channel": channel}, text="text")
    assert "channel = mail" in [f.part.name for f in found_slices(examples, right)]
    ignored = found_slices(examples, right, ignore=("channel",))
    assert not [f for f in ignored if "channel" in f.part.name]


def test_the_answer_follows_from_the_seed_and_content_never_straddles() -> None:
    """Same seed, same slices; rows of one content are searched or scored, never both."""
    examples, right, _ = planted(1)
    group = np.arange(8_000) // 2
    twice = [found_slices(rows(loans(1, 8_000), group=group), right, seed=9) for _ in range(2)]
    assert [f.part.name for f in twice[0]] == [f.part.name for f in twice[1]] != []
    scored = twice[0][0].scored_on
    assert (scored[::2] == scored[1::2]).all()
    assert found_slices(examples, right, most=0) == ()


def test_nothing_wrong_and_nothing_to_search_give_nothing() -> None:
    """A perfect model, and rows that are all alike."""
    assert found_slices(rows(loans(0, 200)), np.ones(200)) == ()
    assert found_slices(rows({"a": ["x"] * 50}), np.zeros(50)) == ()
    assert found_slices(rows({"text": ["1 2 3"] * 50}, text="text"), np.zeros(50)) == ()


def gain(wrong: Any, rows: Any, among: Any) -> float:
    """Log-likelihood gained by an error rate of its own, written out."""

    def likelihood(part: Any) -> float:
        n, k = part.sum(), (part & wrong).sum()
        return sum(c * np.log(c / n) for c in (k, n - k) if c)

    if (rows & wrong).sum() * among.sum() <= (among & wrong).sum() * rows.sum():
        return 0.0
    return likelihood(rows) + likelihood(among & ~rows) - likelihood(among)


def test_the_search_is_exact() -> None:
    """Its best pair and triple are those of trying every one."""
    rng = np.random.default_rng(11)
    met = rng.random((300, 9)) < rng.uniform(0.2, 0.7, 9)
    wrong = rng.random(300) < np.where(met[:, 1] & met[:, 4] & met[:, 6], 0.8, 0.2)
    joins = ~np.eye(9, dtype=bool)
    joins[0, 2] = joins[2, 0] = False
    singles, pairs, triples = strongest(met, wrong, joins)
    assert len(singles) <= 9
    for size, ranked in ((2, pairs), (3, triples)):
        every = {}
        for one in combinations(range(9), size):
            together = met[:, one].all(axis=1)
            if {0, 2} <= set(one) or (together & wrong).sum() < 3:
                continue
            wider = [np.ones(300, dtype=bool)]
            wider += [met[:, [c for c in one if c != out]].all(axis=1) for out in one]
            every[one] = min(gain(wrong, together, among) for among in wider)
        best = sorted((one for one in every if every[one] > 0), key=lambda one: -every[one])
        assert ranked == best


def test_a_search_that_would_take_too_long_stops_at_pairs(monkeypatch) -> None:
    """Rows times the cube of the conditions says how long three conditions take."""
    rng = np.random.default_rng(13)
    met, wrong = rng.random((100, 5)) < 0.5, rng.random(100) < 0.5
    monkeypatch.setattr("core.audit.conjunctions.MOST_WORK", 100 * 5**3 - 1)
    assert len(strongest(met, wrong, ~np.eye(5, dtype=bool))) == 2


def test_conditions_cut_numbers_dates_and_gaps() -> None:
    """Few numbers at every value, many at readable quantiles; missing cells are a value."""
    n = 400
    frame = {
        "few": np.arange(n) % 3,
        "many": np.linspace(0, 100_000, n),
        "day": pd.date_range("2026-01-01", periods=n, freq="D"),
        "gap": np.where(np.arange(n) % 4 == 0, np.nan, 1.5),
        "flag": np.arange(n) % 2 == 0,
    }
    found = column_conditions(rows(frame), np.ones(n, dtype=bool))
    names = {c.name: c.rows for c in found}
    assert {"few ≥ 1", "few < 1", "few ≥ 2", "few < 2"} <= names.keys()
    assert names["few < 1"].sum() == 134  # 0, 3, … 399
    assert names["many ≥ 20,000"].sum() == 320
    assert "day ≥ 2026-02-10" in names
    assert names["gap = (missing)"].sum() == 100
    assert names["flag = true"].sum() == 200
    assert not [name for name in names if "label" in name or ROW_KEY in name]


def test_both_ends_of_a_range_are_one_phrase() -> None:
    """``10 ≤ age < 20`` and not two conditions on age."""
    some = np.ones(3, dtype=bool)
    low = Condition(column="age", name="age ≥ 10", rows=some, low=10)
    high = Condition(column="age", name="age < 20", rows=some, high=20)
    term = Condition(column="term", name="term = 60", rows=some)
    assert in_words([high, term, low]) == "10 ≤ age < 20 & term = 60"
    assert low.joins(high)
    assert not low.joins(low)
    assert not high.joins(Condition(column="age", name="age ≥ 30", rows=some, low=30))


def test_topics_have_names_of_their_own_and_leave_out_what_has_no_words() -> None:
    """No two topics share a name; texts of common words only are in no topic."""
    rng = np.random.default_rng(8)
    texts = [" ".join(rng.choice([f"word{c}" for c in "abcdefghijklmnop"], 2)) for _ in range(400)]
    found = topics([*texts, *["the and of"] * 10], seed=0)
    names = [c.name for c in found]
    assert len(set(names)) == len(names) > 8
    assert not any(c.rows[400:].any() for c in found)


def test_weights_of_use_are_shares() -> None:
    """Rows that stand for 1, 1 and 6 customers: the last is three quarters of use."""
    examples = rows({"customers": [1, 1, 6]})
    weights = use_weights(examples, "customers")
    last = np.array([False, False, True])
    part = Slice(name="last", rows=last, label=None, within=last)
    assert weights == pytest.approx([0.125, 0.125, 0.75])
    assert share_of_use(part, weights) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([1.0, None, 2.0], "is empty in 1 of 3 rows, first in row 2"),
        ([1, 2, -4], "holds the negative number '-4' in 1 of 3 rows, first in row 3"),
        (["1", "many", "few"], "holds 'many', which is no finite number, in 2 of 3 rows"),
        ([1.0, np.inf, 1.0], "holds 'inf', which is no finite number, in 1 of 3 rows"),
        ([True, False, True], "holds 'true', which is no finite number, in 3 of 3 rows"),
        ([0, 0, 0], "holds only 0"),
    ],
)
def test_weights_that_are_none_are_refused(cells: list[Any], message: str) -> None:
    """The message says which column, what it holds, where first, and what is needed."""
    with pytest.raises(DataError, match=message):
        use_weights(rows({"w": cells}), "w")
    with pytest.raises(DataError, match="no weight column 'v'; the columns here are 'w', 'label'"):
        use_weights(rows({"w": cells}), "v")
