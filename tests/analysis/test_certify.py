"""What may be promised, how often one may look, and when a promise has expired."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from messages import plan_text, written

from core.analysis import versions
from core.analysis.certify import certificates_of, certify_run, certify_scores, promised
from core.analysis.corpus import accepted_corpus
from core.analysis.generate import generate_from_plan
from core.analysis.strictness.answer import strictness_of_run
from core.errors import InputError
from core.generation.plan_file import plan_from_toml
from core.records import Label
from core.workspace import Workspace, verdicts
from core.workspace.human_labels import add_labels
from core.workspace.run_folder import now_utc

Draw = Callable[[int], int]


def binormal(n: int = 2_000, labels: int = 500, seed: int = 0) -> pd.DataFrame:
    """Half of the candidates good, scores two standard deviations apart; some labelled."""
    dice = np.random.default_rng(seed)
    good = dice.random(n) < 0.5
    score = 1 / (1 + np.exp(-(dice.normal(size=n) + 2 * good - 1)))
    label = np.where(np.arange(n) < labels, good.astype(float), np.nan)
    return pd.DataFrame({"score": score, "label": label, "cost_usd": 0.01, "truth": good})


@pytest.fixture
def run_id(workspace: Workspace, tmp_path: Path) -> str:
    """A run of two hundred candidates of the embedded generator."""
    return generate_from_plan(workspace, plan_from_toml(plan_text(written(tmp_path), 200))).run_id


def labels_for(workspace: Workspace, run_id: str, part: slice, *, drawn: float | None) -> None:
    """Ana labels part of the candidates: good from a score of 0.3 on, one in twelve otherwise."""
    found = verdicts.scores_frame(workspace, run_id).iloc[part]
    known = found[found["score"].notna()]
    add_labels(
        workspace,
        run_id,
        [
            Label(
                candidate_id=row.candidate_id,
                run_id=run_id,
                good=bool((row.score >= 0.3) != (row.Index % 12 == 5)),
                labeller="Ana",
                at=now_utc(),
                drawn=drawn,
                of=None if drawn is None else 200,
            )
            for row in known.itertuples()
        ],
    )


def test_a_file_of_scores_is_certified_at_a_score_of_its_own_scale() -> None:
    """What scores at least tau is accepted, and at least 90 % of it is really good."""
    frame = binormal()
    found = certify_scores(frame, precision=0.9, confidence=0.9)
    assert found.certified
    assert found.labels_missing is None
    assert found.labels_used == 500
    taken = frame["score"] >= found.tau
    assert found.acceptance_rate == pytest.approx(taken.mean())
    assert frame["truth"][taken].mean() >= 0.9
    assert found.precision is not None
    assert promised(found) == "At least 90 % of the accepted are good, with 90 % confidence."
    last = next(step for step in found.steps if step.score == found.tau)
    assert last.p_value <= 0.1
    assert last.labels == int((taken & frame["label"].notna()).sum())


def test_without_labels_enough_it_is_refused_with_how_many_are_missing() -> None:
    """Sixty labels: a handful above any threshold; what is missing is a number of labels."""
    found = certify_scores(binormal(labels=60), precision=0.95, confidence=0.95)
    assert not found.certified
    assert found.tau is None
    assert found.labels_missing is not None
    assert found.labels_missing >= 20
    assert found.why.startswith("not certified")


def test_a_critic_that_tells_nothing_is_not_helped_by_more_labels() -> None:
    """Scores at random, half good: no setting is expected to reach 90 %."""
    dice = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "score": dice.random(2_000),
            "label": (dice.random(2_000) < 0.5).astype(float),
            "cost_usd": 0.01,
        }
    )
    found = certify_scores(frame, precision=0.9, confidence=0.9)
    assert not found.certified
    assert found.labels_missing is None
    assert "more labels will not help" in found.why


@pytest.mark.parametrize(
    ("scores", "labels", "sentence"),
    [
        ([0.9] * 40, [1.0] * 40, "all 40 labels say good"),
        ([0.1, 0.5, 0.9], [0.0, 1.0, 1.0], "3 labels are too few"),
        ([0.7] * 40, [1.0] * 36 + [0.0] * 4, "have the same score"),
        ([0.7] * 40, [np.nan] * 40, "nobody has labelled a candidate"),
    ],
)
def test_nothing_is_certified_on_labels_that_tell_nothing(
    scores: list[float], labels: list[float], sentence: str
) -> None:
    """One kind only, three of them, equal scores, none: said in words."""
    frame = pd.DataFrame({"score": scores, "label": labels, "cost_usd": 1.0})
    found = certify_scores(frame, precision=0.9, confidence=0.9)
    assert not found.certified
    assert found.tau is None
    assert sentence in found.why
    assert found.labels_missing is not None


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"precision": 90, "confidence": 0.9}, "precision is 90.* If you mean 90 %, write 0.9"),
        ({"precision": 0.9, "confidence": 1.0}, "confidence is 1; expected a number between"),
        ({"precision": 0.9, "confidence": 0.0}, "confidence is 0"),
    ],
)
def test_a_promise_that_cannot_be_meant_is_one_sentence(
    facts: dict[str, float], sentence: str
) -> None:
    """Which, what was found and what is expected."""
    with pytest.raises(InputError, match=sentence):
        certify_scores(binormal(), **facts)


def test_every_look_at_new_labels_spends_half_of_what_is_left(
    workspace: Workspace, run_id: str
) -> None:
    """0.05 of 0.1, then 0.025; the same labels again are the same look."""
    labels_for(workspace, run_id, slice(0, 60), drawn=0.0)
    first = certify_run(workspace, run_id, precision=0.8, confidence=0.9)
    again = certify_run(workspace, run_id, precision=0.8, confidence=0.9)
    assert again == first
    labels_for(workspace, run_id, slice(60, 160), drawn=0.0)
    second = certify_run(workspace, run_id, precision=0.8, confidence=0.9)
    assert [c.look for c in certificates_of(workspace, run_id)] == [2, 1]
    assert (first.error_spent, second.error_spent) == pytest.approx((0.05, 0.025))
    assert second.labels_used > first.labels_used
    other = certify_run(workspace, run_id, precision=0.7, confidence=0.9)
    assert (other.look, other.error_spent) == (1, pytest.approx(0.05))


def test_planned_looks_share_what_is_left_and_a_single_one_may_spend_all(
    workspace: Workspace, run_id: str
) -> None:
    """``looks=1`` spends 0.1 at once; after it nothing is left to certify with."""
    labels_for(workspace, run_id, slice(0, 60), drawn=0.0)
    found = certify_run(workspace, run_id, precision=0.8, confidence=0.9, looks=1)
    assert found.error_spent == pytest.approx(0.1)
    labels_for(workspace, run_id, slice(60, 160), drawn=0.0)
    spent = certify_run(workspace, run_id, precision=0.8, confidence=0.9)
    assert not spent.certified
    assert spent.error_spent == 0
    assert "nothing of the allowed error is left" in spent.why
    with pytest.raises(InputError, match="looks is 0"):
        certify_run(workspace, run_id, precision=0.8, confidence=0.9, looks=0)


def test_a_look_that_could_not_certify_anything_spends_nothing(
    workspace: Workspace, run_id: str
) -> None:
    """Labels picked by hand, or too few of them: no look is recorded."""
    labels_for(workspace, run_id, slice(0, 60), drawn=None)
    found = certify_run(workspace, run_id, precision=0.8, confidence=0.9)
    assert not found.certified
    assert "picked by hand" in found.why
    assert (found.error_spent, certificates_of(workspace, run_id)) == (0.0, [])


def test_a_certificate_names_its_versions_and_expires_when_one_changes(
    workspace: Workspace, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds for the run's candidates, and no longer for those that would be made now."""
    labels_for(workspace, run_id, slice(0, 200), drawn=0.0)
    found = certify_run(workspace, run_id, precision=0.7, confidence=0.9)
    assert found.certified
    assert found.status == "valid"
    assert {"generator", "plan", "data", "critics"} <= set(found.versions)
    monkeypatch.setattr(versions, "CRITICS_VERSION", "v99")
    (expired,) = certificates_of(workspace, run_id)
    assert expired.certified
    assert "expired: critics was" in expired.status
    assert "is v99" in expired.status


def test_one_strictness_is_one_corpus_for_every_reader(workspace: Workspace, run_id: str) -> None:
    """What the certificate accepts is what the corpus holds and the strictness counts."""
    labels_for(workspace, run_id, slice(0, 200), drawn=0.0)
    found = certify_run(workspace, run_id, precision=0.7, confidence=0.9)
    assert found.tau is not None
    corpus = accepted_corpus(workspace, run_id, found.tau)
    assert len(corpus) == pytest.approx(200 * (found.acceptance_rate or 0))
    assert corpus["score"].min() == pytest.approx(found.score)
    (point,) = strictness_of_run(workspace, run_id, [found.tau]).points
    assert point.accepted == len(corpus)
    assert point.score == found.score
    assert replace(found).precision == point.precision
