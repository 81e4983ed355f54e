import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from messages import SLICE, anchors_and_others, plan_text, written

from core.analysis.corpus import accepted_corpus, judged_candidates
from core.analysis.export import export
from core.analysis.generate import generate, generate_from_plan
from core.analysis.material import train_side
from core.analysis.quote import quote
from core.analysis.scores import read_scores
from core.analysis.strictness.answer import strictness_of_run, strictness_of_scores
from core.analysis.strictness.judged import judged_of_run
from core.analysis.strictness.knob import Knob
from core.datasets.kinds import CRITICS
from core.errors import DataError, InputError, PlanError, PriceError
from core.generation.plan_file import plan_from_toml
from core.prices import ModelPrice, PriceBook
from core.workspace import Workspace, ledger
from core.workspace.run_folder import now_utc
from core.workspace.runs import RunSummary


@pytest.fixture
def run(workspace: Workspace, tmp_path: Path) -> RunSummary:
    """Forty candidates of the embedded generator."""
    return generate_from_plan(workspace, plan_from_toml(plan_text(written(tmp_path), 40)))


def scored(scores: object, labels: object = np.nan, cost: object = np.nan) -> pd.DataFrame:
    """A table of scores."""
    frame = pd.DataFrame({"score": scores})
    return frame.assign(label=labels, cost_usd=cost)


def test_each_strictness_is_read_off_by_hand() -> None:
    """Scores .2 .4 .6 .8 at $0.01 each: at 0.5 half is accepted, for $0.02 apiece."""
    answer = strictness_of_scores(scored([0.2, 0.4, 0.6, 0.8], cost=0.01), [0.5, 0.8, 0.9])
    half, one, none = answer.points
    assert (half.acceptance_rate, half.accepted) == (0.5, 2)
    assert half.cost_per_accepted_usd == pytest.approx(0.02)
    assert one.cost_per_accepted_usd == pytest.approx(0.04)
    assert (none.accepted, none.cost_per_accepted_usd, none.cost_per_good_usd) == (0, None, None)
    assert half.precision is None
    assert answer.calibration.method == "not calibrated"
    assert answer.recommended.tau == 0.5
    assert "precision is unknown" in answer.recommended.why


def test_few_labels_give_a_precision_but_no_calibration() -> None:
    """Nine good and one bad above the line: P50 0.886, P10 0.725; a good one costs 1/0.886."""
    answer = strictness_of_scores(scored([0.9] * 10, labels=[1] * 9 + [0], cost=1.0), [0.5])
    (point,) = answer.points
    assert point.precision is not None
    assert point.precision.p10 == pytest.approx(0.7254, abs=1e-4)
    assert point.precision.p50 == pytest.approx(0.8857, abs=1e-4)
    assert point.cost_per_good_usd == pytest.approx(1 / 0.8857, abs=1e-3)
    assert answer.calibration.labels == 10
    assert answer.calibration.method == "not calibrated"


def test_with_labels_the_strictness_is_a_probability_and_the_best_one_is_found() -> None:
    """A probability that is uniform and right: two thirds is best, whatever the raw scale."""
    rng = np.random.default_rng(0)
    good_at = rng.random(8_000)
    odds = np.log(good_at / (1 - good_at))
    raw = 1 / (1 + np.exp(-(0.5 * odds - 1)))
    labels = np.where(np.arange(8_000) < 2_000, rng.random(8_000) < good_at, np.nan)
    answer = strictness_of_scores(scored(raw, labels.astype(float), 0.001), [0.0, 0.5, 2 / 3])
    assert answer.calibration.method == "smoothed Platt"
    assert answer.calibration.ece is not None
    assert answer.calibration.ece < 0.05
    assert answer.recommended.tau == pytest.approx(2 / 3, abs=0.06)
    two_thirds = answer.points[2]
    assert two_thirds.acceptance_rate == pytest.approx(1 / 3, abs=0.03)
    assert two_thirds.precision is not None
    assert two_thirds.precision.p50 == pytest.approx(5 / 6, abs=0.03)


def test_where_most_are_bad_at_every_setting_none_is_recommended() -> None:
    """No setting of the knob adds information then."""
    rng = np.random.default_rng(0)
    labels = (rng.random(200) < 0.2).astype(float)
    answer = strictness_of_scores(scored(rng.random(200), labels))
    assert answer.recommended.tau is None
    assert "improve the generator" in answer.recommended.why


def test_a_score_that_could_not_be_judged_is_never_accepted() -> None:
    """Not even at a strictness of 0."""
    answer = strictness_of_scores(scored([0.5, np.nan]), [0.0])
    assert (answer.points[0].accepted, answer.judged, answer.proposed) == (1, 1, 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("value\n1\n", "has no column 'score'; its columns are 'value'"),
        ("score,label\n0.5,1\nhigh,0\n", "line 3: score is 'high'; expected a number from 0 to 1"),
        ("score\n1.5\n", "line 2: score is '1.5'"),
        ("score,label\n0.5,maybe\n", "line 2: label is 'maybe'; expected 1 for good, 0 for bad"),
        ("score,cost_usd\n0.5,-1\n", "line 2: cost_usd is '-1'; expected an amount of at least 0"),
        ("score\n", "holds no row"),
        ("", "not a readable CSV"),
    ],
)
def test_a_wrong_table_of_scores_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """File, line, column, what was found and what is expected."""
    path = tmp_path / "scores.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=sentence):
        read_scores(str(path))


def test_labels_and_costs_may_be_left_empty(tmp_path: Path) -> None:
    """Unknown stays unknown."""
    path = tmp_path / "scores.csv"
    path.write_text("score,label,cost_usd\n0.5,1,0.1\n,,\n0.7,no,\n")
    frame = read_scores(str(path))
    assert frame["score"].isna().tolist() == [False, True, False]
    assert frame["label"].tolist()[::2] == [1.0, 0.0]
    assert np.isnan(frame["label"][1])


def test_coverage_falls_as_strictness_rises(workspace: Workspace, run: RunSummary) -> None:
    """Every anchor has some candidate near it, and none once nothing is accepted."""
    answer = strictness_of_run(workspace, run.run_id)
    coverage = [point.coverage for point in answer.points]
    assert coverage == sorted(coverage, key=lambda c: -(c or 0))
    assert (coverage[0] or 0) > 0.5
    assert answer.proposed == answer.judged == 40
    assert answer.cost_usd == 0


def test_a_run_whose_data_is_gone_has_an_unknown_coverage(
    workspace: Workspace, run: RunSummary
) -> None:
    """Not a coverage of 0."""
    for path in workspace.path("datasets").rglob("*.*"):
        path.unlink()
    assert strictness_of_run(workspace, run.run_id).points[0].coverage is None


@pytest.mark.parametrize("tau", [80, -0.1, float("nan")])
def test_a_strictness_is_a_fraction(workspace: Workspace, run: RunSummary, tau: float) -> None:
    """Eighty is no strictness; the sentence guesses what was meant."""
    with pytest.raises(InputError, match="expected a number from 0 to 1"):
        accepted_corpus(workspace, run.run_id, tau)
    with pytest.raises(InputError, match="expected a number from 0 to 1"):
        strictness_of_run(workspace, run.run_id, [tau])


def test_the_accepted_corpus_is_what_the_ledger_counts(
    workspace: Workspace, run: RunSummary
) -> None:
    """Its columns, its label, and where each sample comes from."""
    for tau in (1.0, 0.9, 0.5, 0.0):
        corpus = accepted_corpus(workspace, run.run_id, tau)
        assert len(corpus) == ledger.acceptance(workspace, run.run_id, [tau]).iloc[0]["accepted"]
        assert (corpus["score"] >= tau).all()
    assert list(corpus.columns) == [
        "text",
        "intent",
        "synthetic",
        "run",
        "candidate",
        "score",
        "scores",
        "written_by",
        "parents",
        "kind",
        "extras",
    ]
    assert set(corpus["intent"]) == {SLICE}


def test_why_was_this_one_rejected(workspace: Workspace, run: RunSummary) -> None:
    """Next to the line, both sides, with the critic that decided first."""
    knob = Knob(judged_of_run(workspace, run.run_id))
    names, lowest = knob.near(0.5, 3), knob.score_at(0.5)
    near = judged_candidates(workspace, run.run_id, names, lowest)
    assert [c.accepted for c in near] == [True] * 3 + [False] * 3
    scores = [c.score or 0 for c in near]
    assert scores == sorted(scores, reverse=True)
    for found in near:
        assert found.said[0].score == pytest.approx(found.score)
        assert {s.critic for s in found.said} == set(CRITICS["training_case"])
        assert all(s.reason for s in found.said)


@pytest.mark.parametrize("format", ["openai-chat", "jsonl", "csv", "parquet"])
def test_an_export_says_of_every_row_that_it_is_synthetic(
    workspace: Workspace, run: RunSummary, tmp_path: Path, format: str
) -> None:
    """And of which run and candidate; the file's hash is the one that was told."""
    import hashlib

    target = tmp_path / f"corpus.{format}"
    found = export(workspace, run.run_id, strictness=0.5, format=format, target=target)
    assert found.rows == len(accepted_corpus(workspace, run.run_id, 0.5)) > 0
    assert found.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    if format == "openai-chat":
        for line in target.read_text().splitlines():
            row = json.loads(line)
            assert [m["role"] for m in row["messages"]] == ["system", "user", "assistant"]
            assert row["messages"][2]["content"] == SLICE
            assert row["metadata"]["synthetic"] is True
            assert row["metadata"]["run"] == run.run_id
        return
    read = {
        "jsonl": lambda p: pd.read_json(p, lines=True),
        "csv": pd.read_csv,
        "parquet": pd.read_parquet,
    }[format](target)
    assert len(read) == found.rows
    assert read["synthetic"].all()
    assert {"text", "intent"} <= set(read.columns)


def test_an_export_overwrites_nothing_unasked_and_writes_no_empty_file(
    workspace: Workspace, run: RunSummary, tmp_path: Path
) -> None:
    """Three ways to be refused, each with the way out."""
    target = tmp_path / "corpus.csv"
    target.write_text("mine")
    for strictness, format, place, sentence in (
        (0.5, "csv", target, "is there already.*--force"),
        (1.0, "csv", tmp_path / "other.csv", "accepts nothing at strictness 1; its best score is"),
        (0.5, "yaml", tmp_path / "other.yaml", "expected one of openai-chat, openai-preference"),
        (0.5, "csv", tmp_path / "none" / "c.csv", "existing folder"),
    ):
        with pytest.raises(InputError, match=sentence):
            export(workspace, run.run_id, strictness=strictness, format=format, target=place)
    assert target.read_text() == "mine"
    assert sorted(p.name for p in tmp_path.glob("*.csv")) == ["corpus.csv", "messages.csv"]
    export(workspace, run.run_id, strictness=0.5, format="csv", target=target, force=True)
    assert target.read_text() != "mine"


def test_what_is_held_out_for_evidence_reaches_no_generator_and_no_critic(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Parents and the nearest anchors named by critics are training rows, all of them."""
    plan = plan_from_toml(plan_text(written(tmp_path), 60))
    _, _, anchors, others = train_side(workspace, plan)
    train = {str(key) for key in anchors["__row"]}
    assert 2 <= len(train) < 12
    assert len(others) < 24
    run = generate_from_plan(workspace, plan)
    found = ledger.candidates_frame(workspace, run.run_id)
    assert {key for parents in found["parents"] for key in parents} <= train
    reasons = ledger.critiques_frame(workspace, run.run_id).query("critic == 'duplicate'")["reason"]
    named = reasons.str.extract(r"like anchor (\d+):")[0].dropna()
    assert set(named) <= train


def test_a_run_of_the_embedded_generator_is_repeatable(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Equal plan, equal data: equal candidates with equal scores, in a run of its own."""
    plan = plan_from_toml(plan_text(written(tmp_path), 30))
    first, second = generate_from_plan(workspace, plan), generate_from_plan(workspace, plan)
    assert first.run_id != second.run_id
    columns = ["index", "content", "score"]
    pd.testing.assert_frame_equal(
        ledger.candidates_frame(workspace, first.run_id)[columns],
        ledger.candidates_frame(workspace, second.run_id)[columns],
    )


def test_an_interrupted_embedded_run_ends_like_one_that_was_not(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Stopped after a batch and resumed: the same candidates, the same scores."""
    from core.errors import Cancelled

    plan = plan_from_toml(plan_text(written(tmp_path), 60))

    def stop(done: int, total: int, what: str) -> None:
        if done == 25:
            raise Cancelled

    whole = generate_from_plan(workspace, plan)
    part = generate_from_plan(workspace, plan, progress=stop)
    assert (part.stopped, part.proposed) == ("cancelled", 25)
    rest = generate_from_plan(workspace, plan, resume=part.run_id)
    assert (rest.stopped, rest.proposed) == ("done", 60)
    columns = ["index", "content", "score"]
    pd.testing.assert_frame_equal(
        ledger.candidates_frame(workspace, whole.run_id)[columns],
        ledger.candidates_frame(workspace, rest.run_id)[columns],
    )


@pytest.mark.parametrize(
    ("old", "new", "error", "sentence"),
    [
        ('slice = "stop_card"', 'slice = "stop_crad"', PlanError, "did you mean 'stop_card'"),
        ('label = "intent"', 'label = "intend"', DataError, "has no label column 'intend'"),
        ('text = "text"', 'text = "body"', DataError, "has no text column 'body'"),
        (
            "candidates = 5",
            'candidates = 5\n[generator]\ntype = "openai"\nmodel = "no-such-model"',
            PriceError,
            r"no-such-model.*\[prices\].*write 0 for a server of your own",
        ),
    ],
)
def test_a_plan_that_does_not_fit_the_data_starts_no_run(
    workspace: Workspace, tmp_path: Path, old: str, new: str, error: type[Exception], sentence: str
) -> None:
    """The sentence names the key's value; the workspace holds no run afterwards."""
    text = plan_text(written(tmp_path), 5)
    assert old in text
    with pytest.raises(error, match=sentence):
        generate_from_plan(workspace, plan_from_toml(text.replace(old, new)))
    assert list(workspace.path("runs").iterdir()) == []


def test_one_anchor_is_not_enough(workspace: Workspace) -> None:
    """The sentence says how many were found."""
    anchors, others = anchors_and_others()
    with pytest.raises(PlanError, match="has 1 anchor on the training side; at least 2"):
        generate(workspace, plan_from_toml(plan_text()), anchors=anchors.head(1), others=others)


def test_a_quote_counts_the_real_prompts(workspace: Workspace) -> None:
    """Twenty candidates at $1 and $4 per million tokens, from prompts of some 300 tokens."""
    anchors, others = anchors_and_others()
    plan = plan_from_toml(plan_text())
    prices = PriceBook(
        {
            "own": ModelPrice(
                input_usd_per_mtok=1.0,
                output_usd_per_mtok=4.0,
                source="by hand",
                as_of=now_utc().date(),
            )
        }
    )
    found = quote(plan, anchors, "own", prices)
    each_in, each_out = found.input_tokens / 20, found.output_tokens / 20
    assert 250 < each_in < 500
    assert 10 < each_out < 30
    assert found.cost_usd_p50 == pytest.approx(20 * 1.02 * (each_in + 4 * each_out) / 1e6, rel=0.02)
    assert found.cost_usd_p10 < found.cost_usd_p50 < found.cost_usd_p90
    assert found.counted_by == "estimate"
    judged = quote(
        replace(plan, judge=True, judge_model="own"), anchors, "own", prices, others=others
    )
    assert judged.cost_usd_p50 > 1.5 * found.cost_usd_p50
    with pytest.raises(PriceError):
        quote(plan, anchors, "no-such-model", prices)
