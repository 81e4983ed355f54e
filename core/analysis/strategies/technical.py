"""Strategies of the engineer: what answers, where it runs, who labels, how strict."""

from core.analysis.strategies.guesses import guess
from core.analysis.strategies.strategy import Delay, Strategy, but, only
from core.assumptions import Scenario
from core.prices import PriceBook

_PLACES = ("onshore", "nearshore", "offshore")


def knowledge(scenario: Scenario, book: PriceBook) -> tuple[Strategy, ...]:
    """Look it up, train it in, or both."""
    per_sample = 1 / guess("samples_made_per_day")
    look_up, train = guess("retrieval_setup_days"), guess("fine_tune_days")
    return (
        Strategy(
            name="retrieval",
            what="Deeper retrieval mends errors for want of a fact; people review what is left.",
            levers=only(scenario, "retrieval"),
            delay=Delay(once=look_up),
        ),
        Strategy(
            name="fine-tune",
            what="New samples along the learning curve; people review what is left.",
            levers=only(scenario, "data"),
            delay=Delay(once=train, per_sample=per_sample),
        ),
        Strategy(
            name="both",
            what="New samples and deeper retrieval; people review what is left.",
            levers=only(scenario, "data", "retrieval"),
            delay=Delay(once=max(look_up, train), per_sample=per_sample),
        ),
    )


def serving(scenario: Scenario, book: PriceBook) -> tuple[Strategy, ...]:
    """Another's model by its API, today's by its API, or a small one on machines of one's own."""
    return (*_by_api(scenario), *_on_own_machines(scenario, book))


def _by_api(scenario: Scenario) -> tuple[Strategy, ...]:
    better = scenario.value("error_now") * scenario.value("strong_error_ratio")
    return (
        Strategy(
            name="frontier API",
            what="The stronger model answers every request at its API price.",
            changes={
                **{key: scenario.value(f"strong_{key}") for key in _TOKEN_PRICES},
                "self_hosted_share": 0.0,
                "error_now": better,
                "error_floor": min(scenario.value("error_floor"), better),
            },
            levers=but(scenario, "tier", "cascade", "data"),
            delay=Delay(once=guess("frontier_setup_days")),
        ),
        Strategy(
            name="today's model by API",
            what="Today's model at its API price.",
            changes={"self_hosted_share": 0.0},
            levers=but(scenario, "tier", "cascade"),
            delay=Delay(once=0.0),
        ),
    )


def _on_own_machines(scenario: Scenario, book: PriceBook) -> tuple[Strategy, ...]:
    hour, reserved = book.row("gpu_hour_h100").value, book.row("gpu_hour_h100_reserved").value
    saved = 1 - reserved / hour if hour > 0 else 0.0
    hours = max(scenario.value("gpu_hours_on"), 1.0)
    slower, speed = guess("edge_speed"), ("gpu_input_throughput", "gpu_output_throughput")
    box = {
        "gpu_rate": book.row("edge_box").value / hours,
        **{key: slower * scenario.value(key) for key in speed},
    }
    every: tuple[tuple[str, str, dict[str, float], str], ...] = (
        (
            "own GPUs on demand", "gpu_setup_days", {},
            "A model as good as today's on whole GPUs, paid while they are on.",
        ),
        (
            "own GPUs reserved", "reserved_setup_days", {"gpu_reserved_discount": max(saved, 0.0)},
            "The same under a year's contract.",
        ),
        (
            "at the edge", "edge_setup_days", box,
            "A model as good as today's on small boxes, which cost little and work slowly.",
        ),
    )  # fmt: skip
    own = {"self_hosted_share": 1.0, "gpu_reserved_discount": 0.0}
    return tuple(
        Strategy(
            name=name,
            what=what,
            changes={**own, **more},
            levers=but(scenario, "tier", "cascade"),
            delay=Delay(once=guess(days)),
        )
        for name, days, more, what in every
    )


_TOKEN_PRICES = ("input_price", "output_price", "cached_price")


def labels(scenario: Scenario, book: PriceBook) -> tuple[Strategy, ...]:
    """Samples that a model makes, or that people label: what a correct one costs."""
    made = scenario.value("cost_per_accepted_sample") + scenario.value("review_cost_per_sample")
    right = max(scenario.value("human_accuracy"), 0.01)
    levers = only(scenario, "data")
    synthetic = Strategy(
        name="synthetic",
        what="A model makes samples, critics and a person check each.",
        changes={"cost_per_accepted_sample": made / right, "review_cost_per_sample": 0.0},
        levers=levers,
        delay=Delay(once=1.0, per_sample=1 / guess("samples_made_per_day")),
        facts={"cost_per_correct_label_usd": made / right},
    )
    return (synthetic, *(_labelled(place, levers, book) for place in _PLACES))


def _labelled(place: str, levers: tuple[str, ...], book: PriceBook) -> Strategy:
    workers, accuracy = guess("workers_per_label"), guess(f"{place}_accuracy")
    each = book.row(f"label_{place}").value * workers / accuracy
    return Strategy(
        name=f"people {place}",
        what=f"{workers:g} people label each real example; it is worth a real sample.",
        changes={
            "cost_per_accepted_sample": each,
            "review_cost_per_sample": 0.0,
            "exchange_rate": 1.0,
        },
        levers=levers,
        delay=Delay(
            once=guess(f"{place}_start_days"), per_sample=workers / guess("labels_per_day")
        ),
        facts={"cost_per_correct_label_usd": each},
    )


def quality(scenario: Scenario, book: PriceBook) -> tuple[Strategy, ...]:
    """What a critic and people's checks of new samples cost, and what they return."""
    cost, rate = scenario.value("cost_per_accepted_sample"), scenario.value("exchange_rate")
    levers = only(scenario, "data")
    checked = _worth(max(scenario.value("human_accuracy"), 0.51))
    unfiltered = cost * guess("yield_critic") * guess("generation_share")
    return (
        Strategy(
            name="everything is taken",
            what="No critic: cheap samples, of which many are wrong and teach what is wrong.",
            changes={
                "cost_per_accepted_sample": unfiltered,
                "review_cost_per_sample": 0.0,
                "exchange_rate": rate * _worth(guess("precision_unfiltered")) / checked,
            },
            levers=levers,
        ),
        Strategy(
            name="a critic",
            what="A critic rejects what it doubts; no person looks.",
            changes={
                "review_cost_per_sample": 0.0,
                "exchange_rate": rate * _worth(guess("precision_critic")) / checked,
            },
            levers=levers,
        ),
        Strategy(
            name="a critic and people",
            what="As in the scenario: people check what the critic accepts.",
            levers=levers,
        ),
    )


def _worth(precision: float) -> float:
    """Clean samples that a sample is worth when wrong labels fall by chance. [1]"""
    return (2 * precision - 1) ** 2
