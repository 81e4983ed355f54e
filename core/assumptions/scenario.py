"""A scenario: a complete, named set of assumptions, and settings that are words."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from core.assumptions.assumption import Assumption
from core.assumptions.distributions import Distribution
from core.errors import AssumptionError, ScenarioError

Pair = tuple[str, str]
"""Two assumptions that move together, in the order of the alphabet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A number that the user typed, with its 90 % interval if it has one."""

    value: float
    low: float | None = None
    high: float | None = None
    distribution: Distribution = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Mapping[str, Assumption]):
    """A complete, named set of assumptions, and settings that are words.

    Equal digests mean equal keys, values, intervals, distributions, units, sources,
    settings and correlations; the name is not part of it.
    """

    name: str
    assumptions: Mapping[str, Assumption]
    settings: Mapping[str, str] = field(default_factory=dict)
    correlations: Mapping[Pair, float] = field(default_factory=dict)
    """Rank correlations of assumptions; pairs not named are independent."""

    def __post_init__(self) -> None:
        """Put each pair in order; refuse what is no correlation."""
        ordered: dict[Pair, float] = {}
        for (one, other), rank in self.correlations.items():
            pair = (min(one, other), max(one, other))
            said = f"the correlation {one}:{other}"
            if one == other or not -1 <= rank <= 1:
                raise AssumptionError(
                    f"{said} is {rank:g}; expected a number from -1 to 1 between two different "
                    f"assumptions."
                )
            if pair in ordered:
                raise AssumptionError(f"{said} is given twice; give each pair once.")
            ordered[pair] = float(rank) + 0.0
        object.__setattr__(self, "correlations", dict(sorted(ordered.items())))

    def __getitem__(self, key: str) -> Assumption:
        try:
            return self.assumptions[key]
        except KeyError:
            raise ScenarioError(
                f"scenario {self.name!r} has no assumption {key!r}; "
                f"add a table [assumptions.{key}] or start from `datawall scenario new`."
            ) from None

    def __contains__(self, key: object) -> bool:
        return key in self.assumptions

    def __iter__(self) -> Iterator[str]:
        return iter(self.assumptions)

    def __len__(self) -> int:
        return len(self.assumptions)

    def __hash__(self) -> int:
        """Equal scenarios have equal digests."""
        return hash(self.digest)

    @property
    def digest(self) -> str:
        """A content hash with a tagged scheme, as ``a1:<16 hex digits>``."""
        facts = [_facts(a) for a in sorted(self.assumptions.values(), key=lambda a: a.key)]
        content: list[object] = [facts, sorted(self.settings.items())]
        if self.correlations:  # Scenarios without any keep the digest that they always had.
            content.append([[*pair, rank] for pair, rank in self.correlations.items()])
        payload = json.dumps(content, separators=(",", ":"))
        return "a1:" + hashlib.sha256(payload.encode()).hexdigest()[:16]

    def value(self, key: str) -> float:
        """The median of an assumption."""
        return self[key].value

    def edited(self, changes: Mapping[str, float | Typed], *, on: date) -> "Scenario":
        """A new scenario with these numbers typed by the user.

        A plain number has no interval; what has become certain correlates with nothing.
        """
        changed = dict(self.assumptions)
        for key, given in changes.items():
            typed = given if isinstance(given, Typed) else Typed(value=given)
            changed[key] = replace(
                self[key],
                value=typed.value,
                low=typed.low,
                high=typed.high,
                distribution=typed.distribution,
                draws=(),
                status="edited",
                source="entered by the user",
                as_of=on,
            )
        certain = {key for key in changes if not changed[key].is_uncertain}
        kept = {p: rank for p, rank in self.correlations.items() if not certain & set(p)}
        return replace(self, assumptions=changed, correlations=kept)

    def bound(self, *measured: Assumption) -> "Scenario":
        """A new scenario in which these measured assumptions replace those of the same key."""
        return replace(self, assumptions={**self.assumptions, **{a.key: a for a in measured}})


def _facts(a: Assumption) -> list[object]:
    """What of an assumption is part of the digest."""
    facts = [a.key, a.value, a.low, a.high, a.unit, a.status, a.source, a.as_of.isoformat()]
    if a.distribution == "auto":  # As it was before there were others.
        return facts
    return [*facts, a.distribution, list(a.draws)]
