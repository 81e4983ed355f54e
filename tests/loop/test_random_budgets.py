"""Whatever is asked, whatever fails and whatever it costs: no run passes its budget."""

import random
from dataclasses import replace

import pytest
from driving import drive, good, new_run, plan_for
from servers import Asked, Says, StubServer, chat, refusal

from core.analysis.ledger import verify_run
from core.workspace import Workspace, ledger


class Faulty:
    """Fails as a seed decides; keeps the bill of the answers that arrived whole."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self.delivered: list[tuple[int, int]] = []
        self.lost = 0

    def __call__(self, asked: Asked) -> Says:
        """A good answer four times of five."""
        kind = self._dice.choice(["429", "500", "cut", "torn", "length", "shape", *["good"] * 16])
        if kind in ("429", "500"):
            return refusal(int(kind), "not now")
        says = {"length": chat("{", finish="length"), "shape": chat('{"x": 1}')}.get(kind)
        says = says or good(asked)
        says.wait_seconds = self._dice.random() * 0.01
        if kind == "cut":
            says.cut_after = 50
        elif kind == "torn":
            says.text = says.text[:60]
        if kind in ("cut", "torn"):
            self.lost += 1
        else:
            self.delivered.append((says.billed_input, says.billed_output))
        return says


@pytest.mark.parametrize("seed", range(12))
def test_no_run_passes_its_budget_and_every_cent_is_accounted_for(
    workspace: Workspace, seed: int
) -> None:
    """Spent and in doubt stay within it; calls, run and bill of what arrived agree."""
    dice = random.Random(f"budget {seed}")
    price_in, price_out = dice.uniform(0.1, 20), dice.uniform(0.1, 80)
    each = (400 * price_in + 30 * price_out) / 1e6
    budget = each * dice.choice([0.5, 1.5, 8, 20, 60])
    faulty = Faulty(seed)
    with StubServer(faulty) as server:
        plan = plan_for(server, 16, judge=dice.random() < 0.5, concurrency=dice.randint(1, 16))
        prices = {"input_usd_per_mtok": price_in, "output_usd_per_mtok": price_out}
        plan = replace(plan, prices=prices, seed=seed)
        run = new_run(workspace, plan)
        first = drive(workspace, plan, run, budget_usd=budget)
        summary = drive(workspace, plan, run, budget_usd=budget)
        asked = len(server.asked)
    assert first.cost_usd + first.unsettled_usd <= budget + 1e-12
    assert summary.cost_usd + summary.unsettled_usd <= budget + 1e-12
    calls = ledger.calls(workspace, run.run_id)
    bill = sum(i * price_in + o * price_out for i, o in faulty.delivered) / 1e6
    assert sum(call.cost_usd for call in calls) == pytest.approx(summary.cost_usd, abs=1e-12)
    assert summary.cost_usd == pytest.approx(bill, abs=1e-12)
    assert len(calls) == asked
    assert sum(call.unsettled_usd > 0 for call in calls) == faulty.lost
    assert summary.stopped in ("done", "budget")
    found = verify_run(workspace, run.run_id)
    assert [check.name for check in found.checks if not check.ok] == []
