"""``datawall prices``: what a request costs on each model, and what everything else costs."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time

from core.analysis.prices import RunOnModels, run_on_models
from core.analysis.request_prices import RequestPrices, request_prices
from core.cli.context import Context
from core.cli.output import Answer, table
from core.formats import count, interval, money, number, quantity
from core.prices import PriceRow
from core.prices.service import checked_service
from core.records import TokenUsage

_MOST_LINES = 25
_TYPICAL = TokenUsage(input_tokens=2_000, output_tokens=500)


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "prices",
        parents=[shared],
        help="what a request costs on each model, and what everything else costs",
        description="The price of one request on each MODEL, or on every listed one. Your own "
        "prices in the workspace's prices.toml come first. An unknown model is an error.",
    )
    command.add_argument("models", nargs="*", metavar="MODEL")
    what = command.add_mutually_exclusive_group()
    what.add_argument(
        "--rows", action="store_true", help="the table of prices that no model list holds"
    )
    what.add_argument("--run", metavar="RUN", help="what a run would have cost on each model")
    command.add_argument(
        "--at", type=_time, metavar="DATE", help="as of this day, or time with T (UTC); default now"
    )
    way = command.add_mutually_exclusive_group()
    way.add_argument("--batch", action="store_true", help="the price in a batch")
    way.add_argument("--service", metavar="NAME", help="standard, batch, flex, priority or fast")
    for name, default, said in (
        ("input", _TYPICAL.input_tokens, "tokens asked, cached ones included"),
        ("output", _TYPICAL.output_tokens, "tokens answered, reasoning included"),
        ("cached", 0, "of the input, read from the provider's cache"),
        ("cache-write", 0, "of the input, written to the provider's cache"),
    ):
        command.add_argument(f"--{name}", type=int, default=default, metavar="N", help=said)
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """The prices that were asked for."""
    asked = context.arguments
    if asked.rows:
        return _rows(context.prices.rows())
    if asked.run:
        return _run(run_on_models(context.workspace, asked.run, asked.models or None))
    usage = TokenUsage(
        input_tokens=asked.input,
        output_tokens=asked.output,
        cached_tokens=asked.cached,
        cache_write_tokens=asked.cache_write,
    )
    service = checked_service("batch" if asked.batch else asked.service or "standard")
    at = asked.at or datetime.now(UTC)
    return _request(request_prices(context.prices, asked.models, usage, at=at, service=service))


def _time(text: str) -> datetime:
    """A day, which is its midnight, or a time; without a zone in UTC."""
    try:
        at = (
            datetime.fromisoformat(text)
            if "T" in text
            else datetime.combine(date.fromisoformat(text), time(), UTC)
        )
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected a date like 2026-11-22 or a time like 2026-11-22T02:00"
        ) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _request(found: RequestPrices) -> Answer:
    used = found.usage
    tokens = {
        "input": used.input_tokens,
        "output": used.output_tokens,
        "cached": used.cached_tokens,
        "cache_write": used.cache_write_tokens,
    }
    json = {
        "at": found.at.isoformat(),
        "service": found.service,
        "tokens": tokens,
        "models": [{**asdict(row), "as_of": row.as_of.isoformat()} for row in found.rows],
        "unpriced": list(found.unpriced),
    }
    return Answer(json=json, text="\n".join(_request_lines(found)))


def _request_lines(found: RequestPrices) -> list[str]:
    used, shown = found.usage, found.rows[:_MOST_LINES]
    rows = [
        [
            row.model,
            money(row.usd),
            money(row.input_usd_per_mtok),
            money(row.output_usd_per_mtok),
            money(row.cached_usd_per_mtok),
            row.as_of.isoformat(),
        ]
        for row in shown
    ]
    said = (
        f"One request of {count(used.input_tokens)} tokens in ({count(used.cached_tokens)} cached) "
        f"and {count(used.output_tokens)} out, {found.service}, at {found.at:%Y-%m-%d %H:%M} UTC"
    )
    heads = ["model", "one request", "Mtok in", "Mtok out", "Mtok cached", "list of"]
    return [
        said,
        "",
        table(heads, rows),
        *_more(len(found.rows)),
        *_left_out(found.unpriced),
        "",
        *(f"  {row.model}: {row.source}" for row in shown),
        "",
        "List prices are collected by hand and may be out of date; check before you sign.",
    ]


def _more(rows: int) -> list[str]:
    return [f"and {count(rows - _MOST_LINES)} dearer ones"] if rows > _MOST_LINES else []


def _left_out(unpriced: Sequence[str]) -> list[str]:
    if not unpriced:
        return []
    named = ", ".join(unpriced[:3])
    more = f" and {count(len(unpriced) - 3)} more" if len(unpriced) > 3 else ""
    return ["", f"Without such a price, so left out: {named}{more}."]


def _rows(rows: Sequence[PriceRow]) -> Answer:
    listed = [
        [
            row.key,
            quantity(row.value, row.unit),
            interval(money(row.low), money(row.high)),
            row.kind,
            row.as_of.isoformat(),
        ]
        for row in rows
    ]
    sources = [f"  {row.key}: {row.source}" for row in rows]
    heads = ["price", "value", "from low to high", "kind", "as of"]
    return Answer(
        json={"rows": [{**asdict(row), "as_of": row.as_of.isoformat()} for row in rows]},
        text="\n".join([table(heads, listed), "", *sources]),
    )


def _run(found: RunOnModels) -> Answer:
    shown = [row for i, row in enumerate(found.rows) if i < _MOST_LINES or row.is_actual]
    rows = [
        [
            row.model + (" (asked)" if row.is_actual else ""),
            money(row.usd),
            "–" if row.multiple != row.multiple else f"× {number(row.multiple)}",
            row.counted_by,
            row.as_of.isoformat(),
        ]
        for row in shown
    ]
    said = (
        f"Run {found.run_id} paid {money(found.paid_usd)} for {count(found.calls)} calls to "
        f"{', '.join(found.models_asked)}: {count(found.input_tokens)} tokens in, "
        f"{count(found.output_tokens)} out. With as many tokens elsewhere:"
    )
    heads = ["model", "the run", "over paid", "tokens counted by", "list of"]
    return Answer(
        json={
            "run": found.run_id,
            "calls": found.calls,
            "cost_usd": found.paid_usd,
            "tokens": {"input": found.input_tokens, "output": found.output_tokens},
            "models_asked": list(found.models_asked),
            "counted_by": dict(found.counted),
            "models": [{**asdict(row), "as_of": row.as_of.isoformat()} for row in found.rows],
            "unpriced": list(found.unpriced),
        },
        text="\n".join(
            [said, "", table(heads, rows), *_more(len(found.rows)), *_left_out(found.unpriced)]
        ),
    )
