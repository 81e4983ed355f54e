"""A file of evaluation results: the measured frontier, and sentences about files that are none."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analysis.evaluation_file import read_evaluations
from core.analysis.evaluations import evaluations_of
from core.analysis.scenario import default_scenario
from core.errors import DataError, DatawallError
from core.prices import PriceBook

TODAY = date(2026, 11, 22)
SCENARIO = default_scenario(PriceBook(), TODAY)
AT = datetime(2026, 11, 22, tzinfo=UTC)


def written(folder: Path, text: str, name: str = "evals.csv") -> str:
    """A file with this text."""
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def answers(items: int = 400, seed: int = 0) -> pd.DataFrame:
    """A cheap model that knows its errors, a strong one, and one that is dearer and worse."""
    stream = np.random.default_rng(seed)
    sure = stream.random(items)
    parts = []
    for config, right, cost, trust in (
        ("small", sure > 0.25, 0.001, sure),
        ("large", stream.random(items) < 0.96, 0.010, np.full(items, np.nan)),
        ("fancy", stream.random(items) < 0.80, 0.020, np.full(items, np.nan)),
    ):
        parts.append(
            pd.DataFrame(
                {
                    "item": [f"i{i}" for i in range(items)],
                    "config": config,
                    "correct": right.astype(float),
                    "cost_usd": cost,
                    "confidence": trust,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def test_each_configuration_has_its_accuracy_cost_and_interval() -> None:
    """Costs rise, the dear and bad one is off the hull, and a right answer costs more than one."""
    found = evaluations_of(answers(), SCENARIO, target=0.9)
    assert [c.config for c in found.configs] == ["small", "large", "fancy"]
    assert found.hull == ("small", "large")
    small = found.configs[0]
    assert small.accuracy_low < small.accuracy < small.accuracy_high
    assert small.cost_per_right_usd == pytest.approx(0.001 / small.accuracy)


def test_routing_mixes_two_neighbours() -> None:
    """The share that goes to the second one puts the mixture exactly on the target."""
    found = evaluations_of(answers(), SCENARIO, target=0.9)
    small, large, _ = found.configs
    assert found.route is not None
    share = (0.9 - small.accuracy) / (large.accuracy - small.accuracy)
    assert found.route.second_share == pytest.approx(share)
    assert found.route.cost_usd == pytest.approx((1 - share) * 0.001 + share * 0.010)
    assert evaluations_of(answers(), SCENARIO, target=0.999).route is None


def test_a_cascade_that_knows_its_errors_beats_routing() -> None:
    """The threshold comes from one half and holds on the other, far below the strong model."""
    found = evaluations_of(answers(2_000), SCENARIO, target=0.95)
    best = found.cascades[0]
    assert (best.first, best.second) == ("small", "large")
    assert best.reaches_target
    assert best.accuracy == pytest.approx(0.95, abs=0.03)
    assert best.cost_usd < 0.006
    assert 900 < best.items < 1_100
    assert found.seed == 0
    assert any("large" in note and "no confidence" in note for note in found.notes)


def test_the_half_that_chose_is_not_the_half_that_reports() -> None:
    """With labels that are noise the chosen half flatters, on average over seeds."""
    frame = answers(100, 4)
    stream = np.random.default_rng(8)
    frame["correct"] = (stream.random(len(frame)) < 0.5).astype(float)
    frame["confidence"] = stream.random(len(frame))
    frame.loc[frame["config"] == "large", "correct"] = (stream.random(100) < 0.75).astype(float)
    gaps = []
    for seed in range(30):
        for cascade in evaluations_of(frame, SCENARIO, target=0.99, seed=seed).cascades:
            gaps.append(cascade.accuracy_chosen - cascade.accuracy)
    assert np.mean(gaps) > 0.02


def test_the_order_of_rows_does_not_matter() -> None:
    """Halves go by the item's name, not by its place in the file."""
    frame = answers()
    shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
    first, second = (evaluations_of(f, SCENARIO, target=0.95) for f in (frame, shuffled))
    assert first.cascades == second.cascades
    assert set(first.configs) == set(second.configs)


def test_only_shared_items_are_compared() -> None:
    """Items that one configuration lacks are left out, and that is said."""
    frame = answers()
    fewer = evaluations_of(frame.drop(index=[0, 1]), SCENARIO)
    assert fewer.items == 398
    assert "2 items" in fewer.notes[0]
    apart = frame[(frame["config"] == "small") | (frame["item"] == "none")].copy()
    other = frame[frame["config"] == "large"].assign(item=lambda f: "other" + f["item"])
    found = evaluations_of(pd.concat([apart, other], ignore_index=True), SCENARIO)
    assert "No item was answered by every configuration" in found.notes[0]
    assert len(found.configs) == 2


def test_measured_and_modelled_differ_by_their_residual() -> None:
    """The modelled request at the measured accuracy is the frontier's cheapest plan."""
    found = evaluations_of(answers(), SCENARIO, target=0.9)
    for config, residual in zip(found.configs, found.residuals, strict=True):
        assert residual.measured_usd == pytest.approx(config.cost_usd + found.beside_usd)
        assert residual.modelled_usd is not None
        assert residual.residual_usd == residual.measured_usd - residual.modelled_usd
    assert found.beside_usd == pytest.approx(0.0045)


def test_tokens_are_priced_one_answer_at_a_time(tmp_path: Path) -> None:
    """A long prompt pays its tier, a short one does not, and nothing is priced as a sum."""
    text = (
        "item,config,correct,input_tokens,output_tokens,model\n"
        "a,x,1,1000,100,gpt-6-luna\nb,x,0,1000000,100,gpt-6-luna\n"
    )
    found = read_evaluations(written(tmp_path, text), PriceBook(), AT)
    assert found["cost_usd"].tolist() == pytest.approx(
        [(1000 * 0.1 + 100 * 0.5) / 1e6, (1e6 * 0.2 + 100 * 0.75) / 1e6]
    )
    assert found["confidence"].isna().all()


def test_other_formats_hold_the_same(tmp_path: Path) -> None:
    """CSV, JSONL and Parquet give the same answers."""
    frame = answers(5)
    paths = [str(tmp_path / f"e.{end}") for end in ("csv", "jsonl", "parquet")]
    frame.to_csv(paths[0], index=False)
    frame.to_json(paths[1], orient="records", lines=True)
    frame.to_parquet(paths[2])
    first, *others = (read_evaluations(path, PriceBook()) for path in paths)
    for other in others:
        pd.testing.assert_frame_equal(first, other, check_exact=False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a readable table"),
        ("item,config,correct,cost_usd\n", "holds no row"),
        ("item,config,corect,cost_usd\na,x,1,1\n", "no column 'correct'.*Is 'corect' meant"),
        ("item,config,correct,cost_usd\na,x,yes,1\nb,x,perhaps,1\n", "line 3: correct is 'perh"),
        ("item,config,correct,cost_usd\na,x,1,-1\n", "line 2: cost_usd is '-1'"),
        ("item,config,correct,cost_usd\na,x,1,inf\n", "line 2: cost_usd is 'inf'"),
        ("item,config,correct,cost_usd\na,x,1,\n", "line 2: cost_usd is ''"),
        ("item,config,correct,cost_usd\na,,1,1\n", "line 2: config is empty"),
        ("item,config,correct,cost_usd\na,x,1,1\na,x,0,1\n", "line 3: item 'a' is answered by 'x'"),
        ("item,config,correct\na,x,1\n", "neither 'cost_usd' nor 'input_tokens' and"),
        ("item,config,correct,cost_usd,confidence\na,x,1,1,high\n", "confidence is 'high'"),
        ("item,config,correct,input_tokens,output_tokens\na,no-such,1,1,1\n", "no price is known"),
    ],
)
def test_a_file_that_is_none_is_answered_in_a_sentence(
    tmp_path: Path, text: str, says: str
) -> None:
    """Empty files, missing columns and odd cells each name the column and the line."""
    with pytest.raises(DatawallError, match=says):
        read_evaluations(written(tmp_path, text), PriceBook(), AT)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The path is named."""
    with pytest.raises(DataError, match="does not exist"):
        read_evaluations(str(tmp_path / "no.csv"), PriceBook())
