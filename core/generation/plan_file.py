"""A generation plan as a TOML file, read and written."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any, get_args

from core.errors import PlanError
from core.generation.plan import (
    LONGEST_CONSTRAINT,
    MOST_CANDIDATES,
    MOST_CONCURRENT,
    MOST_CONSTRAINTS,
    MOST_VOTES,
    SMALL_MODEL,
    GenerationPlan,
    GeneratorPlan,
    GeneratorType,
    check_base_url,
    refuse_factless,
)
from core.records import SampleKind, TextPolicy

_TOP: dict[str, type] = {
    "data": str,
    "label": str,
    "slice": str,
    "text": str,
    "kind": str,
    "constraints": list,
    "candidates": int,
    "adversarial": bool,
    "knowledge": bool,
    "seed": int,
}
_TABLES: dict[str, dict[str, type]] = {
    "generator": {
        "type": str,
        "model": str,
        "base_url": str,
        "temperature": float,
        "concurrency": int,
        "batch": bool,
        "shots": int,
        "max_output_tokens": int,
        "timeout_seconds": float,
    },
    "critics": {"judge": bool, "judge_model": str, "jurors": list, "votes": int},
    "stop": {
        "accepted": int,
        "close_deficit_at": float,
        "strictness": float,
        "least_acceptance": float,
        "most_duplicates": float,
    },
    "budget": {"usd": float},
    "prices": {
        "input_usd_per_mtok": float,
        "output_usd_per_mtok": float,
        "cached_usd_per_mtok": float,
        "cache_write_usd_per_mtok": float,
    },
    "ledger": {"texts": str, "cache": bool},
}
_RANGES: dict[str, tuple[float, float]] = {
    "candidates": (1, MOST_CANDIDATES),
    "seed": (0, 2**63 - 1),
    "stop.accepted": (1, MOST_CANDIDATES),
    "stop.strictness": (0, 1),
    "stop.close_deficit_at": (0, 1),
    "stop.least_acceptance": (0, 1),
    "stop.most_duplicates": (0, 1),
    "critics.votes": (1, MOST_VOTES),
    "generator.temperature": (0, 2),
    "generator.concurrency": (1, MOST_CONCURRENT),
    "generator.shots": (1, 100),
    "generator.max_output_tokens": (1, 100_000),
    "generator.timeout_seconds": (0.1, 3_600),
    "budget.usd": (0, 1e9),
    "prices.input_usd_per_mtok": (0, 1e6),
    "prices.output_usd_per_mtok": (0, 1e6),
    "prices.cached_usd_per_mtok": (0, 1e6),
    "prices.cache_write_usd_per_mtok": (0, 1e6),
}
_SPOKEN = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: 'sentences in a list, like ["…", "…"]',
}


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
    plan = GenerationPlan(
        **{**known, "constraints": _constraints(known.get("constraints", []), where)},
        **_critics(tables["critics"], where),
        **tables["stop"],
        **_ledger(tables["ledger"], where),
        generator=generator,
        budget_usd=tables["budget"].get("usd"),
        prices=tables["prices"],
    )
    _refuse_contradictions(plan, where)
    return plan


def _refuse_contradictions(plan: GenerationPlan, where: str) -> None:
    refuse_factless(plan, where)
    if plan.judge and not plan.model_of_judge:
        raise PlanError(f"{where}: critics.judge is true but no model is named; add judge_model.")
    needed = {"input_usd_per_mtok", "output_usd_per_mtok"}
    if plan.prices and not needed <= plan.prices.keys():
        raise PlanError(f"{where}: [prices] needs both input_usd_per_mtok and output_usd_per_mtok.")
    if plan.accepted is not None and plan.close_deficit_at is not None:
        raise PlanError(
            f"{where}: stop.accepted and stop.close_deficit_at both say when enough is accepted; "
            "keep one of them."
        )


def _constraints(found: list[Any], where: str) -> tuple[str, ...]:
    if len(found) > MOST_CONSTRAINTS:
        raise PlanError(
            f"{where}: constraints holds {len(found)} sentences; expected {MOST_CONSTRAINTS} at "
            "most."
        )
    for i, sentence in enumerate(found, start=1):
        if not isinstance(sentence, str) or not sentence.strip():
            raise PlanError(
                f"{where}: constraints, sentence {i}, is {sentence!r}; expected text in quotes "
                "that is not empty."
            )
        if len(sentence) > LONGEST_CONSTRAINT:
            raise PlanError(
                f"{where}: constraints, sentence {i}, has {len(sentence)} characters; expected "
                f"{LONGEST_CONSTRAINT} at most."
            )
    return tuple(found)


def _critics(table: dict[str, Any], where: str) -> dict[str, Any]:
    jurors = table.get("jurors", [])
    if any(not isinstance(name, str) or not name.strip() for name in jurors):
        raise PlanError(
            f"{where}: critics.jurors is {jurors!r}; expected names of models in quotes, in a list."
        )
    if len(jurors) * table.get("votes", 1) > MOST_VOTES:
        raise PlanError(
            f"{where}: critics asks for {len(jurors) * table.get('votes', 1)} votes a candidate; "
            f"expected {MOST_VOTES} at most."
        )
    if jurors and table.get("judge_model"):
        raise PlanError(
            f"{where}: critics.judge_model and critics.jurors both say who judges; keep one."
        )
    return {**table, "jurors": tuple(jurors)}


def _ledger(table: dict[str, Any], where: str) -> dict[str, Any]:
    if table.get("texts", "keep") not in get_args(TextPolicy):
        expected = ", ".join(get_args(TextPolicy))
        raise PlanError(f"{where}: ledger.texts is {table['texts']!r}; expected {expected}.")
    return table


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
        raise PlanError(f"{where}: generator.type is {kind!r}; expected embedded, openai or local.")
    if kind == "local":
        table.setdefault("model", SMALL_MODEL)
    generator = GeneratorPlan(**table)
    if generator.batch and generator.type != "openai":
        raise PlanError(f'{where}: generator.batch needs generator.type = "openai".')
    if generator.type == "openai" and not generator.model.strip():
        raise PlanError(
            f"{where}: generator.type is openai but generator.model is missing; name it."
        )
    if generator.base_url is not None:
        check_base_url(generator.base_url, f"{where}: generator.base_url")
    return generator


def plan_to_toml(plan: GenerationPlan) -> str:
    """The plan as a file that :func:`plan_from_toml` reads back equal."""
    facts = asdict(plan)
    tables = {
        "generator": facts["generator"],
        "critics": {key: facts[key] for key in _TABLES["critics"]},
        "stop": {key: facts[key] for key in _TABLES["stop"]},
        "ledger": {"texts": plan.texts, "cache": plan.cache},
        "budget": {"usd": plan.budget_usd},
        "prices": facts["prices"],
    }
    lines = ["# A Datawall generation plan."]
    lines += [f"{key} = {_written(facts[key])}" for key in _TOP if facts[key] not in (None, ())]
    for name, table in tables.items():
        kept = {key: value for key, value in table.items() if value not in (None, "", ())}
        if kept:
            lines += ["", f"[{name}]", *(f"{key} = {_written(v)}" for key, v in kept.items())]
    return "\n".join(lines) + "\n"


def _written(value: Any) -> str:
    # A basic TOML string is a JSON string, but for the delete character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
