"""``datawall scenario save|list|use|…``: scenarios kept by name, compared, and sent as links."""

import argparse
from dataclasses import asdict
from datetime import UTC, date, datetime

from core.analysis import library
from core.analysis.library import Stored
from core.analysis.margin import DRAWS
from core.analysis.new_file import free_place, put
from core.analysis.share import from_state, state_in, stored_in, to_link, to_state, to_stored_link
from core.analysis.side_by_side import side_by_side
from core.assumptions import Scenario, scenario_to_toml
from core.cli.context import Context, seed_number
from core.cli.output import Answer, table
from core.cli.scenario_file import is_file, read_scenario
from core.cli.side_words import side_facts, side_text
from core.errors import InputError
from core.formats import percent

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
        made[name].add_argument("--name", required=name != "duplicate", metavar="NAME")
    made["link"].add_argument("scenario", metavar="SCENARIO", help="a file, an id or a name")
    made["link"].add_argument("--base", default=BASE, metavar="URL", help="the dashboard's address")
    made["open"].add_argument("link", metavar="LINK")
    made["open"].add_argument("-o", "--output", metavar="FILE", help="the file to write")
    made["open"].add_argument("--force", action="store_true", help="replace a file that is there")
    given = made["compare"]
    given.add_argument("scenarios", metavar="SCENARIO", nargs="+", help="a file, an id or a name")
    given.add_argument(
        "--target", type=float, metavar="A", help="one accuracy for all (default: each its own)"
    )
    given.add_argument("--draws", type=int, default=DRAWS, metavar="N")
    given.add_argument("--seed", type=seed_number, default=0, metavar="S")


def scenario_given(context: Context, text: str) -> Scenario:
    """The scenario of a file, or of an id or name that is kept."""
    return read_scenario(text, context.prices, context)


def _save(context: Context) -> Answer:
    scenario = scenario_given(context, context.arguments.scenario)
    stored = library.save_as(context.workspace, scenario, context.arguments.name)
    return _said(stored, f"Kept “{stored.name}” as {stored.scenario_id}.")


def _list(context: Context) -> Answer:
    found = library.library(context.workspace)
    rows = [
        [
            s.scenario_id,
            s.name if s.version == 1 else f"{s.name} (version {s.version})",
            s.saved_at[:16].replace("T", " "),
            "unknown" if s.target is None else percent(s.target),
            str(s.measured),
            str(s.edited),
            s.digest,
        ]
        for s in found.stored
    ]
    heads = ["id", "name", "saved (UTC)", "promises", "measured", "edited", "digest"]
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
    """For a kept scenario the link with its id, and the one that carries all of it if it fits."""
    asked, text = context.arguments, context.arguments.scenario
    scenario = scenario_given(context, text)
    kept = None if is_file(text) else library.stored_named(context.workspace, text).scenario_id
    whole, why = None, ""
    try:
        whole = to_link(to_state(scenario, context.prices, _today()), asked.base)
    except InputError as error:
        if kept is None:
            raise
        why = str(error)
    short = None if kept is None else to_stored_link(kept, asked.base)
    facts = {
        "link": short or whole,
        "scenario": scenario.digest,
        "id": kept,
        "state_link": whole,
        "why": why or None,
    }
    said = whole or why
    if short:
        said = f"With this workspace: {short}\nWith any workspace: {said}"
    return Answer(json=facts, text=said)


def _open(context: Context) -> Answer:
    asked = context.arguments
    kept = stored_in(asked.link)
    if kept is not None:
        scenario, is_same, words = library.open_stored(context.workspace, kept), True, ""
    else:
        opened = from_state(state_in(asked.link), context.prices, _today())
        scenario, is_same, words = opened.scenario, opened.is_same, opened.words
    text = scenario_to_toml(scenario)
    if asked.output:
        put(free_place(asked.output, force=asked.force), text.encode())
    facts = {
        "name": scenario.name,
        "scenario": scenario.digest,
        "same": is_same,
        "file": asked.output,
        "toml": None if asked.output else text,
    }
    said = f"Wrote {asked.output}." if asked.output else text.rstrip("\n")
    if words:
        said += f"\n{words}" if asked.output else f"\n# {words}"
    return Answer(json=facts, text=said)


def _compare(context: Context) -> Answer:
    asked = context.arguments
    given = [scenario_given(context, text) for text in asked.scenarios]
    found = side_by_side(given, asked.target, draws=asked.draws, seed=asked.seed)
    return Answer(json=side_facts(found), text=side_text(found))


def _today() -> date:
    return datetime.now(UTC).date()


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
