"""What would make a request cheaper: each saving alone, all together, and their overlap.

Every saving is a pure change of the assumptions. None knows of the others, and their order
does not matter: shares are raised to at least what the saving allows, the rest is multiplied.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from core.analysis.cogs import error_cost_now
from core.analysis.serving import Inputs, serving_costs
from core.assumptions import Scenario
from core.calculators import cogs, margin
from core.calculators.door import checked
from core.errors import InputError
from core.formats import money
from core.uncertainty import medians

Floats = NDArray[np.float64]
Change = Callable[[Inputs], Inputs]

_TOKEN_PRICES = ("input_price", "cached_price", "output_price")
_THROUGHPUTS = ("gpu_input_throughput", "gpu_output_throughput")


def prompt_caching(inputs: Inputs) -> Inputs:
    """More of the prompt is read from the provider's cache."""
    return _at_least(inputs, "cached_share", inputs["saving_cached_share"])


def application_caching(inputs: Inputs) -> Inputs:
    """Requests that were answered before are answered from a cache of one's own."""
    return _at_least(inputs, "app_cache_share", inputs["saving_app_cache_share"])


def batching(inputs: Inputs) -> Inputs:
    """Requests that can wait are made in batches."""
    return _at_least(inputs, "batch_share", inputs["saving_batch_share"])


def quantisation(inputs: Inputs) -> Inputs:
    """Own GPUs compute with fewer bits, faster and a little worse."""
    key = "saving_quantised_speed"
    speed = checked(key, inputs[key], "1", above=True)
    faster = {k: inputs[k] * speed for k in _THROUGHPUTS}
    lost = inputs["self_hosted_share"] * inputs["saving_quantised_loss"]
    return _less_accurate({**inputs, **faster}, lost)


def distillation(inputs: Inputs) -> Inputs:
    """A smaller model that learned from today's answers every request, a little worse."""
    cheaper = _smaller(inputs, inputs["saving_distilled_price"])
    return _less_accurate(cheaper, inputs["saving_distilled_loss"])


def routing(inputs: Inputs) -> Inputs:
    """Easy requests go to a cheaper model."""
    share, price = inputs["saving_routed_share"], inputs["saving_routed_price"]
    cheaper = _smaller(inputs, np.asarray(1 - share * (1 - price)))
    return _less_accurate(cheaper, inputs["saving_routed_loss"])


def shorter_prompts(inputs: Inputs) -> Inputs:
    """Prompts lose what does not help."""
    left = inputs["input_tokens"] * (1 - inputs["saving_prompt_cut"])
    return _less_accurate({**inputs, "input_tokens": left}, inputs["saving_prompt_loss"])


SAVINGS: dict[str, Change] = {
    "prompt-caching": prompt_caching,
    "application-caching": application_caching,
    "batching": batching,
    "quantisation": quantisation,
    "distillation": distillation,
    "routing": routing,
    "shorter-prompts": shorter_prompts,
}
"""Every saving by its name on the command line."""

_NOTHING_FOR = {
    "quantisation": "every call goes to an API, so there is nothing of yours to quantise",
    "prompt-caching": "that much of the prompt is read from the cache already",
    "application-caching": "that many requests are answered from your cache already",
    "batching": "that many requests are made in batches already",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What one saving, or several together, take off the cost of a request."""

    serving_usd: float
    """Less to serve; negative if it costs more. [USD/request]"""
    errors_usd: float
    """What the additional wrong answers cost. [USD/request]"""
    accuracy_lost: float
    """[fraction]"""
    gross_margin: float
    """With it, errors included; NaN without revenue. [fraction]"""

    @property
    def net_usd(self) -> float:
        """Less in all. [USD/request]"""
        return self.serving_usd - self.errors_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """One saving alone."""

    name: str
    chosen: bool
    alone: Saved
    why_nothing: str
    """Why it changes nothing; empty when it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingsAnswer:
    """Every saving alone, and the chosen ones together."""

    before_usd: float
    """A request as it is served today, wrong answers included. [USD/request]"""
    gross_margin_before: float
    every: tuple[Saving, ...]
    together: Saved
    """All that are chosen."""

    @property
    def after_usd(self) -> float:
        """The same with all that are chosen. [USD/request]"""
        return self.before_usd - self.together.net_usd

    @property
    def sum_of_alone_usd(self) -> float:
        """What the chosen ones would save if none took from another. [USD/request]"""
        return sum(saving.alone.net_usd for saving in self.every if saving.chosen)

    @property
    def overlap_usd(self) -> float:
        """What is counted twice in that sum; negative if they help each other."""
        return self.sum_of_alone_usd - self.together.net_usd

    @property
    def overlap_in_words(self) -> str:
        """How the sum of each alone differs from all together."""
        shared = self.overlap_usd
        how = f"{money(shared)} of that is counted twice"
        if shared < 0:
            how = f"together they save {money(-shared)} more"
        return f"Alone they sum to {money(self.sum_of_alone_usd)}; {how}."


def savings_of(scenario: Scenario, chosen: Collection[str] = tuple(SAVINGS)) -> SavingsAnswer:
    """What savings do to a request as it is served today, every assumption at its median.

    Raises
    ------
    InputError
        One of the chosen is no saving.
    """
    names = checked_savings(chosen)
    inputs = medians(scenario)
    revenue = margin.revenue_per_request(inputs["price_per_seat"], inputs["requests_per_seat"])
    before = _cost(inputs)

    def saved(changes: Sequence[Change]) -> Saved:
        changed: Inputs = inputs
        for change in changes:
            changed = change(changed)
        after = _cost(changed)
        return Saved(
            serving_usd=before[0] - after[0],
            errors_usd=after[1] - before[1],
            accuracy_lost=float(changed["error_now"] - inputs["error_now"]),
            gross_margin=float(margin.gross_margin(revenue, sum(after))),
        )

    every = []
    for name, change in SAVINGS.items():
        alone = saved([change])
        nothing = alone.serving_usd == 0 and alone.errors_usd == 0
        why = _NOTHING_FOR.get(name, "its strength is set to nothing") if nothing else ""
        every.append(Saving(name=name, chosen=name in names, alone=alone, why_nothing=why))
    return SavingsAnswer(
        before_usd=sum(before),
        gross_margin_before=float(margin.gross_margin(revenue, sum(before))),
        every=tuple(every),
        together=saved([SAVINGS[name] for name in names]),
    )


def checked_savings(chosen: Collection[str]) -> tuple[str, ...]:
    """The savings named, each once, in their order.

    Raises
    ------
    InputError
        One of them is no saving; the nearest is named.
    """
    for name in chosen:
        if name not in SAVINGS:
            near = get_close_matches(name, SAVINGS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected {', '.join(SAVINGS)}."
            raise InputError(f"{name!r} is no saving; {hint}")
    return tuple(name for name in SAVINGS if name in chosen)


def _cost(inputs: Inputs) -> tuple[float, float]:
    """Of a request as it is served today: serving, and wrong answers."""
    return float(cogs.total(serving_costs(inputs))), error_cost_now(inputs)


def _at_least(inputs: Inputs, key: str, share: Floats) -> Inputs:
    return {**inputs, key: np.maximum(inputs[key], share)}


def _smaller(inputs: Inputs, price_share: Floats) -> Inputs:
    """A model that costs this share of today's: lower token prices, faster own GPUs."""
    priced = {key: inputs[key] * price_share for key in _TOKEN_PRICES}
    with np.errstate(divide="ignore", invalid="ignore"):
        faster = {key: np.asarray(inputs[key] / price_share) for key in _THROUGHPUTS}
    return {**inputs, **priced, **faster}


def _less_accurate(inputs: Inputs, lost: Floats) -> Inputs:
    """More wrong answers, that more data would not mend either."""
    keys = ("error_now", "error_floor")
    return {**inputs, **{key: np.minimum(inputs[key] + lost, 1.0) for key in keys}}
