"""What cash flows are worth: numbers by hand, numpy-financial as witness, and laws."""

import numpy as np
import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calculators import roi
from core.errors import AssumptionError

USD = st.floats(-1e6, 1e6, allow_nan=False)
ROWS = st.lists(USD, min_size=2, max_size=11)
RATES = st.floats(-0.5, 2.0)


def test_sixty_and_sixty_for_a_hundred() -> None:
    """−100 + 60/1.1 + 60/1.21 = 4.132231; the rate solves 100 x² = 60 x + 60 for x = 1 + r."""
    flows = [-100.0, 60.0, 60.0]
    assert roi.net_present_value(flows, 0.1) == pytest.approx(4.132231, abs=1e-6)
    assert roi.internal_rate(flows) == pytest.approx(0.3 + np.sqrt(0.69) - 1, rel=1e-12)
    assert roi.internal_rate(flows) == pytest.approx(0.13066, abs=1e-5)
    assert roi.payback_years(flows) == pytest.approx(1 + 40 / 60)
    assert roi.payback_years(flows, 0.1) == pytest.approx(1 + (100 - 60 / 1.1) / (60 / 1.21))


def test_the_flow_of_today_is_not_discounted() -> None:
    """As numpy-financial has it, and unlike a spreadsheet's NPV()."""
    assert roi.net_present_value([-100.0, 60.0, 60.0], 0.1) == pytest.approx(
        numpy_financial.npv(0.1, [-100, 60, 60])
    )


def test_a_cash_flow_with_two_rates_has_no_rate_of_return() -> None:
    """−100, 230, −132 is worth nothing at 10 % and at 20 %; numpy-financial says 10 % alone."""
    flows = [-100.0, 230.0, -132.0]
    assert numpy_financial.irr(flows) == pytest.approx(0.1)
    assert np.isnan(roi.internal_rate(flows))
    assert roi.rates_of_return(flows) == pytest.approx([0.1, 0.2])


def test_without_a_change_of_sign_there_is_no_rate() -> None:
    """Only money out, only money in, nothing at all, or a loan: none is an investment."""
    for flows in ([-100.0, -1.0], [100.0, 1.0], [0.0, 0.0], [100.0, -110.0]):
        assert np.isnan(roi.internal_rate(flows))
    assert roi.rates_of_return([-100.0, -1.0]) == []
    assert roi.rates_of_return([100.0, -110.0]) == pytest.approx([0.1])
    assert roi.rates_of_return([0.0, 0.0]) == []


def test_what_never_comes_back_has_no_payback() -> None:
    """Infinite, not 0; what costs nothing has paid back at once."""
    found = roi.payback_years([[-100.0, 50.0, 49.0], [0.0, 1.0, 1.0], [-100.0, 0.0, 100.0]])
    assert found.tolist() == [np.inf, 0.0, 2.0]
    assert roi.payback_years([-100.0, 60.0, 40.0], 0.1) == np.inf


def test_the_return_is_gain_over_cost() -> None:
    """150 back for 100 is a half; for nothing spent there is no such figure."""
    assert roi.return_on_investment(150.0, 100.0) == 0.5
    assert np.isnan(roi.return_on_investment(150.0, 0.0))


def test_the_rule_of_40_and_the_multiple() -> None:
    """30 % growth and 15 % margin are 45 points; 6 points of $1M at 8 times are $480,000."""
    assert roi.rule_of_40(0.30, 0.15) == pytest.approx(45.0)
    change = roi.valuation_change(1e6, 0.70, 1e6, 0.64, 8.0)
    assert change == pytest.approx(-480_000.0)


@given(ROWS, RATES)
def test_a_row_alone_is_as_it_is_among_others(row: list[float], rate: float) -> None:
    """The array law, for every function of cash flows."""
    both = np.array([row, row[::-1]])
    for function in (roi.net_present_value, roi.payback_years):
        together = function(both, rate)
        assert together[0] == pytest.approx(float(function(row, rate)), nan_ok=True)
    assert roi.net_present_value(row, [rate, 0.0])[1] == pytest.approx(sum(row), abs=1e-6)


@given(
    st.lists(st.floats(1.0, 1e6), min_size=1, max_size=4),
    st.lists(st.floats(1.0, 1e6), min_size=1, max_size=7),
)
def test_at_the_rate_of_return_an_investment_is_worth_nothing(
    out: list[float], back: list[float]
) -> None:
    """Alone by numpy-financial, among others by bisection, and both agree."""
    flows = np.array([*(-usd for usd in out), *back])
    alone = float(roi.internal_rate(flows))
    among = roi.internal_rate(np.stack([flows, flows]))
    assert among[0] == among[1] == pytest.approx(alone, rel=1e-7, abs=1e-9)
    size = np.abs(flows) @ (1 + alone) ** -np.arange(len(flows))
    assert abs(roi.net_present_value(flows, alone)) <= 1e-6 * size
    assert roi.rates_of_return(flows) == pytest.approx([alone], rel=1e-5, abs=1e-6)


@given(ROWS, st.floats(0.0, 1.0))
def test_waiting_only_lengthens_the_payback_of_an_investment(row: list[float], rate: float) -> None:
    """Discounting takes from what comes later, which is what pays back."""
    flows = np.array([-abs(row[0]) - 1.0, *map(abs, row[1:])])
    assert roi.payback_years(flows, rate) >= roi.payback_years(flows) - 1e-9


def test_impossible_flows_are_refused() -> None:
    """No flow, an infinite one, a rate that leaves nothing."""
    with pytest.raises(AssumptionError, match="at least the flow of today"):
        roi.net_present_value([], 0.1)
    with pytest.raises(AssumptionError, match="finite"):
        roi.internal_rate([-1.0, np.inf])
    with pytest.raises(AssumptionError, match="discount_rate"):
        roi.net_present_value([-1.0, 2.0], -1.0)
