"""The 90-day plan: filled from what the workspace shows done, owned by people, never flattered."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.analysis.audit import measurements
from core.analysis.cash_flows import team_costs
from core.analysis.certify import Certificate
from core.analysis.chain import Chain, chain_of
from core.analysis.evidence import stored_evidence
from core.analysis.export import export
from core.analysis.export.overlap import Written
from core.analysis.margin import margin_of
from core.analysis.monitor import stored_monitors
from core.analysis.programme import STEPS, Programme, Step, keep, kept_programme, programme_of
from core.analysis.roi import roi_of
from core.analysis.sample import fill_with_sample
from core.analysis.scenario import default_scenario
from core.analysis.versions import in_force
from core.errors import InputError, WorkspaceError
from core.prices import PriceBook
from core.records import Label
from core.report.findings import standing_alone
from core.uncertainty import medians
from core.workspace import Workspace
from core.workspace.datasets import datasets
from core.workspace.findings import save_finding
from core.workspace.human_labels import add_labels
from core.workspace.ledger import candidates_frame
from core.workspace.run_folder import load_run, now_utc

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
    """Data, bottleneck and seeds, each with its figures and where they are from."""
    found = plan(sample)
    assert {s.key for s in found.steps if s.state == "done"} == {"data", "bottleneck", "seeds"}
    assert step(found, "data").measured == "customer_messages.csv, 2,674 rows."
    assert "recall 66.1 %" in step(found, "bottleneck").measured
    assert step(found, "bottleneck").proof == "audit 541a99e05d30"
    assert "29 real examples to start from" in step(found, "seeds").measured
    assert all(s.proof and not s.missing for s in found.steps if s.state == "done")


def test_what_was_measured_and_does_not_hold_is_not_done(sample: Workspace) -> None:
    """A gain that is not proven, a deficit without an upper end, a corpus that repeats itself."""
    found = plan(sample)
    short = {s.key: s for s in found.steps if s.state == "not met"}
    assert set(short) == {"deficit", "loop", "gain", "anchors"}
    assert short["gain"].measured.startswith("No proven gain: +13.3 pp")
    assert "p = 0.62" in short["gain"].measured
    assert "147 held-out examples" in short["gain"].missing
    assert all(s.missing and s.proof for s in short.values())
    assert found.headline == (
        "3 of 11 steps are done; 4 measured but not met; next: size the deficit"
    )


def test_samples_count_by_what_they_are_worth(sample: Workspace) -> None:
    """134 accepted are worth 25 real ones, of 33 missing; at a lower target fewer are missing."""
    found = step(plan(sample), "loop")
    assert "134 of 240 accepted" in found.measured
    assert "worth 25 real ones at 0.18 each; about 33 are missing" in found.measured
    m = measurements(sample)[0]
    low = chain_of(sample, fingerprint=m.fingerprint, label=m.label, target=0.8, tau=0.0)
    easier = programme_of(sample, low, today=TODAY)
    assert step(easier, "loop").state == "done"


def test_what_was_not_begun_says_what_is_missing(sample: Workspace) -> None:
    """Labels, certificate, hand-over and decision."""
    found = plan(sample)
    assert {s.key for s in found.steps if s.state == "open"} == {
        "labels", "certificate", "handover", "decision",
    }  # fmt: skip
    assert step(found, "labels").measured == "0 of 29 candidates drawn by chance are labelled."
    assert step(found, "labels").missing == "29 more labels drawn by chance."


def test_every_exit_criterion_holds_a_number_or_a_certainty() -> None:
    """A step without a figure could be called done by anyone."""
    assert all(any(c.isdigit() for c in s.criterion) for s in STEPS)
    assert all(s.criterion.endswith(".") for s in STEPS)


def test_an_empty_workspace_has_everything_before_it(workspace: Workspace) -> None:
    """No step is done, the next is the first."""
    alone = standing_alone(default_scenario(PriceBook(), TODAY))
    found = programme_of(workspace, alone, today=TODAY, margin=margin_of(alone.scenario, draws=99))
    assert found.done == 0
    assert found.headline == "0 of 11 steps are done; next: load the data"
    decision = step(found, "decision").measured
    assert decision.startswith("Not decided. 95 % leaves a gross margin of")
    assert "is wanted" in decision


def test_a_file_that_was_not_audited_is_the_one_that_is_meant(sample: Workspace) -> None:
    """Of several files the chosen one is told of."""
    alone = standing_alone(default_scenario(PriceBook(), TODAY))
    known = datasets(sample)[0].fingerprint
    for fingerprint, state in ((None, "done"), (known, "done"), ("d1:other", "open")):
        found = programme_of(sample, alone, today=TODAY, fingerprint=fingerprint)
        assert step(found, "data").state == state
        assert step(found, "bottleneck").measured == "The data has not been audited."


def labelled(workspace: Workspace, run_id: str, n: int) -> None:
    """Ada calls *n* candidates good, drawn by chance."""
    names = candidates_frame(workspace, run_id)["candidate_id"][:n]
    add_labels(
        workspace,
        run_id,
        [
            Label(
                run_id=run_id, candidate_id=name, good=True, labeller="Ada", at=now_utc(),
                drawn=0.0, of=240,
            )
            for name in names
        ],
    )  # fmt: skip


def test_labels_drawn_by_chance_begin_their_step_and_finish_it(sample: Workspace) -> None:
    """Ten of twenty-nine is started; thirty is done."""
    run = chain(sample).run
    assert run is not None
    labelled(sample, run.run_id, 10)
    begun = step(plan(sample), "labels")
    assert begun.state == "started"
    assert begun.measured.startswith("10 of 29")
    assert begun.measured.endswith("by 1 person.")
    labelled(sample, run.run_id, 30)
    assert step(plan(sample), "labels").state == "done"


@pytest.mark.parametrize(
    ("certified", "precision", "holds", "state", "said"),
    [
        (True, 0.9, True, "done", "90 % precision at 90 % confidence, certified from strictness"),
        (True, 0.95, True, "done", "95 % precision"),
        (True, 0.9, False, "not met", "expired"),
        (True, 0.8, True, "not met", "which is less than wanted"),
        (False, 0.9, True, "not met", "a handful of labels"),
    ],
)
def test_a_certificate_counts_while_it_holds_and_promises_enough(
    sample: Workspace, certified: bool, precision: float, holds: bool, state: str, said: str
) -> None:
    """Expired, weaker or refused ones are measured and not met."""
    run = chain(sample).run
    assert run is not None
    found = Certificate(
        run=run.run_id, at="2026-11-23T12:00:00+00:00", precision_wanted=precision,
        confidence=0.9, certified=certified, tau=0.6 if certified else None, score=0.6,
        acceptance_rate=0.4, precision=None, labels_used=60,
        labels_missing=None if certified else 12, why="a handful of labels", error_spent=0.05,
        look=1, versions=in_force(load_run(sample, run.run_id)) if holds else {"prompt": "old"},
    )  # fmt: skip
    save_finding(sample, "certificates", "one", found)
    now = step(plan(sample), "certificate")
    assert now.state == state
    assert said in now.measured
    assert now.missing == ("" if certified else "12 more labels.")


def test_an_export_of_this_run_hands_the_corpus_over(sample: Workspace, tmp_path: Path) -> None:
    """Its file is the proof; what another run wrote would not count."""
    run = chain(sample).run
    assert run is not None
    written = Written(file="other.csv", at="2026-11-23", purpose="training", keys=("0" * 16,))
    save_finding(sample, "exports", "other", written)
    assert step(plan(sample), "handover").state == "open"
    target = tmp_path / "corpus.csv"
    export(sample, run.run_id, strictness=0.5, format="csv", target=target)
    found = step(plan(sample), "handover")
    assert found.state == "done"
    assert found.proof == str(target)
    assert "of the 134 samples accepted" in found.measured


def test_a_silent_monitor_keeps_the_anchors_and_one_of_another_label_does_not(
    sample: Workspace,
) -> None:
    """The risk of the newest answer on this data, label and slice counts."""
    known = stored_monitors(sample)[0]
    silent = replace(known, risk="none", why="No figure is far off.", action="", cause=None)
    later = replace(silent, at="2030-01-01T00:00:00+00:00")
    save_finding(sample, "monitors", "other", replace(later, label="channel"))
    assert step(plan(sample), "anchors").state == "not met"
    save_finding(sample, "monitors", "silent", later)
    found = step(plan(sample), "anchors")
    assert found.state == "done"
    assert "29 real anchors are kept" in found.measured


def test_a_proven_gain_is_done(sample: Workspace) -> None:
    """By its verdict; a harm is not met."""
    known = stored_evidence(sample)[0]
    for verdict, state in (("proven gain", "done"), ("harm", "not met")):
        save_finding(sample, "evidence", known.evidence_id, replace(known, verdict=verdict))
        assert step(plan(sample), "gain").state == state


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
    """On day 56 what was not begun is late; what was measured is late and still not met."""
    keep(sample, start=TODAY)
    found = plan(sample, TODAY + timedelta(days=55))
    assert step(found, "labels").state == "late"
    assert step(found, "deficit").words == "not met, late"
    assert step(found, "bottleneck").state == "done"
    assert step(found, "handover").state == "open"
    assert sum(s.is_late for s in found.steps) == 3
    assert "; day 56 of 90; 3 late; 4 measured but not met; " in found.headline


@pytest.mark.parametrize(
    ("days", "said"),
    [(-8, "begins in 8 days"), (-1, "begins in 1 day"), (0, "day 1 of 90"),
     (89, "day 90 of 90"), (90, "day 91, 90 planned")],
)  # fmt: skip
def test_every_day_has_its_words(sample: Workspace, days: int, said: str) -> None:
    """Before, within and after the ninety days."""
    keep(sample, start=TODAY)
    assert plan(sample, TODAY + timedelta(days=days)).day_in_words == said


def test_phases_sum_to_the_plan(sample: Workspace) -> None:
    """Steps and done ones, from the first day to the last."""
    found = plan(sample)
    assert [p.phase for p in found.phases] == ["audit", "architecture", "execution"]
    assert sum(p.steps for p in found.phases) == len(found.steps)
    assert sum(p.done for p in found.phases) == found.done
    assert found.phases[-1].due == TODAY + timedelta(days=89)


def test_only_the_decision_is_done_by_saying_so(sample: Workspace) -> None:
    """All else is measured."""
    keep(sample, done={"decision": True})
    assert step(plan(sample), "decision").state == "done"
    assert kept_programme(sample).of("decision").done_on is not None
    assert step(plan(sample), "decision").measured.startswith("Decided on 20")
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
    with pytest.raises(InputError, match="cannot begin on 9999-12-31"):
        keep(sample, start=date.max)
    assert kept_programme(sample).steps == {}
    keep(sample, due={"gain": TODAY + timedelta(days=5)})
    with pytest.raises(InputError, match="'Prove the gain' is due on"):
        keep(sample, start=TODAY + timedelta(days=9))


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"\xff\xfe", b'{"start": "9999-12-31", "steps": {}}',
     b'{"start": null, "steps": {"gain": {"due": "0001-01-01"}}}', b'{"start": "soon"}'],
)  # fmt: skip
def test_a_damaged_file_is_said_in_a_sentence(sample: Workspace, content: bytes) -> None:
    """Whatever is in it, and what to do about it."""
    sample.path("programme.json").write_bytes(content)
    with pytest.raises(WorkspaceError, match=r"programme\.json is damaged .*|.*damaged.*delete it"):
        plan(sample)


def test_what_was_entered_can_be_taken_back(sample: Workspace) -> None:
    """An empty owner or date is as planned again."""
    keep(sample, start=TODAY, owners={"gain": "Ada"}, due={"gain": TODAY})
    assert step(plan(sample), "gain").starts <= step(plan(sample), "gain").due == TODAY
    keep(sample, owners={"gain": ""}, due={"gain": None})
    found = step(plan(sample), "gain")
    assert (found.owner, found.is_named) == ("ML engineer", False)
    assert found.due == TODAY + timedelta(days=73)


def test_two_who_enter_at_once_both_count(sample: Workspace) -> None:
    """Each reads what the other has kept before it writes."""
    names = [s.key for s in STEPS]
    with ThreadPoolExecutor(len(names)) as people:
        list(people.map(lambda key: keep(sample, owners={key: f"owner of {key}"}), names))
    kept = kept_programme(sample)
    assert [kept.of(key).owner for key in names] == [f"owner of {key}" for key in names]


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
