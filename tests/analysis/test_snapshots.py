"""Prior values: kept on demand, never typed, and only compared with what they were about."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.analysis.audit import measurements
from core.analysis.chain import chain_of
from core.analysis.margin import margin_of
from core.analysis.roi import roi_of
from core.analysis.sample import fill_with_sample
from core.analysis.scorecard import Row, Scorecard, scorecard_of, snapshots, want
from core.errors import InputError
from core.workspace import Workspace


@pytest.fixture
def sample(workspace: Workspace) -> Workspace:
    """A workspace with the sample."""
    fill_with_sample(workspace)
    return workspace


def card(workspace: Workspace, target: float = 0.85, slice_name: str | None = None) -> Scorecard:
    """The scorecard of the sample."""
    m = measurements(workspace)[0]
    chain = chain_of(
        workspace, fingerprint=m.fingerprint, label=m.label, target=target, tau=0.5,
        slice_name=slice_name,
    )  # fmt: skip
    margin = margin_of(chain.scenario, draws=200)
    return scorecard_of(workspace, chain, margin, roi_of(chain.scenario, draws=200))


def row(found: Scorecard, key: str) -> Row:
    """One of its rows."""
    return next(r for r in found.rows if r.kpi.key == key)


def test_without_a_snapshot_there_is_no_prior_value(sample: Workspace) -> None:
    """None kept, which is not the same as unknown."""
    found = card(sample)
    assert found.prior is None
    assert {r.prior_in_words for r in found.rows} == {"none kept"}


def test_a_snapshot_is_the_prior_of_every_figure(sample: Workspace) -> None:
    """With its date; what was unknown then stays unknown."""
    first = card(sample)
    kept = first.keep(sample, "Q3 board")
    later = card(sample)
    assert later.prior == kept
    for before, now in zip(first.rows, later.rows, strict=True):
        assert now.prior == before.now.value
        assert now.prior_at == kept.at
    assert row(later, "capability").prior_in_words == "66.1 %"
    assert row(later, "critic_precision").prior_in_words == "unknown"
    assert kept.words == f"“Q3 board” of {kept.at[:10]}"


def test_the_same_figures_are_not_kept_twice(sample: Workspace) -> None:
    """Whatever the second one is called, and however many click at once."""
    found = card(sample)
    with ThreadPoolExecutor(4) as people:
        kept = list(people.map(lambda i: found.keep(sample, f"board {i}"), range(4)))
    assert len({s.snapshot_id for s in kept}) == 1
    assert len(snapshots(sample, found.fingerprint, found.label)) == 1


def test_what_moves_with_the_target_says_at_which_it_was_kept(sample: Workspace) -> None:
    """The next point at 88 % is no better or worse than the one at 85 %: it is another."""
    first = card(sample)
    first.keep(sample)
    later = card(sample, target=0.88)
    assert row(later, "gross_margin").prior == row(first, "gross_margin").now.value
    assert row(later, "gross_margin").prior_in_words.endswith("(at 85 % accuracy)")
    assert row(later, "capability").prior_in_words == "66.1 %"
    later.keep(sample)
    assert len(snapshots(sample, later.fingerprint, later.label)) == 2
    assert row(card(sample, target=0.88), "gross_margin").prior_of == ""


def test_a_figure_of_another_slice_says_whose_it_was(sample: Workspace) -> None:
    """The score of one slice is no earlier score of another."""
    card(sample).keep(sample)
    name = next(
        s.slice for s in measurements(sample)[0].slices if s.slice != "carbon_monoxide_alarm"
    )
    other = card(sample, slice_name=name)
    assert other.slice == name
    assert row(other, "capability").prior_in_words == "66.1 % (of carbon_monoxide_alarm)"
    assert row(other, "payback").prior_of == ""


def test_other_data_has_no_prior_values_of_these(sample: Workspace) -> None:
    """Nor has another label."""
    found = card(sample)
    found.keep(sample)
    assert snapshots(sample, "d1:other", found.label) == []
    assert snapshots(sample, found.fingerprint, "channel") == []


def test_a_target_that_is_set_later_leaves_the_snapshot_as_it_was(sample: Workspace) -> None:
    """Snapshots hold what was measured, not what was wanted."""
    found = card(sample)
    kept = found.keep(sample)
    want(sample, targets={"capability": 0.5})
    assert card(sample).keep(sample) == kept


def test_a_snapshot_that_cannot_be_read_is_left_out(sample: Workspace) -> None:
    """The next newest is the prior one; a name too long is refused."""
    found = card(sample)
    kept = found.keep(sample)
    sample.path("snapshots", "torn.json").write_text("{", "utf-8")
    assert snapshots(sample, found.fingerprint, found.label) == [kept]
    with pytest.raises(InputError, match="at most 80"):
        replace(found, scenario_digest="a1:other").keep(sample, "x" * 81)
