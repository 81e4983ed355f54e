"""A generation plan: what to propose, from what, by whom, judged how, and for how much.

A plan never holds a key: keys are read from the environment only.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from core.errors import PlanError
from core.records import SampleKind

GeneratorType = Literal["embedded", "openai"]

MOST_CANDIDATES = 100_000
MOST_CONCURRENT = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorPlan:
    """Who proposes candidates."""

    type: GeneratorType = "embedded"
    """``embedded`` needs no model and no network; ``openai`` is any compatible endpoint."""
    model: str = ""
    base_url: str | None = None
    """None: the environment's ``OPENAI_BASE_URL``, else the vendor's own."""
    temperature: float | None = None
    """None: the endpoint's own default."""
    concurrency: int = 8
    shots: int = 6
    """Anchors shown in each prompt."""
    max_output_tokens: int = 512
    timeout_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationPlan:
    """One generation run, complete."""

    data: str
    """A file or the fingerprint of a dataset."""
    label: str
    slice: str
    text: str | None = None
    kind: SampleKind = "training_case"
    candidates: int = 100
    seed: int = 0
    generator: GeneratorPlan = field(default_factory=GeneratorPlan)
    judge: bool = False
    judge_model: str = ""
    """Empty: the generator's model."""
    budget_usd: float | None = None
    prices: Mapping[str, float] = field(default_factory=dict)
    """The user's own prices of the models, USD/Mtok; empty: list prices."""

    @property
    def model_of_judge(self) -> str:
        """The model that judges; empty when none does."""
        return (self.judge_model or self.generator.model) if self.judge else ""

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that is paid for."""
        own = self.generator.model if self.generator.type == "openai" else ""
        return tuple(dict.fromkeys(name for name in (own, self.model_of_judge) if name))

    @property
    def digest(self) -> str:
        """A hash of all that decides what is proposed; not of budget, speed or prices."""
        facts = asdict(self)
        for name in ("data", "budget_usd", "prices"):
            facts.pop(name)
        for name in ("concurrency", "timeout_seconds", "base_url"):
            facts["generator"].pop(name)
        payload = json.dumps(facts, sort_keys=True, separators=(",", ":"))
        return "p1:" + hashlib.sha256(payload.encode()).hexdigest()[:16]


_TOP: dict[str, type] = {
    "data": str,
    "label": str,
    "slice": str,
    "text": str,
    "kind": str,
    "candidates": int,
    "seed": int,
}
_TABLES: dict[str, dict[str, type]] = {
    "generator": {
        "type": str,
        "model": str,
        "base_url": str,
        "temperature": float,
        "concurrency": int,
        "shots": int,
        "max_output_tokens": int,
        "timeout_seconds": float,
    },
    "critics": {"judge": bool, "judge_model": str},
    "budget": {"usd": float},
    "prices": {
        "input_usd_per_mtok": float,
        "output_usd_per_mtok": float,
        "cached_usd_per_mtok": float,
    },
}
_RANGES: dict[str, tuple[float, float]] = {
    "candidates": (1, MOST_CANDIDATES),
    "seed": (0, 2**63 - 1),
    "generator.temperature": (0, 2),
    "generator.concurrency": (1, MOST_CONCURRENT),
    "generator.shots": (1, 100),
    "generator.max_output_tokens": (1, 100_000),
    "generator.timeout_seconds": (0.1, 3_600),
    "budget.usd": (0, 1e9),
    "prices.input_usd_per_mtok": (0, 1e6),
    "prices.output_usd_per_mtok": (0, 1e6),
    "prices.cached_usd_per_mtok": (0, 1e6),
}
_SPOKEN = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}


def plan_from_toml(text: str, where: str = "plan") -> GenerationPlan:
    """Read a plan.

    Raises
    ------
    PlanError
        The text is not TOML, or a key is unknown, missing, of a wrong type or
        out of range; the sentence names the key and what is expected.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{where}: not valid TOML: {error}. Expected a generation plan.") from error
    top = {k: v for k, v in document.items() if k not in _TABLES}
    known = _checked(top, _TOP, "", where, also=_TABLES)
    tables = {name: _table(document.get(name, {}), name, where) for name in _TABLES}
    for name in ("data", "label", "slice"):
        if not known.get(name, "").strip():
            raise PlanError(f'{where}: no {name!r}; add a line like {name} = "…".')
    if known.get("kind", "training_case") not in get_args(SampleKind):
        expected = ", ".join(get_args(SampleKind))
        raise PlanError(f"{where}: kind is {known['kind']!r}; expected one of {expected}.")
    generator = _generator(tables["generator"], where)
    critics, prices = tables["critics"], tables["prices"]
    plan = GenerationPlan(
        **known,
        generator=generator,
        judge=critics.get("judge", False),
        judge_model=critics.get("judge_model", ""),
        budget_usd=tables["budget"].get("usd"),
        prices=prices,
    )
    if plan.judge and not plan.model_of_judge:
        raise PlanError(f"{where}: critics.judge is true but no model is named; add judge_model.")
    if prices and not {"input_usd_per_mtok", "output_usd_per_mtok"} <= prices.keys():
        raise PlanError(f"{where}: [prices] needs both input_usd_per_mtok and output_usd_per_mtok.")
    return plan


def _table(found: Any, name: str, where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise PlanError(f"{where}: {name} is {found!r}; expected a table [{name}].")
    return _checked(found, _TABLES[name], f"{name}.", where)


def _checked(
    found: Mapping[str, Any],
    known: Mapping[str, type],
    prefix: str,
    where: str,
    also: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    values = {}
    for key, value in found.items():
        if key not in known:
            raise PlanError(_unknown(key, [*known, *(also or {})], prefix, where))
        values[key] = _value(value, known[key], prefix + key, where)
    return values


def _unknown(key: str, known: list[str], prefix: str, where: str) -> str:
    low = key.lower()
    if "key" in low or ("token" in low and "max" not in low):
        return (
            f"{where}: unknown key {prefix + key!r}; a secret is never kept in a plan, set the "
            "variable OPENAI_API_KEY instead."
        )
    near = get_close_matches(key, known, 1)
    hint = f"; did you mean {prefix + near[0]!r}?" if near else f"; known are {', '.join(known)}."
    return f"{where}: unknown key {prefix + key!r}{hint}"


def _value(found: Any, kind: type, name: str, where: str) -> Any:
    value: Any = float(found) if kind is float and type(found) is int else found
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise PlanError(f"{where}: {name} is {value!r}; expected {_SPOKEN[kind]}.")
    low, high = _RANGES.get(name, (None, None))
    if low is not None and high is not None and not low <= float(found) <= high:
        raise PlanError(
            f"{where}: {name} is {found:,}; expected {_SPOKEN[kind]} from {low:,} to {high:,}."
        )
    return value


def _generator(table: dict[str, Any], where: str) -> GeneratorPlan:
    kind = table.get("type", "embedded")
    if kind not in get_args(GeneratorType):
        raise PlanError(f"{where}: generator.type is {kind!r}; expected embedded or openai.")
    generator = GeneratorPlan(**table)
    if generator.type == "openai" and not generator.model.strip():
        raise PlanError(
            f"{where}: generator.type is openai but generator.model is missing; name it."
        )
    if generator.base_url is not None:
        check_base_url(generator.base_url, f"{where}: generator.base_url")
    return generator


def check_base_url(address: str, what: str) -> None:
    """Refuse an address that is no http address or that carries a secret."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PlanError(
            f"{what} is {address!r}; expected an address like http://127.0.0.1:8000/v1."
        )
    if parts.username or parts.password or parts.query:
        raise PlanError(
            f"{what} carries a user name or a query, which may be secret; give the plain address "
            "and set the variable OPENAI_API_KEY."
        )


def plan_of(facts: Mapping[str, Any]) -> GenerationPlan:
    """The plan that a run's record holds."""
    return GenerationPlan(**{**facts, "generator": GeneratorPlan(**facts["generator"])})


def plan_to_toml(plan: GenerationPlan) -> str:
    """The plan as a file that :func:`plan_from_toml` reads back equal."""
    facts = asdict(plan)
    tables = {
        "generator": facts["generator"],
        "critics": {"judge": plan.judge, "judge_model": plan.judge_model},
        "budget": {"usd": plan.budget_usd},
        "prices": facts["prices"],
    }
    lines = ["# A Datawall generation plan."]
    lines += [f"{key} = {_written(facts[key])}" for key in _TOP if facts[key] is not None]
    for name, table in tables.items():
        kept = {key: value for key, value in table.items() if value not in (None, "")}
        if kept:
            lines += ["", f"[{name}]", *(f"{key} = {_written(v)}" for key, v in kept.items())]
    return "\n".join(lines) + "\n"


def _written(value: Any) -> str:
    # A basic TOML string is a JSON string, but for the delete character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
