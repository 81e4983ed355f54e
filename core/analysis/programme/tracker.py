"""How the 90-day plan stands today: every step with its owner, its date and what was measured."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from core.analysis.cash_flows import ROLES
from core.analysis.chain import Chain
from core.analysis.margin import MarginAnswer
from core.analysis.programme.criteria import Facts, Reached, reached
from core.analysis.programme.kept import Kept, kept_programme
from core.analysis.programme.steps import DAYS, STEPS, Phase, Plan90
from core.assumptions import Scenario
from core.workspace import Workspace

State = Literal["done", "not met", "open", "late"]
_MONTHS = 12.0


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
    """``not met``: it was measured, and its criterion does not hold."""
    criterion: str
    measured: str
    page: str
    note: str
    is_manual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a role costs over the 90 days."""

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
        """Today's day of the plan, from 1."""
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
    def total_usd(self) -> float:
        """What the team costs, as the return counts it. [USD]"""
        return sum(role.usd for role in self.team)

    @property
    def headline(self) -> str:
        """How the plan stands, in a sentence."""
        late = sum(step.state == "late" for step in self.steps)
        short = [step.name for step in self.steps if step.state == "not met"]
        said = f"{self.done} of {len(self.steps)} steps are done"
        if self.is_started:
            said += f" on day {self.day} of {DAYS}"
        if late:
            said += f", {late} late"
        if short:
            said += f"; measured but not met: {', '.join(name.lower() for name in short)}"
        elif self.next is not None:
            said += f"; next: {self.next.name.lower()}"
        return said


def programme_of(
    workspace: Workspace, chain: Chain, *, today: date, margin: MarginAnswer | None = None
) -> Programme:
    """The plan, its steps filled from what the workspace shows done.

    Parameters
    ----------
    margin
        The margin at the target, for the decision's step.
    """
    kept = kept_programme(workspace)
    start = kept.start or today
    facts = Facts(workspace=workspace, chain=chain, margin=margin)
    return Programme(
        start=start,
        is_started=kept.start is not None,
        today=today,
        steps=tuple(_step(plan, reached(facts, plan.key), kept, start, today) for plan in STEPS),
        team=team_of(chain.scenario),
    )


def team_of(scenario: Scenario) -> tuple[Role, ...]:
    """What each role costs: months of a year's salary."""
    found = []
    for role in ROLES:
        months, salary = scenario[f"{role}_months"], scenario[f"{role}_salary"]
        found.append(
            Role(
                role=role.replace("_", " ").replace("ml ", "ML "),
                months=months.value,
                salary_usd=salary.value,
                usd=months.value * salary.value / _MONTHS,
                source=salary.source,
            )
        )
    return tuple(found)


def _step(plan: Plan90, found: Reached, kept: Kept, start: date, today: date) -> Step:
    entered = kept.of(plan.key)
    due = entered.due or start + timedelta(days=plan.last_day - 1)
    is_done = found.is_met or (plan.is_manual and entered.is_done)
    state: State = "open"
    if is_done:
        state = "done"
    elif found.is_begun:
        state = "not met"
    if not is_done and due < today:
        state = "late"
    measured = found.measured
    if plan.is_manual and entered.is_done:
        measured = "Decided."
    return Step(
        key=plan.key,
        phase=plan.phase,
        name=plan.name,
        owner=entered.owner or plan.role,
        is_named=bool(entered.owner),
        starts=start + timedelta(days=plan.first_day - 1),
        due=due,
        state=state,
        criterion=plan.criterion,
        measured=measured,
        page=plan.page,
        note=entered.note,
        is_manual=plan.is_manual,
    )
