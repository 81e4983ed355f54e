from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import anchors_and_others, plan_text

from core.datasets.content import content_columns, contents
from core.errors import PlanError
from core.generation.embedded import EmbeddedGenerator
from core.generation.plan_file import plan_from_toml
from core.generation.rivals import RowRivals, WordRivals, neighbours
from core.generation.wording import words, written
from core.records import SampleKind
from core.workspace.datasets import ROW_KEY

PLAN = plan_from_toml(plan_text())
ANCHORS, OTHERS = anchors_and_others()


def texts(generator: EmbeddedGenerator, count: int) -> list[str]:
    """The first texts of a generator."""
    return [str(generator.propose(i).content["text"]) for i in range(count)]


def test_equal_seed_and_index_give_an_equal_candidate_in_any_order() -> None:
    """So concurrency and resuming change nothing."""
    forward = texts(EmbeddedGenerator(PLAN, ANCHORS, OTHERS), 40)
    again = EmbeddedGenerator(PLAN, ANCHORS, OTHERS)
    backward = [str(again.propose(i).content["text"]) for i in reversed(range(40))]
    assert forward == backward[::-1]
    assert forward != texts(EmbeddedGenerator(replace(PLAN, seed=1), ANCHORS, OTHERS), 40)


def test_most_texts_are_new_and_differ_from_one_another() -> None:
    """From twelve anchors: under one copy in twenty, and mostly distinct among a hundred."""
    made = texts(EmbeddedGenerator(PLAN, ANCHORS, OTHERS), 100)
    assert sum(text in set(ANCHORS["text"]) for text in made) < 5
    assert len(set(made)) > 55


def test_texts_keep_to_the_words_and_the_length_of_the_corpus() -> None:
    """Nothing is invented but a slip of the keyboard or a short form now and then."""
    vocabulary = {w.key for text in [*ANCHORS["text"], *OTHERS["text"]] for w in words(text)}
    made = texts(EmbeddedGenerator(PLAN, ANCHORS, OTHERS), 100)
    spoken = [w.key for text in made for w in words(text)]
    assert sum(key not in vocabulary for key in spoken) / len(spoken) < 0.01
    longest = max(len(words(text)) for text in ANCHORS["text"])
    assert all(1 <= len(words(text)) <= longest + 2 for text in made)


def test_every_anchor_is_a_parent_in_turn() -> None:
    """No anchor is left out, so the candidates span what the anchors span."""
    generator = EmbeddedGenerator(PLAN, ANCHORS, OTHERS)
    parents = [generator.propose(i).parents for i in range(24)]
    keys = {str(key) for key in ANCHORS[ROW_KEY]}
    assert {key for some in parents for key in some} == keys
    assert all(some for some in parents)


@pytest.mark.parametrize("count", [2, 3])
def test_two_anchors_and_no_other_label_are_enough(count: int) -> None:
    """Little to recombine is no reason to fail."""
    made = texts(EmbeddedGenerator(PLAN, ANCHORS.head(count), OTHERS.head(0)), 10)
    assert all(text.strip() for text in made)


def table(rows: int = 30) -> pd.DataFrame:
    """A slice of a table with numbers, words, a date and a gap."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            ROW_KEY: range(rows),
            "age": rng.integers(18, 70, rows),
            "income": np.round(rng.lognormal(10, 0.4, rows), 2),
            "home": rng.choice(["rent", "own"], rows),
            "late": rng.random(rows) < 0.3,
            "since": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 90, rows), "D"),
            "class": "bad",
        }
    )
    frame.loc[3, "income"] = np.nan
    return frame


def test_rows_lie_between_near_rows_and_keep_their_types() -> None:
    """Whole numbers stay whole, cents stay cents, and no value leaves the anchors' range."""
    frame = table()
    plan = replace(PLAN, label="class", slice="bad", text=None)
    generator = EmbeddedGenerator(plan, frame, frame.head(0))
    made = [generator.propose(i).content for i in range(200)]
    assert all(list(row) == ["age", "income", "home", "late", "since"] for row in made)
    for row in made:
        assert isinstance(row["age"], int)
        assert frame["age"].min() <= row["age"] <= frame["age"].max()
        assert row["home"] in {"rent", "own"}
        assert isinstance(row["late"], bool)
        assert "2026-01-01" <= row["since"] <= "2026-04-01"
        assert row["income"] is None or row["income"] == round(row["income"], 2)
    assert len({str(row) for row in made}) > 150


def test_a_scenario_names_its_failure_and_the_label_it_is_mistaken_for() -> None:
    """It comes nearer to another label than plain recombinations do, and says by which words."""
    plan = replace(PLAN, kind="adversarial_scenario")
    hard = [EmbeddedGenerator(plan, ANCHORS, OTHERS).propose(i) for i in range(60)]
    rivals = WordRivals(list(ANCHORS["text"]), list(OTHERS["text"]), list(OTHERS["intent"]))
    plain = texts(EmbeddedGenerator(PLAN, ANCHORS, OTHERS), 60)
    near = [rivals.nearest(str(one.content["text"])) for one in hard]
    assert {one.extras["mistaken_for"] for one in hard} <= {"transfer", "balance"}
    assert [one.extras["mistaken_for"] for one in hard] == [rival.label for rival in near]
    assert all(str(one.extras["failure"]).endswith(".") for one in hard)
    assert np.mean([rival.nearness for rival in near]) > np.mean(
        [rivals.nearest(text).nearness for text in plain]
    )


def test_without_another_label_a_scenario_is_mistaken_for_none() -> None:
    """There is still a failure to name, but no label to be taken for."""
    plan = replace(PLAN, kind="adversarial_scenario")
    made = EmbeddedGenerator(plan, ANCHORS, OTHERS.head(0)).propose(0)
    assert set(made.extras) == {"failure"}


def test_an_item_of_a_test_expects_its_label_and_can_be_checked() -> None:
    """The same texts as training cases, with a rubric from the data."""
    plan = replace(PLAN, kind="eval_item")
    made = [EmbeddedGenerator(plan, ANCHORS, OTHERS).propose(i) for i in range(20)]
    assert [str(one.content["text"]) for one in made] == texts(
        EmbeddedGenerator(PLAN, ANCHORS, OTHERS), 20
    )
    for one in made:
        assert one.extras["expected"] == "stop_card"
        assert one.extras["rubric"][0] == "The answer is 'stop_card'."
        assert one.extras["rubric"][1].startswith("The answer is not ")
        assert 2 <= len(one.extras["rubric"]) <= 3


def test_facts_are_not_recombined() -> None:
    """One sentence says why, and what to choose instead."""
    with pytest.raises(PlanError, match=r"no knowledge_triple.*knows no facts; choose"):
        EmbeddedGenerator(replace(PLAN, kind="knowledge_triple"), ANCHORS, OTHERS)


def test_a_hard_row_lies_nearer_to_rows_of_another_label() -> None:
    """Of several rows between the same anchors the nearest to the other side is taken."""
    bad, good = table(), table(40)
    good["age"] += 15
    good["class"] = "good"
    plan = replace(PLAN, label="class", slice="bad", text=None)
    columns = content_columns(bad, "class", None)
    rivals = RowRivals(contents(good, columns), ["good"] * 40, columns)

    def nearness(kind: SampleKind) -> float:
        generator = EmbeddedGenerator(replace(plan, kind=kind), bad, good)
        rows = [generator.propose(i).content for i in range(60)]
        return float(np.mean([rival.nearness for rival in rivals.nearest(rows)]))

    assert nearness("adversarial_scenario") > nearness("training_case") + 0.1


@pytest.mark.parametrize("rows", [2, 7, 300])
def test_neighbours_are_the_nearest_by_gowers_distance(rows: int) -> None:
    """As sorted by hand: numbers by their share of the range, all else equal or not."""
    frame = table(max(rows, 4)).head(rows)
    columns = content_columns(frame, "class", None)
    found = contents(frame, columns)

    def apart(a: dict[str, object], b: dict[str, object]) -> float:
        total = 0.0
        for column in columns:
            one, two = a[column.name], b[column.name]
            if column.kind in ("integer", "number"):
                known = [row[column.name] for row in found if row[column.name] is not None]
                spread = max(known) - min(known) or 1.0
                missing = one is None or two is None
                total += 1.0 if missing else abs(one - two) / spread  # type: ignore[operator]
            else:
                total += one != two
        return total

    near = neighbours(found, columns, 5)
    for i in range(0, rows, 13):
        others = sorted((apart(found[i], found[j]), j) for j in range(rows) if j != i)
        got = [apart(found[i], found[j]) for j in near[i]]
        assert got == pytest.approx([distance for distance, _ in others[:5]])
        assert i not in near[i]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Z"]), max_size=60))
@settings(derandomize=True, max_examples=100)
def test_words_lose_no_character(text: str) -> None:
    """Taking a text apart and joining it changes only its blanks."""
    assert written(words(text)).replace(" ", "") == text.replace(" ", "")
