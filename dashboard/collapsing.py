"""The collapse lab's controls, kept experiments and words."""

from dataclasses import replace
from typing import Any, cast

import streamlit as st

from core.analysis.collapse import (
    FIGURES,
    CollapseAnswer,
    LabSettings,
    Preset,
    collapse,
    presets,
)
from core.formats import count, number, percent
from dashboard import show

OWN = "Your own loop"
_NAMES = {
    "gaussian": "Gaussian",
    "categorical": "categories (Zipf)",
    "regression": "linear regression",
    "kde": "kernel density",
    "critic": "generator with a critic",
    "replace": "replace",
    "accumulate": "accumulate",
    "accumulate_subsample": "accumulate, train on n",
    "fresh": "drawn anew",
    "fixed": "always the same",
    "mle": "n",
    "unbiased": "n − 1",
}
_MODES = ["replace", "accumulate", "accumulate_subsample"]
_MOST_WORK = 4e7
_FIGURE = {
    "gaussian": "var",
    "kde": "var",
    "categorical": "rare_support",
    "regression": "test_error",
    "critic": "good_share",
}


@st.cache_data(max_entries=64, show_spinner="Simulating …")
def simulated(settings: LabSettings) -> CollapseAnswer:
    """What becomes of a loop."""
    return collapse(settings)


def chosen() -> tuple[Preset | None, LabSettings, LabSettings | None, str]:
    """The experiment, its loop, the loop beside it, and the figure that is shown."""
    known = presets()
    name = st.selectbox(
        "Experiment",
        [*known, OWN],
        format_func=lambda key: known[key].title if key in known else OWN,
        key="collapse_preset",
    )
    start = known.get(name)
    settings = start.settings if start else LabSettings()
    label = "Change the loop" if start else "The loop"
    with st.expander(label, expanded=start is None, icon=":material/tune:"):
        settings = _controls(settings, name)
    figures = [key for key in FIGURES if key in _figures(settings.model)]
    first = start.figure if start else _FIGURE[settings.model]
    place = figures.index(first) if first in figures else 0
    figure = st.selectbox(
        "Figure", figures, place, format_func=FIGURES.__getitem__, key=f"collapse_figure_{name}"
    )
    changed = start is None or settings != start.settings
    other = start.other if start is not None else replace(settings, anchor=0.0)
    if changed and start is not None:
        other = start.settings
    return start, settings, None if other == settings else other, figure


def _controls(start: LabSettings, name: str) -> LabSettings:
    """The loop as its controls are set."""
    key = f"collapse_{name}"
    changed: dict[str, Any] = {}
    with st.grid(3, min_column_width=190):
        if name == OWN:
            changed["model"] = _named("Model", list(_FIGURE), start.model, f"{key}_model")
        changed["mode"] = _named("Each generation's data", _MODES, start.mode, f"{key}_mode")
        changed["n"] = _whole("Samples of a generation (n)", 2, 5_000, start.n, f"{key}_n")
        changed["generations"] = _whole("Generations", 1, 500, start.generations, f"{key}_g")
        changed["anchor"] = _share("Real share of each (%)", start.anchor, f"{key}_anchor")
        kinds = ["fresh", "fixed"]
        changed["anchor_kind"] = _named("Real samples are", kinds, start.anchor_kind, f"{key}_kind")
        model = changed.get("model", start.model)
        changed |= _of_model(model, start, key)
        changed["repeats"] = _whole("Chains", 2, 5_000, start.repeats, f"{key}_repeats")
        changed["seed"] = _whole("Seed", 0, 9_999, start.seed, f"{key}_seed")
    if model == "critic":
        changed |= _critic(start, f"{key}_critic")
    wanted = replace(start, **changed) if name != OWN else LabSettings(**changed)
    most = max(50, int(_MOST_WORK / (wanted.n * (wanted.generations + 1))))
    if wanted.repeats > most:
        st.caption(f"So large a loop is simulated with {count(most)} chains.")
    return wanted.with_repeats(min(wanted.repeats, most))


def _of_model(model: str, start: LabSettings, key: str) -> dict[str, Any]:
    """What only some models have."""
    changed: dict[str, Any] = {}
    if model in ("gaussian", "categorical", "regression"):
        changed["bias"] = st.number_input(
            "Sampling spread (1 is unbiased)", 0.1, 2.0, start.bias, 0.05, key=f"{key}_bias"
        )
    if model == "gaussian":
        both = ["mle", "unbiased"]
        changed["estimator"] = _named("Variance divides by", both, start.estimator, f"{key}_fit")
    if model == "categorical":
        changed["categories"] = _whole("Categories", 1, 2_000, start.categories, f"{key}_k")
        changed["zipf"] = st.number_input(
            "Zipf's exponent (0 is even)", 0.0, 5.0, start.zipf, 0.1, key=f"{key}_zipf"
        )
    if model == "regression":
        changed["dim"] = _whole("Features", 1, 100, start.dim, f"{key}_dim")
    if model == "kde":
        changed["bandwidth"] = st.number_input(
            "Bandwidth (empty: by rule)", 0.0, 5.0, start.bandwidth, 0.05, key=f"{key}_bandwidth"
        )
    return changed


def _named(label: str, options: list[str], start: str, key: str) -> str:
    return st.selectbox(
        label, options, options.index(start), format_func=_NAMES.__getitem__, key=key
    )


def _whole(label: str, low: int, high: int, start: int, key: str) -> int:
    return int(st.number_input(label, low, high, start, key=key))


def _share(label: str, start: float, key: str) -> float:
    return float(st.number_input(label, 0.0, 100.0, 100 * start, 1.0, key=key)) / 100


def _critic(start: LabSettings, key: str) -> dict[str, float]:
    found = {}
    with st.grid(4, min_column_width=160):
        for field, label in (
            ("good_share", "Good at first (%)"),
            ("tpr", "Good ones accepted (%)"),
            ("fpr", "Bad ones accepted (%)"),
            ("imitation_loss", "Lost by imitation (%)"),
        ):
            value = cast(float, getattr(start, field))
            found[field] = _share(label, value, f"{key}_{field}")
    return found


def _figures(model: str) -> tuple[str, ...]:
    return {
        "gaussian": ("var", "std", "mean", "mean_sq", "w2_sq", "log_var", "tail_mass"),
        "kde": ("var", "std", "mean_sq", "w2_sq", "tail_mass"),
        "categorical": ("rare_support", "gini_simpson", "support"),
        "regression": ("test_error",),
        "critic": ("good_share",),
    }[model]


def in_words(settings: LabSettings) -> str:
    """A loop in a few words, as the name of its line."""
    said = [_NAMES[settings.mode]]
    if settings.anchor:
        said.append(f"{percent(settings.anchor)} real, {_NAMES[settings.anchor_kind]}")
    else:
        said.append("nothing real")
    if settings.bias != 1:
        said.append(f"spread × {number(settings.bias)}")
    if settings.estimator == "unbiased":
        said.append("unbiased variance")
    if settings.keep_within is not None:
        said.append(f"kept within {number(settings.keep_within)} sd")
    if settings.critic_centre is not None:
        said.append(f"critic ± {number(settings.critic_radius)}")
    if settings.model == "critic":
        said.append(f"accepts {percent(settings.tpr, 0)} good, {percent(settings.fpr, 0)} bad")
    return ", ".join(said)


def figures(answer: CollapseAnswer, figure: str) -> None:
    """The figure at the first and the last generation, its theory, and the anchors."""
    one = answer.series[figure]
    last = answer.settings.generations
    with st.grid(4, min_column_width=170):
        show.number("First fit, on real data", number(float(one.mean[0])))
        spread = f"{number(float(one.low[-1]))} to {number(float(one.high[-1]))}"
        show.number(
            f"After {count(last)} generations", number(float(one.mean[-1])), spread, "P10–P90"
        )
        known = "unknown" if one.exact is None else number(float(one.exact[-1]))
        why = "" if one.exact is not None else "No closed form is known for this figure and loop."
        show.number("In theory, exactly", known, why=why)
        show.number(
            "Real samples each",
            count(answer.effective_anchors),
            f"of {count(answer.settings.n)}",
            "after rounding",
        )


def table(answer: CollapseAnswer) -> list[dict[str, object]]:
    """Every figure at the last generation: simulated and exact."""
    rows: list[dict[str, object]] = []
    for name, words in FIGURES.items():
        if (one := answer.series.get(name)) is None:
            continue
        rows.append(
            {
                "Figure": words,
                "First fit": number(float(one.mean[0])),
                "Last generation": number(float(one.mean[-1])),
                "± standard error": number(float(one.se[-1]), 2),
                "P10 to P90": f"{number(float(one.low[-1]))} to {number(float(one.high[-1]))}",
                "Exact": "unknown" if one.exact is None else number(float(one.exact[-1])),
            }
        )
    return rows
