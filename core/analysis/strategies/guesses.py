"""Numbers of the strategies that no price list and no measurement holds: our guesses, all shown."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A number that the comparison rests on, and where it is from."""

    value: float
    unit: str
    what: str
    source: str = "our guess"


_EXAMPLE = "a worked example of signal detection, p = 0.6 and d' = 2"

GUESSES: Mapping[str, Guess] = {
    "frontier_setup_days": Guess(value=3, unit="days", what="to call another model's API"),
    "gpu_setup_days": Guess(value=30, unit="days", what="to serve a model on own GPUs"),
    "reserved_setup_days": Guess(value=45, unit="days", what="the same under a year's contract"),
    "edge_setup_days": Guess(value=60, unit="days", what="to bring boxes to the edge"),
    "edge_speed": Guess(
        value=0.1, unit="fraction", what="throughput of an edge box over that of a GPU"
    ),
    "retrieval_setup_days": Guess(value=15, unit="days", what="to build a deeper retrieval"),
    "fine_tune_days": Guess(value=10, unit="days", what="to train and test a model"),
    "samples_made_per_day": Guess(
        value=20_000, unit="samples/day", what="generated and criticised"
    ),
    "labels_per_day": Guess(
        value=4_000, unit="labels/day", what="a team of ten at 50 an hour, eight hours"
    ),
    "workers_per_label": Guess(
        value=3, unit="workers", what="who label the same example",
        source="3 to 5 are typical (wring.co, a vendor's blog)",
    ),
    "onshore_accuracy": Guess(value=0.90, unit="fraction", what="labels that are right, onshore"),
    "nearshore_accuracy": Guess(value=0.87, unit="fraction", what="the same, nearshore"),
    "offshore_accuracy": Guess(value=0.85, unit="fraction", what="the same, offshore"),
    "onshore_start_days": Guess(value=10, unit="days", what="to brief people onshore"),
    "nearshore_start_days": Guess(value=15, unit="days", what="the same, nearshore"),
    "offshore_start_days": Guess(value=20, unit="days", what="the same, offshore"),
    "ml_engineer_months": Guess(value=4, unit="months", what="of an ML engineer to build the loop"),
    "data_engineer_months": Guess(value=2, unit="months", what="of a data engineer"),
    "product_months": Guess(value=1, unit="months", what="of a product manager"),
    "tokens_share": Guess(
        value=0.33, unit="fraction", what="what a seller's sample costs in tokens alone"
    ),
    "data_gigabytes": Guess(value=500, unit="GB", what="of data that is kept"),
    "machine_hours": Guess(value=120, unit="hours/month", what="one machine computes"),
    "warehouse_hours": Guess(value=40, unit="hours/month", what="a warehouse needs for the same"),
    "machine_care": Guess(value=0.05, unit="fraction", what="of a data engineer for the machine"),
    "warehouse_care": Guess(
        value=0.10, unit="fraction", what="of a data engineer for the warehouse"
    ),
    "precision_unfiltered": Guess(
        value=0.60, unit="fraction", what="samples that are right without a critic",
        source=_EXAMPLE,
    ),
    "precision_critic": Guess(
        value=0.92, unit="fraction", what="the same behind a critic", source=_EXAMPLE
    ),
    "yield_critic": Guess(
        value=0.51, unit="fraction", what="of the samples that a critic accepts", source=_EXAMPLE
    ),
    "generation_share": Guess(
        value=2 / 3, unit="fraction", what="of a candidate's cost that is generation",
        source=_EXAMPLE,
    ),
    "churn_flat": Guess(value=0.030, unit="fraction", what="of seats that leave a month, flat"),
    "churn_per_use": Guess(value=0.040, unit="fraction", what="the same, paid per request"),
    "churn_tiered": Guess(value=0.033, unit="fraction", what="the same, in tiers"),
    "churn_hybrid": Guess(value=0.032, unit="fraction", what="the same, seat and requests"),
}  # fmt: skip


def guess(key: str) -> float:
    """The value of a guess."""
    return GUESSES[key].value
