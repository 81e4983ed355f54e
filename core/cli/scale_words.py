"""The margin at scale as JSON and as a table."""

from core.analysis.scale import ScaleAnswer
from core.cli.frontier import plan_facts
from core.cli.output import table
from core.formats import count, money, percent

_ROWS = 10


def scale_facts(found: ScaleAnswer) -> dict[str, object]:
    """Margin against seats as JSON shows it."""
    return {
        "points": [
            {
                "seats": seats,
                "gross_margin_plan_kept": found.kept[i],
                "gross_margin_plan_rechosen": found.rechosen[i],
                "gpus": found.gpus[i],
                "shared_usd": {name: usd[i] for name, usd in found.shared_usd.items()},
            }
            for i, seats in enumerate(found.seats)
        ],
        "plans": [{"seats_from": p.seats_from, **plan_facts(p.plan)} for p in found.plans],
        "target": found.target,
        "why": found.why,
    }


def scale_text(found: ScaleAnswer) -> str:
    """Margin against seats for people."""
    names = list(found.shared_usd)
    every = max(1, len(found.seats) // _ROWS)
    rows = [
        [
            count(found.seats[i]),
            percent(float(found.kept[i])),
            percent(float(found.rechosen[i])),
            *(money(float(found.shared_usd[name][i])) for name in names),
        ]
        for i in range(0, len(found.seats), every)
    ]
    headings = ["seats", "margin, plan kept", "plan chosen anew", *names]
    return f"{table(headings, rows)}\n{found.why}"
