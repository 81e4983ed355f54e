"""Scenarios that are saved under names: kept as they stood, found again, never lost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.chain import save_scenario, stored_scenario, with_target
from core.analysis.library import (
    Stored,
    checked_name,
    delete,
    duplicate,
    library,
    open_stored,
    rename,
    save_as,
    scenario_id,
    stored_named,
    use,
)
from core.analysis.margin import margin_of
from core.analysis.price_book import book_of
from core.analysis.scenario import default_scenario
from core.assumptions import Scenario
from core.errors import InputError, WorkspaceError
from core.prices import PriceBook
from core.workspace import Workspace

DAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def kept_in(workspace: Workspace) -> tuple[Stored, ...]:
    """Every scenario that is kept, newest first."""
    return library(workspace).stored


@pytest.fixture
def scenario() -> Scenario:
    """A scenario with a typed interval, a measurement with draws, and a correlation."""
    shipped = default_scenario(PriceBook(), date(2026, 11, 23))
    measured = replace(
        shipped["exchange_rate"],
        value=0.6,
        low=None,
        high=None,
        draws=tuple(0.4 + 0.1 * i for i in range(5)),
        status="measured",
        source="evidence of run 7",
    )
    own = shipped.bound(measured).edited({"price_per_seat": 41.5}, on=date(2026, 11, 20))
    return replace(with_target(own, 0.87), correlations={("input_tokens", "output_tokens"): 0.5})


def changed(scenario: Scenario, price: float) -> Scenario:
    """The same at another price of a seat."""
    return scenario.edited({"price_per_seat": price}, on=date(2026, 11, 20))


def test_a_stored_scenario_comes_back_with_every_figure_and_source(
    workspace: Workspace, scenario: Scenario
) -> None:
    """Draws, intervals, sources and correlations, so that it says the same later."""
    kept = save_as(workspace, scenario, "Board of June")
    read = open_stored(workspace, kept.scenario_id)
    assert read.digest == scenario.digest == kept.digest
    assert read["exchange_rate"] == scenario["exchange_rate"]
    assert read.name == "Board of June"
    before, after = (margin_of(s, draws=200).margin_at_target for s in (scenario, read))
    assert (before.p10, before.p50, before.p90) == (after.p10, after.p50, after.p90)


def test_what_the_workspace_measures_later_does_not_touch_it(
    workspace: Workspace, scenario: Scenario
) -> None:
    """Not even a price list of one's own."""
    kept = save_as(workspace, scenario, "Before")
    (workspace.root / "prices.toml").write_text(
        "[models.gpt-6-luna]\ninput = 99.0\noutput = 99.0\n", "utf-8"
    )
    assert default_scenario(book_of(workspace), date(2026, 11, 23)).value("input_price") == 99.0
    assert open_stored(workspace, kept.scenario_id).digest == scenario.digest


def test_the_same_content_under_the_same_name_is_stored_once(
    workspace: Workspace, scenario: Scenario
) -> None:
    """The id follows from both."""
    first = save_as(workspace, scenario, "Plan A", at=DAY)
    again = save_as(workspace, scenario, " Plan A ", at=DAY + timedelta(days=3))
    assert again.scenario_id == first.scenario_id
    assert first.scenario_id == scenario_id(replace(scenario, name="Plan A"))
    assert save_as(workspace, scenario, "Plan B").scenario_id != first.scenario_id
    assert len(kept_in(workspace)) == 2


def test_other_content_under_a_name_is_a_new_version_and_the_old_one_stays(
    workspace: Workspace, scenario: Scenario
) -> None:
    """The name means the newest; the id of the older still leads to the older."""
    old = save_as(workspace, scenario, "Plan A", at=DAY)
    new = save_as(workspace, changed(scenario, 50.0), "Plan A", at=DAY + timedelta(hours=1))
    assert [(s.scenario_id, s.version) for s in kept_in(workspace)] == [
        (new.scenario_id, 2),
        (old.scenario_id, 1),
    ]
    assert open_stored(workspace, "Plan A").value("price_per_seat") == 50.0
    assert open_stored(workspace, "plan a").value("price_per_seat") == 50.0
    assert open_stored(workspace, old.scenario_id).value("price_per_seat") == 41.5


def test_the_list_says_what_was_typed_and_measured_and_promised(
    workspace: Workspace, scenario: Scenario
) -> None:
    """Counts of assumptions, the target and the time."""
    kept = save_as(workspace, scenario, "Plan A", at=DAY)
    assert (kept.edited, kept.measured, kept.target, kept.saved_at) == (
        2,
        1,
        0.87,
        "2026-11-23T09:00:00+00:00",
    )


def test_a_name_that_is_not_there_is_answered_with_the_nearest(
    workspace: Workspace, scenario: Scenario
) -> None:
    """Or with how to store the first one."""
    with pytest.raises(InputError, match="none yet"):
        stored_named(workspace, "Plan A")
    save_as(workspace, scenario, "Plan A")
    with pytest.raises(InputError, match="did you mean 'Plan A'"):
        stored_named(workspace, "Plam A")
    with pytest.raises(InputError, match="kept: 'Plan A'"):
        stored_named(workspace, "something else entirely")


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "left\u202eright", "a\x7fb"])
def test_a_name_that_cannot_be_read_is_refused(
    workspace: Workspace, scenario: Scenario, name: str
) -> None:
    """With what was found and what is expected."""
    with pytest.raises(InputError, match="1 to 80 printable"):
        save_as(workspace, scenario, name)
    assert kept_in(workspace) == ()


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_every_name_is_either_refused_or_kept_as_it_is_seen(name: str) -> None:
    """Checking a name twice changes nothing, and signs of formulas and scripts stay text."""
    try:
        kept = checked_name(name)
    except InputError:
        return
    assert checked_name(kept) == kept
    assert kept.isprintable()


@pytest.mark.parametrize(
    "name", ["=1+1", "@SUM(A1)", "<script>alert(1)</script>", '"; x = "', "../../etc", "Ä 你好 🙂"]
)
def test_odd_names_are_names(workspace: Workspace, scenario: Scenario, name: str) -> None:
    """They name a scenario and nothing else: no path, no table, no formula."""
    kept = save_as(workspace, scenario, name)
    assert stored_named(workspace, name) == kept
    assert open_stored(workspace, kept.scenario_id).name == name
    assert sorted(p.name for p in workspace.path("scenarios").iterdir()) == [
        f"{kept.scenario_id}.toml"
    ]


def test_a_renamed_scenario_is_still_found_under_its_earlier_id(
    workspace: Workspace, scenario: Scenario
) -> None:
    """So that a link which was passed on goes on working."""
    kept = save_as(workspace, scenario, "Plan A", at=DAY)
    second = rename(workspace, kept.scenario_id, "Plan B")
    third = rename(workspace, "Plan B", "Plan C")
    assert (third.name, third.saved_at, third.digest) == ("Plan C", kept.saved_at, kept.digest)
    assert (
        stored_named(workspace, kept.scenario_id)
        == stored_named(workspace, second.scenario_id)
        == third
    )
    assert len(kept_in(workspace)) == 1
    assert rename(workspace, third.scenario_id, "Plan C") == third


def test_a_copy_has_a_name_of_its_own(workspace: Workspace, scenario: Scenario) -> None:
    """Chosen, or made from the original's and never longer than a name may be."""
    save_as(workspace, scenario, "N" * 80)
    first, second = duplicate(workspace, "N" * 80), duplicate(workspace, "N" * 80)
    assert first.name.endswith("(copy)")
    assert second.name.endswith("(copy 2)")
    assert {len(first.name), len(second.name)} == {80}
    assert duplicate(workspace, "N" * 80, "Other").digest == scenario.digest
    with pytest.raises(InputError, match="kept already"):
        duplicate(workspace, "Other", "Other")


def test_one_is_deleted_and_the_workspaces_own_cannot_be(
    workspace: Workspace, scenario: Scenario
) -> None:
    """The others stay."""
    save_scenario(workspace, scenario)
    kept, other = (save_as(workspace, scenario, name) for name in ("Plan A", "Plan B"))
    assert delete(workspace, "Plan A") == kept
    assert kept_in(workspace) == (other,)
    for own in ("current", "current.toml"):
        with pytest.raises(InputError, match="workspace's own"):
            delete(workspace, own)
    assert stored_scenario(workspace).digest == scenario.digest


def test_one_can_be_made_the_workspaces_own(workspace: Workspace, scenario: Scenario) -> None:
    """And stays where it is."""
    kept = save_as(workspace, scenario, "Plan A")
    assert use(workspace, "Plan A").digest == scenario.digest
    assert stored_scenario(workspace).digest == scenario.digest
    assert kept_in(workspace) == (kept,)


@pytest.mark.parametrize(
    "content",
    [b"", b"x = ", b"\xff\xfe", b"[" * 5_000, b"[assumptions.seats]\nvalue = 1\n", b"scenario = 3"],
)
def test_a_damaged_file_is_named_and_the_others_are_listed(
    workspace: Workspace, scenario: Scenario, content: bytes
) -> None:
    """Nothing crashes, whatever lies in the folder."""
    kept = save_as(workspace, scenario, "Plan A")
    workspace.path("scenarios", "0badf11e.toml").write_bytes(content)
    workspace.path("scenarios", "mine.toml").write_text("", "utf-8")
    found = library(workspace)
    assert found.stored == (kept,)
    notes = " ".join(found.unreadable)
    assert "mine.toml cannot be read: its name is no id" in notes
    assert "0badf11e.toml" in notes
    with pytest.raises(InputError, match=r"0badf11e\.toml"):
        open_stored(workspace, "0badf11e")


def test_a_file_that_was_cut_or_edited_is_not_taken_for_what_was_saved(
    workspace: Workspace, scenario: Scenario
) -> None:
    """Half a file would be completed with defaults that nobody saved."""
    kept = save_as(workspace, scenario, "Plan A")
    path = workspace.path("scenarios", f"{kept.scenario_id}.toml")
    whole = path.read_text("utf-8")
    cut = whole[: whole.index("[assumptions.input_price]")]
    for text in (cut, whole.replace("41.5", "42.5")):
        path.write_text(text, "utf-8")
        assert kept_in(workspace) == ()
        with pytest.raises(InputError, match="changed after it was kept"):
            open_stored(workspace, kept.scenario_id)


def test_a_file_that_cannot_be_opened_is_named_too(
    workspace: Workspace, scenario: Scenario
) -> None:
    """As is one that leads out of the workspace."""
    kept = save_as(workspace, scenario, "Plan A")
    workspace.path("scenarios", "0badf11e.toml").mkdir()
    found = library(workspace)
    assert found.stored == (kept,)
    assert "0badf11e.toml cannot be read" in found.unreadable[0]
    (workspace.root / "scenarios" / "0badf11f.toml").symlink_to("/etc/hostname")
    assert library(workspace).stored == (kept,)
    with pytest.raises((InputError, WorkspaceError)):
        open_stored(workspace, "0badf11f")
