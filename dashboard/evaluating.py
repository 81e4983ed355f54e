"""An evaluation file on the page: the measured frontier beside the modelled one."""

import tempfile
from pathlib import Path

import streamlit as st

from core.analysis.evaluation_file import read_evaluations
from core.analysis.evaluations import EvaluationAnswer, evaluations_of
from core.analysis.plan_words import route_in_words
from core.analysis.price_book import book_of
from core.assumptions import Scenario
from core.errors import DatawallError
from core.formats import interval, money, percent
from dashboard import cached, charts, show
from dashboard.home import workspace
from dashboard.tables import Rows

_KEPT = "evaluation file"
_EXAMPLE = """item,config,correct,cost_usd,confidence
q1,small,1,0.0004,0.93
q1,large,1,0.0101,0.98
q2,small,0,0.0005,0.41
q2,large,1,0.0099,0.90
"""


def section(scenario: Scenario) -> None:
    """Upload, figures, chart and tables; an empty state says what the file looks like."""
    given = st.file_uploader(
        "Evaluation results (CSV, JSONL or Parquet)",
        type=["csv", "jsonl", "ndjson", "parquet"],
        help="One row per item and configuration: item, config, correct, and cost_usd or "
        "input_tokens and output_tokens; confidence if there is one.",
    )
    if given is not None:
        st.session_state[_KEPT] = (given.name, given.getvalue())
    kept = st.session_state.get(_KEPT)
    if kept is None:
        st.write(
            "With your own evaluation results the frontier is measured: each configuration with "
            "its interval, what routing between them reaches, and cascades whose threshold is "
            "chosen on one half of the items and reported on the other."
        )
        st.code(_EXAMPLE, language="csv")
        return
    try:
        found = _evaluated(kept[0], kept[1], scenario)
    except DatawallError as error:
        st.error(show.written(str(error)))
        return
    _shown(found, scenario)


@st.cache_data(max_entries=8, hash_funcs={Scenario: lambda s: s.digest})
def _evaluated(name: str, data: bytes, scenario: Scenario) -> EvaluationAnswer:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(data)
        return evaluations_of(read_evaluations(str(path), book_of(workspace())), scenario)


def _shown(found: EvaluationAnswer, scenario: Scenario) -> None:
    st.markdown(f"**{show.written(route_in_words(found))}**")
    described = "Cost of a request against accuracy, measured and modelled"
    show.chart(charts.measured(found, cached.frontier(scenario)), "measured", described)
    st.dataframe(configs(found), hide_index=True, alt="Each configuration as measured")
    if found.cascades:
        st.dataframe(cascades(found), hide_index=True, alt="Cascades of two configurations")
    st.caption(
        f"{found.items:,} items. Intervals are 95 % (Wilson; normal for cost). Cascades: "
        f"threshold chosen on one half, seed {found.seed}; accuracy and cost are of the other "
        f"half. To an answer's cost {show.written(money(found.beside_usd))} is added for what "
        "serving a request costs beside it, before it is compared with the model."
    )
    show.notes(found.notes)


def configs(found: EvaluationAnswer) -> Rows:
    """Each configuration as measured, and how far the model is from it."""
    residuals = {r.config: r for r in found.residuals}
    return [
        {
            "configuration": c.config,
            "accuracy": percent(c.accuracy),
            "95 % interval": interval(percent(c.accuracy_low), percent(c.accuracy_high)),
            "an answer": money(c.cost_usd),
            "a right answer": money(c.cost_per_right_usd),
            "on the hull": "yes" if c.on_hull else "no",
            "a request, measured": money(residuals[c.config].measured_usd),
            "a request, modelled": money(residuals[c.config].modelled_usd),
            "residual": money(residuals[c.config].residual_usd),
        }
        for c in found.configs
    ]


def cascades(found: EvaluationAnswer) -> Rows:
    """Each cascade with what it showed on the half it was not chosen on."""
    return [
        {
            "cascade": f"{c.first}, then {c.second}",
            "passed on below": "–" if c.threshold is None else f"{c.threshold:.3g}",
            "passed on": percent(c.passed_on),
            "accuracy": percent(c.accuracy),
            "95 % interval": interval(percent(c.accuracy_low), percent(c.accuracy_high)),
            "where chosen": percent(c.accuracy_chosen),
            "an answer": money(c.cost_usd),
        }
        for c in found.cascades
    ]
