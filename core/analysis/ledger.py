"""Does a run's ledger hold: its hashes, its totals, its prices, its budget?"""

from dataclasses import dataclass

from core.analysis.material import price_book
from core.analysis.price_book import book_of
from core.errors import PriceError
from core.formats import money
from core.generation.plan import GenerationPlan, plan_of
from core.records import Call, Run
from core.workspace import Workspace, ledger
from core.workspace.run_folder import asked_of, load_run
from core.workspace.verify import Check, verify_files, verify_sums, verify_texts

_DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was derived again, and whether it holds."""

    run_id: str
    checks: tuple[Check, ...]
    calls: int
    cost_usd: float

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return all(check.ok for check in self.checks)


def verify_run(workspace: Workspace, run_id: str) -> Verification:
    """Derive hashes and totals of a run again, and compare.

    Raises
    ------
    WorkspaceError
        There is no such run.
    """
    run = load_run(workspace, run_id)
    plan = plan_of(asked_of(workspace, run))
    files = verify_files(workspace, run_id)
    if not files[0].ok:  # Sums over a damaged journal would only confuse.
        return Verification(run_id=run_id, checks=tuple(files), calls=0, cost_usd=0.0)
    calls = ledger.calls(workspace, run_id)
    checks = [
        *files,
        _plan(run, plan),
        *verify_sums(workspace, run_id, calls),
        verify_texts(workspace, calls, plan.texts),
        _prices(workspace, plan, calls),
        _budget(workspace, run_id, plan),
    ]
    cost = ledger.totals(workspace, run_id)["cost_usd"]
    return Verification(run_id=run_id, checks=tuple(checks), calls=len(calls), cost_usd=cost)


def _plan(run: Run, plan: GenerationPlan) -> Check:
    if run.plan_digest.partition(":")[0] != plan.digest.partition(":")[0]:
        return Check(name="plan", ok=True, found="its digest is of an earlier version")
    same = run.plan_digest == plan.digest
    found = f"{plan.digest}" if same else f"recorded {run.plan_digest}, derived {plan.digest}"
    return Check(name="plan", ok=same, found=found)


def _prices(workspace: Workspace, plan: GenerationPlan, calls: list[Call]) -> Check:
    """Each call's cost follows from its tokens at the price that it names."""
    paid = [call for call in calls if call.price_source]
    try:
        prices = price_book(plan, book_of(workspace))
    except PriceError as error:
        return Check(name="prices", ok=True, found=f"cannot be derived again: {error}")
    same, wrong = 0, []
    for call in paid:
        again = prices.request_cost(call.model, call.usage, at=call.at, batch=_is_batch(call))
        if again.source != call.price_source:
            continue
        same += 1
        if abs(again.usd - call.cost_usd) > _DUST:
            wrong.append(call.call_id)
    found = f"{same} of {len(paid)} costs follow from their tokens"
    if same < len(paid):
        found += "; the others name a price list that is not at hand"
    if wrong:
        found = f"do not follow from tokens and price: {', '.join(wrong[:5])}"
    return Check(name="prices", ok=not wrong, found=found)


def _is_batch(call: Call) -> bool:
    return "batch" in call.price_source


def _budget(workspace: Workspace, run_id: str, plan: GenerationPlan) -> Check:
    totals = ledger.totals(workspace, run_id)
    spent = totals["cost_usd"] + totals["unsettled_usd"]
    if plan.budget_usd is None:
        return Check(name="budget", ok=True, found=f"none was set; {money(spent)} at most is spent")
    ok = spent <= plan.budget_usd + _DUST
    found = f"{money(spent)} at most of {money(plan.budget_usd)}"
    return Check(name="budget", ok=ok, found=found)
