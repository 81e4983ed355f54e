"""``datawall report``: the board pack as slides, workbook or page; and does one still hold?"""

import argparse
from dataclasses import asdict
from pathlib import Path

from core.analysis.margin import DRAWS
from core.analysis.new_file import free_place, put
from core.cli.context import Context, seed_number
from core.cli.output import Answer, table
from core.cli.scenario_file import read_scenario
from core.errors import InputError
from core.report.findings import chain_behind, findings_of
from core.report.verify import Verified, verify
from core.report.writing import FORMATS, report, suffix_of


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    formats = ", ".join(f"{ending} ({what})" for ending, what in FORMATS.items())
    command = commands.add_parser(
        "report",
        parents=[shared],
        help="the board pack: slides, a workbook that recalculates, or one HTML page",
        description=f"Write the board pack of a scenario in the format of the file: {formats}. "
        "What the workspace measured for the scenario is told with it. With --verify, compute a "
        "report again from what is kept in it and say whether it still holds.",
    )
    command.add_argument("scenario", metavar="SCENARIO.toml", nargs="?")
    command.add_argument("-o", "--output", metavar="FILE", help="the file to write")
    command.add_argument("--verify", metavar="FILE", help="the report to compute again")
    command.add_argument("--force", action="store_true", help="replace a file that is there")
    command.add_argument(
        "--target", type=float, metavar="A", help="accuracy wanted (default: the scenario's)"
    )
    command.add_argument("--draws", type=int, default=DRAWS, metavar="N")
    command.add_argument("--seed", type=seed_number, default=0, metavar="S")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Write a report, or verify one."""
    asked = context.arguments
    if asked.verify is not None:
        return _verified(verify(Path(asked.verify), context.workspace, context.prices))
    if asked.scenario is None or asked.output is None:
        raise InputError("report needs SCENARIO.toml and -o FILE, or --verify FILE.")
    suffix = suffix_of(asked.output)
    path = free_place(asked.output, force=asked.force)
    scenario = read_scenario(asked.scenario, context.prices, context)
    chain = chain_behind(context.workspace, scenario)
    found = findings_of(
        chain,
        target=asked.target,
        draws=asked.draws,
        seed=asked.seed,
        workspace=None if chain.audit is None else context.workspace,
    )
    content = report(found, suffix)
    put(path, content)
    return Answer(
        json={
            "file": asked.output,
            "bytes": len(content),
            "scenario": found.scenario.digest,
            "target": found.target,
        },
        text=f"Wrote {asked.output}. `datawall report --verify {asked.output}` computes it again.",
    )


def _verified(found: Verified) -> Answer:
    facts = {
        "file": found.file,
        "holds": found.holds,
        "current": found.is_current,
        "why": found.sentence,
        "edited": list(found.edited),
        "differences": [asdict(one) for one in found.differences],
        "moved": [asdict(one) for one in found.moved],
        "figures": dict(found.figures),
        "figures_today": dict(found.figures_today),
        "scenario": found.provenance.digest,
        "seed": found.provenance.seed,
        "draws": found.provenance.draws,
        "version": found.provenance.version,
        "prices_as_of": found.provenance.prices_as_of,
    }
    if not found.holds:
        return Answer(json=facts, text=found.sentence, state="failed", why=found.sentence)
    lines = [found.sentence]
    if found.moved:
        rows = [[one.key, one.then, one.today, one.source] for one in found.moved]
        lines += ["", table(["assumption", "then", "today", "source"], rows)]
    return Answer(json=facts, text="\n".join(lines))
