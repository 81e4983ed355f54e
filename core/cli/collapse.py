"""``datawall collapse``: does a loop that is trained on its own output collapse?"""

import argparse
from dataclasses import asdict, fields
from typing import Any

from core.analysis.collapse import (
    ANCHOR_KINDS,
    ESTIMATORS,
    FIGURES,
    MODELS,
    MODES,
    CollapseAnswer,
    LabSettings,
    collapse,
    preset,
    presets,
)
from core.cli.context import Context, seed_number
from core.cli.output import Answer, table
from core.formats import number

_ROWS = 12
_NUMBERS = (
    ("--n", int, "N", "samples of each generation"),
    ("--generations", int, "G", "fits after the first"),
    ("--anchor", float, "F", "real share of each generation, 0 to 1"),
    ("--bias", float, "L", "factor of the spread that the generator samples with"),
    ("--repeats", int, "R", "chains that are simulated"),
    ("--categories", int, "K", "categorical: categories"),
    ("--zipf", float, "B", "categorical: exponent of Zipf's law"),
    ("--dim", int, "D", "regression: features"),
    ("--noise", float, "SIGMA", "regression: standard deviation of labels"),
    ("--good-share", float, "P", "critic: good share of the first generator"),
    ("--tpr", float, "A", "critic: share of good samples that it accepts"),
    ("--fpr", float, "B", "critic: share of bad samples that it accepts"),
    ("--imitation-loss", float, "E", "critic: part of the good share that imitation loses"),
    ("--anchor-good", float, "P", "critic: good share of the anchors"),
    ("--bandwidth", float, "H", "kde: bandwidth of the kernel"),
    ("--keep-within", float, "C", "gaussian: a critic keeps what is within C deviations"),
    ("--critic-centre", float, "X", "gaussian: a critic keeps what is near X"),
    ("--critic-radius", float, "R", "gaussian: and how near"),
)


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    command = commands.add_parser(
        "collapse",
        parents=[shared],
        help="simulate a loop that is trained on its own output",
        description="Many chains of generations, with the exact recursion beside them where one "
        "is known. --preset reruns a result of the literature; other options change it.",
    )
    command.add_argument("--preset", metavar="NAME", help="start from an experiment")
    command.add_argument("--presets", action="store_true", help="list the experiments")
    for name, choices in (
        ("--model", MODELS),
        ("--mode", MODES),
        ("--anchor-kind", ANCHOR_KINDS),
        ("--estimator", ESTIMATORS),
    ):
        command.add_argument(name, choices=choices)
    for name, kind, shown, said in _NUMBERS:
        command.add_argument(name, type=kind, metavar=shown, help=said)
    command.add_argument(
        "--known-sd", action="store_true", default=None, help="gaussian: only the mean is fitted"
    )
    command.add_argument("--seed", type=seed_number, metavar="S")
    command.set_defaults(answer=answer)


def answer(context: Context) -> Answer:
    """Simulate and say what became of it."""
    asked = vars(context.arguments)
    if asked["presets"]:
        return _listed()
    start: dict[str, Any] = asdict(preset(asked["preset"]).settings) if asked["preset"] else {}
    given = {f.name: asked[f.name] for f in fields(LabSettings) if asked.get(f.name) is not None}
    found = collapse(LabSettings(**{**start, **given}))
    return Answer(json=found.as_json, text=_text(found))


def _listed() -> Answer:
    rows = [[p.name, p.title] for p in presets().values()]
    found = [
        {"name": p.name, "title": p.title, "claim": p.claim, "source": p.source}
        for p in presets().values()
    ]
    return Answer(json={"presets": found}, text=table(["preset", "what it shows"], rows))


def _text(found: CollapseAnswer) -> str:
    shown = [name for name in FIGURES if name in found.series]
    last = found.settings.generations
    step = max(1, -(-last // _ROWS))
    rows = []
    for g in sorted({*range(0, last + 1, step), last}):
        row = [str(g)]
        for name in shown:
            one = found.series[name]
            known = "" if one.exact is None else f" ({number(float(one.exact[g]))})"
            row.append(f"{number(float(one.mean[g]))}{known}")
        rows.append(row)
    return "\n".join(
        [
            f"{found.verdict.capitalize()}. {found.why}",
            "",
            table(["generation", *shown], rows),
            "",
            "Means over the chains; in brackets the exact expectation where one is known.",
            f"Real samples of each generation: {found.effective_anchors:,}.",
        ]
    )
