"""``datawall scenario``: the actions about stored scenarios, links, and several side by side."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from core.analysis import library
from core.analysis.library import Stored
from core.analysis.margin import DRAWS, margin_of
from core.analysis.roi import roi_of
from core.analysis.share import STORED, from_link, read_link, stored_link, to_link
from core.analysis.side_by_side import side_by_side
from core.assumptions import Scenario, scenario_to_toml
from core.cli.context import Context, new_text_file, seed_number
from core.cli.output import Answer, table
from core.cli.side_words import side_facts, side_text
from core.errors import InputError
from core.formats import count, percent

_BASE = "http://127.0.0.1:8501"
_WHICH = "ID"
_ANY = "FILE|ID"


def add_actions(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add what can be done with stored scenarios, and with links."""

    def add(
        name: str, purpose: str, answer: Callable[[Context], Answer], *given: str
    ) -> argparse.ArgumentParser:
        action = actions.add_parser(
            name, parents=[shared], help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}."
        )
        for place in given:
            action.add_argument("scenario", metavar=place)
        action.set_defaults(answer=answer)
        return action

    named = "store a scenario in the workspace under a name, as it stands"
    add("save", named, save, _ANY).add_argument("--name", required=True, metavar="NAME")
    add("list", "list the stored scenarios, newest first", show_list)
    add("use", "make a stored scenario the workspace's own", use, _WHICH)
    copied = add("duplicate", "store a copy under another name", duplicate, _WHICH)
    copied.add_argument("--name", metavar="NAME", help="default: the name with “copy” behind it")
    renamed = add("rename", "give a stored scenario another name", rename, _WHICH)
    renamed.add_argument("--name", required=True, metavar="NAME")
    add("delete", "delete a stored scenario", delete, _WHICH)
    linked = add("link", "write a link that opens the dashboard with a scenario", link, _ANY)
    linked.add_argument("--base", default=_BASE, metavar="URL", help=f"default {_BASE}")
    opened = add("open", "write the scenario of a link as a file", open_link, "LINK")
    opened.add_argument("-o", "--output", metavar="FILE", help="the file to write")
    opened.add_argument("--force", action="store_true", help="replace the file if it exists")
    _add_compare(add("compare", "two or three scenarios side by side", compare))


def _add_compare(action: argparse.ArgumentParser) -> None:
    action.add_argument("first", metavar="A", help="a file, or a stored id or name")
    action.add_argument("second", metavar="B")
    action.add_argument("third", metavar="C", nargs="?")
    action.add_argument(
        "--target", type=float, metavar="A", help="one accuracy for all (default: each its own)"
    )
    action.add_argument("--draws", type=int, default=DRAWS, metavar="N")
    action.add_argument("--seed", type=seed_number, default=0, metavar="S")


def save(context: Context) -> Answer:
    """Store a scenario."""
    kept = library.save_as(context.workspace, _read(context), context.arguments.name)
    again = f"Stored {kept.name!r} as {kept.id}. Ask `datawall scenario use {kept.id}` to use it."
    return Answer(json=_facts(context, kept), text=again)


def show_list(context: Context) -> Answer:
    """List the stored scenarios."""
    found = library.library_of(context.workspace)
    facts = {"scenarios": [_facts(context, s) for s in found.stored], "notes": list(found.notes)}
    rows = [
        [
            s.id,
            s.name if s.version == 1 else f"{s.name} (version {s.version})",
            f"{s.saved:%Y-%m-%d %H:%M}",
            "unknown" if s.target is None else percent(s.target),
            count(s.edited),
            count(s.measured),
            s.digest,
        ]
        for s in found.stored
    ]
    heads = ["id", "name", "saved (UTC)", "target", "edited", "measured", "digest"]
    text = table(heads, rows) if rows else "No scenario is stored yet."
    return Answer(json=facts, text="\n".join([text, *found.notes]))


def use(context: Context) -> Answer:
    """Make a stored scenario the workspace's own."""
    meant = library.find(context.workspace, context.arguments.scenario)
    library.use(context.workspace, meant.id)
    said = f"The workspace's scenario is now {meant.name!r} ({meant.id})."
    return Answer(json=_facts(context, meant), text=said)


def duplicate(context: Context) -> Answer:
    """Store a copy."""
    asked = context.arguments
    kept = library.duplicate(context.workspace, asked.scenario, asked.name)
    return Answer(json=_facts(context, kept), text=f"Stored {kept.name!r} as {kept.id}.")


def rename(context: Context) -> Answer:
    """Give a stored scenario another name."""
    asked = context.arguments
    kept = library.rename(context.workspace, asked.scenario, asked.name)
    said = (
        f"It is now called {kept.name!r}, with the id {kept.id}; its earlier ids still lead to it."
    )
    return Answer(json=_facts(context, kept), text=said)


def delete(context: Context) -> Answer:
    """Delete a stored scenario."""
    gone = library.delete(context.workspace, context.arguments.scenario)
    return Answer(json=_facts(context, gone), text=f"Deleted {gone.name!r} ({gone.id}).")


def link(context: Context) -> Answer:
    """Write a link: for a stored scenario its id, and the whole state where it fits."""
    asked, scenario = context.arguments, _read(context)
    short = None
    if not Path(asked.scenario).exists():
        short = stored_link(library.find(context.workspace, asked.scenario).id, asked.base)
    try:
        whole, why = to_link(scenario, asked.base), ""
    except InputError as error:
        if short is None:
            raise
        whole, why = None, str(error)
    lines = [whole or why]
    if short:
        lines = [f"For this workspace: {short}", f"For any workspace: {whole or why}"]
    facts = {
        "link": short or whole,
        "stored_link": short,
        "state_link": whole,
        "why": why or None,
        "name": scenario.name,
        "digest": scenario.digest,
    }
    return Answer(json=facts, text="\n".join(lines))


def open_link(context: Context) -> Answer:
    """Write the scenario of a link as a file."""
    asked = context.arguments
    meant = read_link(asked.scenario)
    if meant.kind == STORED:
        scenario = library.stored_by(context.workspace, meant.text)
    else:
        scenario = from_link(asked.scenario, context.prices, datetime.now(UTC).date())
    text = scenario_to_toml(scenario)
    facts: dict[str, object] = {"name": scenario.name, "digest": scenario.digest}
    if asked.output is None:
        return Answer(json={**facts, "toml": text}, text=text.rstrip("\n"))
    file = new_text_file(asked.output, text, force=asked.force)
    said = f"Wrote {asked.output}: {scenario.name} ({scenario.digest})."
    return Answer(json={**facts, "file": asked.output, "bytes": file.stat().st_size}, text=said)


def compare(context: Context) -> Answer:
    """Two or three scenarios side by side."""
    asked = context.arguments
    paths = [path for path in (asked.first, asked.second, asked.third) if path is not None]
    how = {"draws": asked.draws, "seed": asked.seed}
    found = side_by_side(
        [_read(context, path) for path in paths],
        asked.target,
        margin=lambda scenario, at: margin_of(scenario, target=at, **how),
        roi=lambda scenario, at: roi_of(scenario, target=at, **how),
    )
    return Answer(json=side_facts(found), text=side_text(found))


def _read(context: Context, path: str | None = None) -> Scenario:
    from core.cli.scenario import read_scenario

    return read_scenario(path or context.arguments.scenario, context.prices, context)


def _facts(context: Context, kept: Stored) -> dict[str, object]:
    return {
        "id": kept.id,
        "name": kept.name,
        "version": kept.version,
        "saved": kept.saved.isoformat(),
        "digest": kept.digest,
        "target": kept.target,
        "edited": kept.edited,
        "measured": kept.measured,
        "formerly": list(kept.formerly),
        "file": str(context.workspace.path("scenarios", f"{kept.id}.toml")),
    }
