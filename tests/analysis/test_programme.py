"""The 90-day plan: filled from what the workspace shows done, owned by people, never flattered."""

from datetime import date, timedelta

import pytest

from core.analysis.audit import measurements
from core.analysis.cash_flows import team_costs
from core.analysis.chain import Chain, chain_of
from core.analysis.margin import margin_of
from core.analysis.programme import STEPS, Programme, Step, keep, kept_programme, programme_of
from core.analysis.roi import roi_of
from core.analysis.sample import fill_with_sample
from core.analysis.scenario import default_scenario
from core.errors import InputError, WorkspaceError
from core.prices import PriceBook
from core.records import Label
from core.report.findings import standing_alone
from core.uncertainty import medians
from core.workspace import Workspace
from core.workspace.human_labels import add_labels
from core.workspace.ledger import candidates_frame
from core.workspace.run_folder import now_utc

TODAY = date(2026, 11, 23)


@pytest.fixture
def sample(workspace: Workspace) -> Workspace:
    """A workspace with the sample."""
    fill_with_sample(workspace)
    return workspace


def chain(workspace: Workspace) -> Chain:
    """The chain of the sample at 85 %."""
    m = measurements(workspace)[0]
    return chain_of(workspace, fingerprint=m.fingerprint, label=m.label, target=0.85, tau=0.5)


def plan(workspace: Workspace, today: date = TODAY) -> Programme:
    """The plan of the sample."""
    return programme_of(workspace, chain(workspace), today=today)


def step(found: Programme, key: str) -> Step:
    """One of its steps."""
    return next(s for s in found.steps if s.key == key)


def test_what_the_workspace_shows_done_is_done(sample: Workspace) -> None:
    """Data, bottleneck and a run that accepts more than is missing, each with its figures."""
    found = plan(sample)
    assert {s.key for s in found.steps if s.state == "done"} == {"data", "bottleneck", "loop"}
    assert step(found, "data").measured == "customer_messages.csv, 2,674 rows."
    assert "recall 66.1 %" in step(found, "bottleneck").measured
    assert "134 of 240 accepted" in step(found, "loop").measured


def test_what_was_measured_and_does_not_hold_is_not_done(sample: Workspace) -> None:
    """A gain that is not proven, a deficit without an upper end, a corpus that repeats itself."""
    found = plan(sample)
    short = {s.key: s for s in found.steps if s.state == "not met"}
    assert set(short) == {"deficit", "gain", "anchors"}
    assert short["gain"].measured.startswith("No proven gain")
    assert "measured but not met: size the deficit" in found.headline


def test_what_was_not_begun_says_what_is_missing(sample: Workspace) -> None:
    """Labels, certificate, hand-over and decision."""
    found = plan(sample)
    assert {s.key for s in found.steps if s.state == "open"} == {
        "labels", "certificate", "handover", "decision",
    }  # fmt: skip
    assert step(found, "labels").measured == ("0 of 29 candidates drawn by chance are labelled.")


def test_an_empty_workspace_has_everything_before_it(workspace: Workspace) -> None:
    """No step is done, the next is the first."""
    alone = standing_alone(default_scenario(PriceBook(), TODAY))
    found = programme_of(workspace, alone, today=TODAY, margin=margin_of(alone.scenario, draws=99))
    assert found.done == 0
    assert found.headline == "0 of 10 steps are done; next: load the data"
    assert "Not decided; 95 % leaves" in step(found, "decision").measured


def test_labels_drawn_by_chance_begin_their_step(sample: Workspace) -> None:
    """Ten of twenty-nine is begun and not met."""
    run = chain(sample).run
    assert run is not None
    names = candidates_frame(sample, run.run_id)["candidate_id"][:10]
    labels = [
        Label(
            run_id=run.run_id, candidate_id=name, good=True, labeller="Ada", at=now_utc(), drawn=0.0
        )
        for name in names
    ]
    add_labels(sample, run.run_id, labels)
    found = step(plan(sample), "labels")
    assert found.state == "not met"
    assert found.measured.startswith("10 of 29")


def test_owners_dates_and_notes_are_kept(sample: Workspace) -> None:
    """Entered once, shown ever after; the rest stays as planned."""
    keep(
        sample,
        start=TODAY,
        owners={"Size the deficit": "Ada  Lovelace"},
        due={"deficit": TODAY + timedelta(days=30)},
        notes={"deficit": "<script>alert(1)</script>"},
    )
    keep(sample, owners={"gain": "Grace"})
    found = plan(sample)
    assert step(found, "deficit").owner == "Ada Lovelace"
    assert step(found, "deficit").due == TODAY + timedelta(days=30)
    assert step(found, "deficit").note == "<script>alert(1)</script>"
    assert step(found, "gain").owner == "Grace"
    assert step(found, "data").owner == "data engineer"
    assert step(found, "decision").due == TODAY + timedelta(days=89)
    assert kept_programme(sample).start == TODAY


def test_what_is_due_and_not_done_is_late(sample: Workspace) -> None:
    """On day 31 the deficit is late; what is done is not."""
    keep(sample, start=TODAY)
    found = plan(sample, TODAY + timedelta(days=30))
    assert step(found, "deficit").state == "late"
    assert step(found, "bottleneck").state == "done"
    assert step(found, "labels").state == "open"
    assert "on day 31 of 90, 1 late" in found.headline


def test_only_the_decision_is_done_by_saying_so(sample: Workspace) -> None:
    """All else is measured."""
    keep(sample, done={"decision": True})
    assert step(plan(sample), "decision").state == "done"
    keep(sample, done={"decision": False})
    assert step(plan(sample), "decision").state == "open"
    with pytest.raises(InputError, match="done when it is measured"):
        keep(sample, done={"gain": True})


def test_slips_are_said_and_nothing_is_changed(sample: Workspace) -> None:
    """No such step, a date before the start, a text without end, a damaged file."""
    keep(sample, start=TODAY)
    with pytest.raises(InputError, match="did you mean 'deficit'"):
        keep(sample, owners={"defict": "Ada"})
    with pytest.raises(InputError, match="lies outside the plan"):
        keep(sample, due={"deficit": TODAY - timedelta(days=1)})
    with pytest.raises(InputError, match="at most 200"):
        keep(sample, notes={"deficit": "x" * 201})
    assert kept_programme(sample).steps == {}
    sample.path("programme.json").write_text("{", "utf-8")
    with pytest.raises(WorkspaceError, match="damaged"):
        plan(sample)


def test_the_team_is_the_teams_cost_of_the_return(sample: Workspace) -> None:
    """The same figure in the plan and in the cash flows."""
    found = plan(sample)
    scenario = chain(sample).scenario
    costs = sum(float(usd) for usd in team_costs(medians(scenario)).values())
    assert found.total_usd == pytest.approx(costs)
    assert found.total_usd == pytest.approx(-roi_of(scenario, draws=50).lines["team"][0])


def test_the_steps_fill_the_ninety_days_in_order() -> None:
    """From day 1 to day 90, phase after phase."""
    assert STEPS[0].first_day == 1
    assert max(s.last_day for s in STEPS) == 90
    assert [s.first_day for s in STEPS] == sorted(s.first_day for s in STEPS)
    phases = [s.phase for s in STEPS]
    assert phases == sorted(phases, key=("audit", "architecture", "execution").index)
