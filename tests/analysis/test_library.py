"""Scenarios kept by name: exactly as they stood, versioned, never lost by a slip."""

from dataclasses import replace
from datetime import date

import pytest

from core.analysis import library
from core.analysis.chain import stored_scenario
from core.analysis.margin import margin_of
from core.analysis.scenario import default_scenario
from core.assumptions import Scenario
from core.errors import InputError
from core.prices import PriceBook
from core.workspace import Workspace

TODAY = date(2026, 11, 23)
DEFAULT = default_scenario(PriceBook(), TODAY)


def dearer(price: float) -> Scenario:
    """The default at another price."""
    return DEFAULT.edited({"price_per_seat": price}, on=TODAY)


def test_a_kept_scenario_comes_back_as_it_was(workspace: Workspace) -> None:
    """Equal to the last digit, draws of a measurement included."""
    draws = tuple(float(x) for x in range(1, 100))
    measured = replace(
        DEFAULT["exchange_rate"], value=50.0, low=None, high=None, draws=draws, status="measured",
        distribution="empirical",
    )  # fmt: skip
    scenario = DEFAULT.bound(measured)
    kept = library.save_as(workspace, scenario, "Base  case")
    assert kept.name == "Base case"
    assert kept.measured == 1
    again = library.open_stored(workspace, kept.scenario_id)
    assert again.digest == scenario.digest
    mine, its = (margin_of(one, draws=50).margin_at_target.p50 for one in (scenario, again))
    assert mine == its


def test_the_same_twice_is_one_and_another_is_a_new_version(workspace: Workspace) -> None:
    """Both versions stay readable by their ids; the name means the newest."""
    first = library.save_as(workspace, dearer(30.0), "Base")
    assert library.save_as(workspace, dearer(30.0), "Base").scenario_id == first.scenario_id
    second = library.save_as(workspace, dearer(35.0), "Base")
    assert second.scenario_id != first.scenario_id
    assert len(library.library(workspace).stored) == 2
    assert library.open_stored(workspace, first.scenario_id).value("price_per_seat") == 30.0


def test_copies_other_names_and_deletion(workspace: Workspace) -> None:
    """A name that is taken is not taken twice; the workspace's own scenario stays."""
    library.save_as(workspace, dearer(30.0), "Base")
    library.duplicate(workspace, "Base", "Copy")
    with pytest.raises(InputError, match="is kept already"):
        library.rename(workspace, "Copy", "Base")
    library.rename(workspace, "Copy", "Other")
    assert {s.name for s in library.library(workspace).stored} == {"Base", "Other"}
    library.use(workspace, "Other")
    library.delete(workspace, "Other")
    assert [s.name for s in library.library(workspace).stored] == ["Base"]
    assert stored_scenario(workspace).value("price_per_seat") == 30.0


def test_slips_get_a_sentence(workspace: Workspace) -> None:
    """No such scenario, a name that is none, a file that nobody can read."""
    with pytest.raises(InputError, match="none yet"):
        library.open_stored(workspace, "Base")
    library.save_as(workspace, DEFAULT, "Base case")
    with pytest.raises(InputError, match="did you mean 'Base case'"):
        library.delete(workspace, "Base cas")
    for name in ("", "   ", "x" * 81, "a\x07b"):
        with pytest.raises(InputError, match="1 to 80 printable"):
            library.save_as(workspace, DEFAULT, name)
    workspace.path("scenarios", "broken.toml").write_text("price = [", "utf-8")
    found = library.library(workspace)
    assert [s.name for s in found.stored] == ["Base case"]
    assert "broken.toml cannot be read" in found.unreadable[0]


def test_a_name_like_a_path_stays_a_name(workspace: Workspace) -> None:
    """The id is the file; whoever asks for ../current gets a sentence."""
    kept = library.save_as(workspace, DEFAULT, "../../etc/passwd")
    assert workspace.path("scenarios", f"{kept.scenario_id}.toml").exists()
    with pytest.raises(InputError, match="is kept in this workspace"):
        library.delete(workspace, "../current")
