"""How the 90-day plan stands today: every step with its owner, its date and what was measured."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from core.analysis.cash_flows import ROLES, team_costs
from core.analysis.chain import Chain
from core.analysis.margin import MarginAnswer
from core.analysis.programme.criteria import Facts, Progress, Reached, reached
from core.analysis.programme.kept import Entered, Kept, kept_programme
from core.analysis.programme.steps import DAYS, PHASES, STEPS, Phase, Plan90
from core.assumptions import Scenario
from core.uncertainty import medians
from core.workspace import Workspace

State = Literal["done", "not met", "started", "open", "late"]
_STATES: dict[Progress, State] = {
    "met": "done", "not met": "not met", "begun": "started", "not begun": "open",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step as it stands today."""

    key: str
    phase: Phase
    name: str
    owner: str
    """Who was named, else the role."""
    is_named: bool
    starts: date
    due: date
    state: State
    """``not met``: it was measured, and its criterion does not hold; ``late``: neither measured
    nor done, and due before today."""
    is_late: bool
    """Not done, and due before today, whatever was measured."""
    criterion: str
    measured: str
    missing: str
    """What would have to happen for it to be done, where that can be said."""
    proof: str
    """What in the workspace shows it: a run, an audit, a file; empty where nothing does."""
    page: str
    note: str
    is_manual: bool

    @property
    def words(self) -> str:
        """The state in words, with how late it is."""
        return f"{self.state}, late" if self.is_late and self.state != "late" else self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseNow:
    """How a phase stands."""

    phase: Phase
    steps: int
    done: int
    starts: date
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a role costs over the 90 days."""

    key: str
    role: str
    months: float
    salary_usd: float
    """Of a year. [USD/year]"""
    usd: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The whole plan."""

    start: date
    is_started: bool
    """Whether somebody has set the start; else it is today."""
    today: date
    steps: tuple[Step, ...]
    team: tuple[Role, ...]

    @property
    def day(self) -> int:
        """Today's day of the plan, from 1; 0 and below before it begins."""
        return (self.today - self.start).days + 1

    @property
    def done(self) -> int:
        """Steps whose criterion is met."""
        return sum(step.state == "done" for step in self.steps)

    @property
    def next(self) -> Step | None:
        """The first step that is not done."""
        return next((step for step in self.steps if step.state != "done"), None)

    @property
    def phases(self) -> tuple[PhaseNow, ...]:
        """How each phase stands."""
        found = []
        for phase in PHASES:
            own = [step for step in self.steps if step.phase == phase]
            found.append(
                PhaseNow(
                    phase=phase,
                    steps=len(own),
                    done=sum(step.state == "done" for step in own),
                    starts=min(step.starts for step in own),
                    due=max(step.due for step in own),
                )
            )
        return tuple(found)

    @property
    def total_usd(self) -> float:
        """What the team costs, as the return counts it. [USD]"""
        return sum(role.usd for role in self.team)

    @property
    def day_in_words(self) -> str:
        """Which day of the plan it is; empty while no start is set."""
        if not self.is_started:
            return ""
        if self.day < 1:
            days = 1 - self.day
            return f"begins in {days} day{'' if days == 1 else 's'}"
        return (
            f"day {self.day} of {DAYS}" if self.day <= DAYS else f"day {self.day}, {DAYS} planned"
        )

    @property
    def headline(self) -> str:
        """How the plan stands, in a sentence."""
        late = sum(step.is_late for step in self.steps)
        short = sum(step.state == "not met" for step in self.steps)
        said = [f"{self.done} of {len(self.steps)} steps are done"]
        if self.day_in_words:
            said.append(self.day_in_words)
        if late:
            said.append(f"{late} late")
        if short:
            said.append(f"{short} measured but not met")
        if self.next is not None:
            said.append(f"next: {self.next.name[:1].lower()}{self.next.name[1:]}")
        return "; ".join(said)


def programme_of(
    workspace: Workspace,
    chain: Chain,
    *,
    today: date,
    margin: MarginAnswer | None = None,
    fingerprint: str | None = None,
) -> Programme:
    """The plan, its steps filled from what the workspace shows done.

    Parameters
    ----------
    margin
        The margin at the target, for the decision's step.
    fingerprint
        The data that is meant while nothing of it was audited; the newest when None.
    """
    kept = kept_programme(workspace)
    start = kept.start or today
    facts = Facts(workspace=workspace, chain=chain, margin=margin, fingerprint=fingerprint)
    return Programme(
        start=start,
        is_started=kept.start is not None,
        today=today,
        steps=tuple(_step(plan, reached(facts, plan.key), kept, start, today) for plan in STEPS),
        team=team_of(chain.scenario),
    )


def team_of(scenario: Scenario) -> tuple[Role, ...]:
    """What each role costs: months of a year's salary, as the return counts them."""
    costs = team_costs(medians(scenario))
    found = []
    for key in ROLES:
        months, salary = scenario[f"{key}_months"], scenario[f"{key}_salary"]
        found.append(
            Role(
                key=key,
                role=key.replace("_", " ").replace("ml ", "ML "),
                months=months.value,
                salary_usd=salary.value,
                usd=float(costs[key].ravel()[0]),
                source=f"months: {months.source}; salary: {salary.source}",
            )
        )
    return tuple(found)


def _step(plan: Plan90, found: Reached, kept: Kept, start: date, today: date) -> Step:
    entered = kept.of(plan.key)
    due = entered.due or start + timedelta(days=plan.last_day - 1)
    is_done = found.progress == "met" or (plan.is_manual and entered.is_done)
    is_late = not is_done and due < today
    state = "done" if is_done else _STATES[found.progress]
    if is_late and state in ("open", "started"):
        state = "late"
    return Step(
        key=plan.key,
        phase=plan.phase,
        name=plan.name,
        owner=entered.owner or plan.role,
        is_named=bool(entered.owner),
        starts=min(start + timedelta(days=plan.first_day - 1), due),
        due=due,
        state=state,
        is_late=is_late,
        criterion=plan.criterion,
        measured=_decided(entered, found) if plan.is_manual else found.measured,
        missing="" if is_done else found.missing,
        proof=found.proof,
        page=plan.page,
        note=entered.note,
        is_manual=plan.is_manual,
    )


def _decided(entered: Entered, found: Reached) -> str:
    if not entered.is_done:
        return f"Not decided. {found.measured}"
    return f"Decided{f' on {entered.done_on}' if entered.done_on else ''}. {found.measured}"
