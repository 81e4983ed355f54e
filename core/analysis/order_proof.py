"""What proves that a slice has reached its target: test examples, and what they cost."""

import math

from core.analysis.evidence import EvidenceAnswer
from core.analysis.figures import ends, quantiles_of
from core.analysis.order_lines import NOTHING, Line, record_price
from core.analysis.sizing import SliceAudit
from core.assumptions import Scenario
from core.calculators.calibration import precision_quantile
from core.calculators.deficit import records_to_collect
from core.calculators.paired import pairs_needed
from core.calculators.sample_size import passing_share, rows_for_half_width
from core.formats import count, percent
from core.units import Unit

HALF_WIDTH = 0.05
"""A score counts as known when its 95 % interval reaches so far to either side. [fraction]"""

POWER = 0.8
_NEWLY_WRONG = (0.0, 0.5, 1.0)
"""Examples that are newly wrong, as a share of what two unrelated models would differ by."""


def proof_lines(
    part: SliceAudit,
    target: float,
    scenario: Scenario,
    evidence: EvidenceAnswer | None,
    assurance: float,
) -> tuple[Line, Line]:
    """Test examples that pin the score down, and pairs that show the gain."""
    now = part.facts.score
    pinned = _rows(now, target)
    with_all = float(passing_share(target, pinned[1]))
    clears = (
        f"the interval clears {percent(target, 0)} once {percent(with_all)} of them are right."
        if math.isfinite(with_all)
        else f"only more of them could put the whole interval above {percent(target, 0)}."
    )
    pairs, how = _pairs(now, target, evidence)
    return (
        _line(
            part,
            Line(
                kind="proof",
                what="test examples that pin the score down",
                unit=Unit.EXAMPLES,
                quantity=quantiles_of(pinned),
                note=f"95 % interval within ±{HALF_WIDTH * 100:g} points; {clears}",
            ),
            scenario,
            assurance,
        ),
        _line(
            part,
            Line(
                kind="gain",
                what="test examples that show the gain",
                unit=Unit.EXAMPLES,
                quantity=quantiles_of(pairs),
                note=f"Answered by the model before and after; {percent(POWER, 0)} power at 5 %. "
                + how,
            ),
            scenario,
            assurance,
        ),
    )


def _rows(now: float, target: float) -> list[float]:
    """Rows for the interval at the target, and the fewest and most at any score on the way."""
    low, high = sorted((now, target))
    widest = min(max(low, 0.5), high)
    at = [float(rows_for_half_width(share, HALF_WIDTH)) for share in (now, target, widest)]
    return [min(at), at[1], max(at)]


def _pairs(now: float, target: float, evidence: EvidenceAnswer | None) -> tuple[list[float], str]:
    """McNemar pairs for the gain, for few, some and many examples that are newly wrong."""
    gain = target - now
    if gain <= 0:
        return [math.inf] * 3, "Today's score is not below the target: there is no gain to show."
    unrelated = now * (1 - target)
    lost = [share * unrelated for share in _NEWLY_WRONG]
    how = "How many are newly wrong is our guess; evidence on this slice measures it."
    if evidence is not None and (tested := evidence.baseline.n_test):
        found = precision_quantile(evidence.lost, tested - evidence.lost, [0.1, 0.5, 0.9])
        lost = [min(float(share), (1 - gain) / 2) for share in found]
        how = (
            f"{evidence.lost:,} of {tested:,} were newly wrong in evidence {evidence.evidence_id}."
        )
    return [float(pairs_needed(gain + share, share, power=POWER)) for share in lost], how


def _line(part: SliceAudit, line: Line, scenario: Scenario, assurance: float) -> Line:
    """The line with what those examples cost that are not there already."""
    curve = part.facts.curve or part.facts.joint
    there = part.facts.n if curve is None else curve.n_test
    price, prices = record_price(part, scenario)
    costs = []
    for wanted, usd in zip(ends(line.quantity), ends(price.quantiles), strict=True):
        missing = max(wanted - there, 0.0)
        records = float(records_to_collect(missing, part.facts.prevalence, assurance))
        costs.append(records * usd if records else 0.0)
    middle = line.quantity.p50
    note = f" {count(there)} are there already."
    if middle is not None and middle > there:
        found = count(float(records_to_collect(middle - there, part.facts.prevalence, assurance)))
        note += f" The others are found by labelling {found} raw records."
    return Line(
        kind=line.kind,
        what=line.what,
        unit=line.unit,
        quantity=line.quantity,
        cost_usd=quantiles_of(costs) if middle is not None else NOTHING,
        prices=prices,
        note=line.note + note,
        held=float(there),
    )
