"""Which inputs can be used: the sentences that the library would refuse them with, as formulas."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.analysis.cash_flows import MOST_YEARS
from core.analysis.serving import PRICED
from core.assumptions import Scenario
from core.calculators.self_hosting import HOURS_IN_A_MONTH
from core.report.workbook.paper import ALL_FINE, Page

ABOVE_ZERO = (
    "seats",
    "requests_per_seat",
    "amortisation_months",
    "samples_held",
    "proof_precision",
)
_MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A condition on the inputs, and what is wrong where it does not hold."""

    holds: str
    otherwise: str


def checks_of(scenario: Scenario, inputs_range: str) -> Iterator[Check]:
    """Every condition, the plainest first."""
    yield Check(
        holds=f"COUNT({inputs_range})={len(scenario)}",
        otherwise="Every assumption needs a number; one of them is empty or a text.",
    )
    for (low, high), keys in _by_bounds(scenario).items():
        for start in range(0, len(keys), _MOST_AT_ONCE):
            some = ",".join(keys[start : start + _MOST_AT_ONCE])
            yield Check(
                holds=f"MIN({some})>={low:g}",
                otherwise=f"An assumption is below {low:g}, the least that its unit allows.",
            )
            if high == 1:
                yield Check(
                    holds=f"MAX({some})<=1",
                    otherwise="A fraction is at most 1; for 12 % write 0.12 or 12%.",
                )
    yield Check(
        holds="AND(target_accuracy>0,target_accuracy<1)",
        otherwise="target_accuracy must lie between 0 and 1, such as 0.95; nothing reaches 1.",
    )
    for key in ABOVE_ZERO:
        yield Check(holds=f"{key}>0", otherwise=f"{key} must be above 0.")
    years = f"horizon_years>=1,horizon_years<={MOST_YEARS},horizon_years=INT(horizon_years)"
    yield Check(
        holds=f"AND({years})",
        otherwise=f"horizon_years must be a whole number of years from 1 to {MOST_YEARS}.",
    )
    yield from _of_calls()


def _by_bounds(scenario: Scenario) -> dict[tuple[float, float], list[str]]:
    """Assumptions whose units have the same bounds."""
    found: dict[tuple[float, float], list[str]] = {}
    for a in scenario.values():
        found.setdefault(a.unit.bounds, []).append(a.key)
    return found


def _of_calls() -> Iterator[Check]:
    yield Check(
        holds="OR(retry_rate<1,fallback_after>0)",
        otherwise="retry_rate is 1, so no call ever succeeds; expected less than 1.",
    )
    yield Check(
        holds="OR(self_hosted_share=0,gpu_peak_factor>=1)",
        otherwise="gpu_peak_factor must be at least 1: the busiest time is never below the mean.",
    )
    yield Check(
        holds=f"gpu_hours_on<={HOURS_IN_A_MONTH:g}",
        otherwise=f"gpu_hours_on must be at most {HOURS_IN_A_MONTH:g} hours, the longest month.",
    )
    for used, known in PRICED:
        yield Check(
            holds=f"OR({used}=0,{known}>0)",
            otherwise=f"{used} is above 0, but {known} is 0; give {known}, or set {used} to 0.",
        )
    yield Check(
        holds='OR(training_policy="cogs",training_policy="rnd")',
        otherwise="training_policy must be cogs or rnd.",
    )


def write_checks(page: Page, row: int, checks: list[Check]) -> int:
    """The block of conditions from a row on; the row behind it."""
    page.text(row, 0, "Can the inputs be used?", "group")
    first = row + 1
    for at, check in enumerate(checks, first):
        page.text(at, 0, check.otherwise, "text")
        page.raw(at, 1, check.holds, True)
    last = first + len(checks) - 1
    page.raw(last + 1, 1, f"AND({page.at(first, 1, last)})", True, name="inputs_ok")
    page.text(last + 1, 0, "All of them")
    said, held = page.at(first, 0, last), page.at(first, 1, last)
    why = f'"Check the inputs. "&INDEX({said},MATCH(FALSE,{held},0))'
    formula = f'IF(inputs_ok,"{ALL_FINE}",{why})'
    page.raw(last + 2, 1, formula, ALL_FINE, name="state_of_inputs")
    page.text(last + 2, 0, "In words")
    return last + 4


def finite(value: object) -> float:
    """A number of the library as a plain one."""
    return float(np.asarray(value, dtype=np.float64).reshape(-1)[0])
