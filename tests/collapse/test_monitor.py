"""What a collapse looks like in rows: planted ones are found by the figure that should."""

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analysis.monitor import MonitorAnswer, Rows, monitor, run_rows, stored_monitors
from core.audit.examples import labelled_examples
from core.audit.holdout import training_rows
from core.cli.main import main
from core.collapse.classes import lost_classes
from core.collapse.risk import risk_of
from core.collapse.wording import compression, repetition
from core.critique.shift import Shift
from core.datasets import load_dataset
from core.errors import DataError, InputError
from core.workspace import Workspace
from core.workspace.datasets import Dataset, examples

MESSAGES = Path(__file__).parents[2] / "sample_data" / "customer_messages.csv"
SEEDS = range(1)


@pytest.fixture
def data(workspace: Workspace) -> Dataset:
    """The messages of an energy supplier."""
    return load_dataset(workspace, MESSAGES)


@pytest.fixture
def held_out(workspace: Workspace, data: Dataset) -> pd.DataFrame:
    """Real rows that the monitor does not compare with."""
    rows = labelled_examples(data, examples(workspace, data), "intent", "text")
    trains = training_rows(rows.frame[["text", "intent"]], "intent")
    return rows.frame.loc[~trains, ["text", "intent"]].reset_index(drop=True)


def typical(rows: pd.DataFrame) -> pd.DataFrame:
    """The half of the texts that use the most usual words: a low temperature."""
    words = Counter(" ".join(rows["text"]).split())
    usual = rows["text"].map(lambda t: np.mean([np.log(words[w]) for w in t.split()]))
    return rows.loc[usual.sort_values(ascending=False).index[: len(rows) // 2]]


def looked_at(workspace: Workspace, data: Dataset, *frames: pd.DataFrame) -> MonitorAnswer:
    """The monitor's answer for these generations."""
    rows = [Rows(name=f"g{i}", frame=frame) for i, frame in enumerate(frames)]
    return monitor(workspace, data, rows, label="intent", text="text")


def test_planted_collapse_is_found_by_the_figure_that_should(
    workspace: Workspace, data: Dataset, held_out: pd.DataFrame
) -> None:
    """Real rows are silent; copies, a lost class and a low temperature are not."""
    some = held_out.sample(500, random_state=1)
    rarest = held_out["intent"].value_counts().index[-1]
    lost = held_out[held_out["intent"] != rarest].sample(700, random_state=1)
    found = looked_at(
        workspace, data, some, pd.concat([some[:300], some[:200]]), lost, typical(held_out)
    )
    silent, copied, without, cold = found.generations
    assert not [f for f in silent.findings if f.alarm]
    assert silent.rare is None
    assert (silent.copies, copied.copies) == (0.0, pytest.approx(0.4))
    alarms = [{f.metric for f in g.findings if f.alarm} for g in found.generations]
    assert "duplicates" in alarms[1]
    assert without.lost[0].label == rarest
    assert f"{rarest} has 0 of 700 rows" in (without.rare.words if without.rare else "")
    assert {"compression", "self-repetition"} <= alarms[3]
    assert found.risk == "early collapse"
    assert found.cause in alarms[3]
    assert "raise the temperature" in found.action or "prompts" in found.action
    assert cold.read > 100
    assert stored_monitors(workspace) == [found]


def test_rows_that_are_real_and_labels_that_are_not_are_counted(
    workspace: Workspace, data: Dataset, held_out: pd.DataFrame
) -> None:
    """A fifth of the generation is anchors word for word, a tenth bears unknown labels."""
    rows = labelled_examples(data, examples(workspace, data), "intent", "text")
    trains = training_rows(rows.frame[["text", "intent"]], "intent")
    anchors = rows.frame.loc[trains, ["text", "intent"]][:40]
    made = held_out.sample(160, random_state=2).reset_index(drop=True)
    made.loc[:19, "intent"] = "weather"
    found = looked_at(workspace, data, pd.concat([made, anchors]))
    (only,) = found.generations
    assert only.real_share == pytest.approx(0.2)
    assert only.unknown_labels == pytest.approx(0.1)
    assert found.notes[-1] == (
        "g0: 10.0% of the rows have a label that the real data does not have."
    )


def test_too_little_to_tell_is_said(workspace: Workspace, data: Dataset) -> None:
    """Three rows are no generation; no row is an error, as is a missing column."""
    few = pd.DataFrame({"text": ["a b", "c d", "e f"], "intent": "power_cut"})
    found = looked_at(workspace, data, few)
    assert found.risk == "unknown"
    assert found.words.startswith("The risk of collapse is unknown.")
    with pytest.raises(DataError, match="g0 holds no row"):
        looked_at(workspace, data, few[:0])
    with pytest.raises(DataError, match="a generation has no column 'text'"):
        looked_at(workspace, data, few.rename(columns={"text": "body"}))
    with pytest.raises(InputError, match="there is no generation to look at"):
        monitor(workspace, data, [], label="intent")


def test_classes_are_lost_only_beyond_chance() -> None:
    """None of a hundred where a tenth is usual is lost; three of twenty-five is chance."""
    real = ["a"] * 90 + ["b"] * 10
    lost, unknown = lost_classes(real * 3, ["a"] * 99 + ["c"])
    assert (lost, unknown) == ([], 0.01)  # of one known class alone nothing is lost
    lost, _ = lost_classes([*real * 3, *["c"] * 5], ["a"] * 99 + ["c"])
    assert [each.label for each in lost] == ["b"]
    assert not lost_classes(real, ["a"] * 22 + ["b"] * 3)[0]


def test_wording_by_hand() -> None:
    """Two texts of five words that share one run of four: two of four runs repeat."""
    assert repetition(["a b c d e", "x b c d e"]) == pytest.approx(2 / 4)
    assert repetition(["a b c"]) == 0
    assert compression(["same words again"] * 50) > 10 > compression(["q8z kf2 vv1 opw"])


def finding(metric: str, z: float, alarm: bool) -> Shift:
    """A figure with so many standard deviations."""
    return Shift(metric=metric, value=0.0, null_mean=0.0, null_sd=1.0, z=z, alarm=alarm, words="so")


def test_the_risk_names_its_cause_and_what_to_do() -> None:
    """Nothing, a trend, drift, the tails first, and in the end the variety of everything."""
    calm = [[finding("variety", -0.1 * i, alarm=False)] for i in range(5)]
    assert risk_of(calm, [None] * 5).risk == "none"
    trend = risk_of([[finding("variety", -0.7 * i, alarm=False)] for i in range(5)], [None] * 5)
    assert (trend.risk, trend.cause) == ("watch", "variety")
    assert "for 3 generations in a row, to -2.8" in trend.why
    drift = risk_of([[finding("told apart", 9, alarm=True)]], [None])
    assert (drift.risk, drift.cause) == ("watch", "told apart")
    early = risk_of([[finding("recall", -9, alarm=True)]], [None])
    assert (early.risk, "raise the share of real anchors" in early.action) == (
        "early collapse", True,
    )  # fmt: skip
    late = risk_of(
        [[finding(m, z, alarm=True) for m, z in (("recall", -9), ("variety", -8), ("density", 7))]],
        [None],
    )
    assert (late.risk, late.cause) == ("late collapse", "recall")
    rare = risk_of([[]], [finding("rare classes", -4, alarm=True)])
    assert (rare.risk, rare.cause) == ("early collapse", "rare classes")
    assert risk_of([[]], [None]).risk == "unknown"


def test_the_command_reads_files_a_column_or_runs(
    tmp_path: Path, held_out: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three ways to name generations, and what each lacks."""
    both = held_out.sample(60, random_state=3).assign(round=["1", "2"] * 30)
    both.to_csv(tmp_path / "all.csv", index=False)
    common = ["monitor", str(MESSAGES), "--label", "intent", "--workspace", str(tmp_path / "w")]
    asked = [*common, "--corpus", str(tmp_path / "all.csv"), "--generation-column", "round"]
    assert main(asked) == 0
    assert "No sign of collapse after 2 generations" in capsys.readouterr().out
    for more, said in (
        (["--corpus", str(tmp_path / "all.csv")], "needs --generation-column"),
        ([], "name the generations by"),
        (["--slice", "power_cut"], "there is no run on 'power_cut' yet"),
        (["--slice", "thunder", "--generations", str(tmp_path / "all.csv")], "no label 'thunder'"),
        (["--runs", "r", "--corpus", "c"], "three ways to say it; choose one"),
    ):
        assert main([*common, *more]) == 2
        assert said in capsys.readouterr().err


def test_runs_are_generations(tmp_path: Path) -> None:
    """What a strictness accepts of the sample's run; nobody has labelled it, so no odds."""
    import shutil

    shutil.copytree(MESSAGES.parent / "workspace", tmp_path / "workspace")
    workspace = Workspace(tmp_path / "workspace")
    (run,) = (p.name for p in workspace.path("runs").iterdir() if p.is_dir())
    (rows,) = run_rows(workspace, [run], 0.5)
    assert (rows.name, len(rows.frame)) == (f"{run}@0.5", 134)
    assert rows.critic is not None
    assert (rows.critic.odds, rows.critic.good) == (None, 0)
    assert stored_monitors(workspace)[0].generations[0].rows == 134
