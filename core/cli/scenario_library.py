"""``datawall scenario save|list|use|…``: scenarios kept by name, compared, and sent as links."""

import argparse
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from core.analysis import library
from core.analysis.library import Stored
from core.analysis.new_file import free_place, put
from core.analysis.share import from_state, state_in, to_link, to_state, to_stored_link
from core.analysis.side_by_side import Side, SideBySide, figures_of, side_by_side
from core.assumptions import Scenario, scenario_to_toml
from core.cli.context import Context
from core.cli.output import Answer, table
from core.cli.scenario_file import read_scenario

BASE = "http://127.0.0.1:8501"
_ACTIONS = {
    "save": "keep a scenario file under a name",
    "list": "the scenarios that are kept",
    "use": "make a kept scenario the workspace's own",
    "duplicate": "a copy of a kept scenario under another name",
    "rename": "another name for a kept scenario",
    "delete": "take a kept scenario out of the workspace",
    "link": "a scenario as an address that opens it on a dashboard",
    "open": "the scenario of a link, as a file",
    "compare": "two or three scenarios side by side",
}


def add_to(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the actions on kept scenarios."""
    made = {
        name: actions.add_parser(name, parents=[shared], help=purpose, description=purpose + ".")
        for name, purpose in _ACTIONS.items()
    }
    for name, command in made.items():
        command.set_defaults(answer=_ANSWERS[name])
    made["save"].add_argument("scenario", metavar="SCENARIO.toml")
    for name in ("use", "delete", "duplicate", "rename"):
        made[name].add_argument("kept", metavar="ID", help="an id, or a name for its newest one")
    for name in ("save", "duplicate", "rename"):
        made[name].add_argument("--name", required=True, metavar="NAME")
    made["link"].add_argument("scenario", metavar="SCENARIO", help="a file, an id or a name")
    made["link"].add_argument("--base", default=BASE, metavar="URL", help="the dashboard's address")
    made["open"].add_argument("link", metavar="LINK")
    made["open"].add_argument("-o", "--output", metavar="FILE", help="the file to write")
    made["open"].add_argument("--force", action="store_true", help="replace a file that is there")
    made["compare"].add_argument("scenarios", metavar="SCENARIO", nargs="+")


def scenario_given(context: Context, text: str) -> Scenario:
    """The scenario of a file, or of an id or name that is kept."""
    if Path(text).exists() or text.endswith(".toml"):
        return read_scenario(text, context.prices)
    return library.open_stored(context.workspace, text)


def _save(context: Context) -> Answer:
    scenario = read_scenario(context.arguments.scenario, context.prices)
    stored = library.save_as(context.workspace, scenario, context.arguments.name)
    return _said(stored, f"Kept “{stored.name}” as {stored.scenario_id}.")


def _list(context: Context) -> Answer:
    found = library.library(context.workspace)
    rows = [
        [s.scenario_id, s.name, s.saved_at, str(s.measured), str(s.edited), s.digest]
        for s in found.stored
    ]
    heads = ["id", "name", "saved", "measured", "edited", "digest"]
    text = table(heads, rows) if rows else "No scenario is kept yet; `datawall scenario save`."
    return Answer(
        json={"scenarios": [asdict(s) for s in found.stored], "unreadable": list(found.unreadable)},
        text="\n".join([text, *found.unreadable]),
    )


def _use(context: Context) -> Answer:
    stored = library.stored_named(context.workspace, context.arguments.kept)
    library.use(context.workspace, stored.scenario_id)
    return _said(stored, f"“{stored.name}” is now the workspace's own scenario.")


def _duplicate(context: Context) -> Answer:
    asked = context.arguments
    stored = library.duplicate(context.workspace, asked.kept, asked.name)
    return _said(stored, f"Kept “{stored.name}” as {stored.scenario_id}.")


def _rename(context: Context) -> Answer:
    asked = context.arguments
    stored = library.rename(context.workspace, asked.kept, asked.name)
    return _said(stored, f"It is now “{stored.name}”, {stored.scenario_id}.")


def _delete(context: Context) -> Answer:
    stored = library.delete(context.workspace, context.arguments.kept)
    return _said(stored, f"“{stored.name}” ({stored.scenario_id}) is deleted.")


def _said(stored: Stored, text: str) -> Answer:
    return Answer(json=asdict(stored), text=text)


def _link(context: Context) -> Answer:
    asked, text = context.arguments, context.arguments.scenario
    scenario = scenario_given(context, text)
    kept = None
    if not Path(text).exists():
        kept = library.stored_named(context.workspace, text).scenario_id
    link = (
        to_stored_link(kept, asked.base)
        if kept
        else to_link(to_state(scenario, context.prices, _today()), asked.base)
    )
    return Answer(json={"link": link, "scenario": scenario.digest, "id": kept}, text=link)


def _open(context: Context) -> Answer:
    asked = context.arguments
    opened = from_state(state_in(asked.link), context.prices, _today())
    text = scenario_to_toml(opened.scenario)
    if asked.output:
        put(free_place(asked.output, force=asked.force), text.encode())
    facts = {
        "name": opened.scenario.name,
        "scenario": opened.scenario.digest,
        "same": opened.is_same,
        "file": asked.output,
        "toml": None if asked.output else text,
    }
    said = f"Wrote {asked.output}." if asked.output else text.rstrip("\n")
    return Answer(json=facts, text="\n".join(part for part in (said, opened.words) if part))


def _compare(context: Context) -> Answer:
    given = [scenario_given(context, text) for text in context.arguments.scenarios]
    found = side_by_side(given)
    return Answer(json=_facts(found), text=_text(found))


def _today() -> date:
    return datetime.now(UTC).date()


def _facts(found: SideBySide) -> dict[str, object]:
    return {
        "scenarios": [_side(side) for side in found.sides],
        "differing": [asdict(one) for one in found.differing],
    }


def _side(side: Side) -> dict[str, object]:
    at, roi = side.margin.margin_at_target, side.roi
    return {
        "name": side.scenario.name,
        "scenario": side.scenario.digest,
        "target": side.margin.target,
        "gross_margin": {"p10": at.p10, "p50": at.p50, "p90": at.p90},
        "unit_cost_usd": side.unit_cost_usd,
        "optimum": {
            "accuracy": side.margin.optimum.value,
            "gross_margin": side.margin.optimum_margin,
        },
        "npv_usd": roi.npv_usd.at_medians,
        "irr": roi.irr.at_medians,
        "payback_years": roi.payback_years.at_medians,
        "plan": side.plan,
    }


def _text(found: SideBySide) -> str:
    heads = ["", *(side.scenario.name for side in found.sides)]
    rows = [[name, *cells] for name, cells in figures_of(found).items()]
    differing = [[one.key, *one.values] for one in found.differing]
    return "\n".join(
        [table(heads, rows), "", table(["differs in", *heads[1:]], differing)]
        if differing
        else [table(heads, rows), "", "Nothing differs."]
    )


_ANSWERS = {
    "save": _save,
    "list": _list,
    "use": _use,
    "duplicate": _duplicate,
    "rename": _rename,
    "delete": _delete,
    "link": _link,
    "open": _open,
    "compare": _compare,
}
