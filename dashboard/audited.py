"""The parts of the audit page: what to ask, the slices beside a curve, the order."""

import streamlit as st

from core.analysis.audit import AuditAnswer
from core.analysis.order import Order, in_words
from core.analysis.sizing import SliceAudit
from core.analysis.story import deficit_range
from core.audit.measurement import Measurement
from core.formats import count, interval, percent
from core.workspace.datasets import Dataset
from dashboard import charts, picking, show, tables, work
from dashboard.question import Question

_VIEWS = ("Table", "Map", "Scores")
_SLICE_ONLY, _JOINT = "Only this slice", "Everything"
_ALL = "all"


def invitation(data: Dataset, asked: Question, target: float) -> None:
    """What an audit would do, and the button that starts it."""
    if asked.prediction is not None:
        st.write(
            f"The audit compares **{asked.prediction}** with **{asked.label}** in **{data.name}** "
            "and scores every slice. Nothing is trained."
        )
    else:
        read = "all columns" if asked.text is None else f"the text in **{asked.text}**"
        st.write(
            f"The audit trains a model on **{data.name}** to predict **{asked.label}** from {read}"
            ", scores every slice on rows left out, and draws learning curves to say how many "
            f"samples each one lacks to {percent(target, 0)}. Scores appear first."
        )
    _start("Run the audit", data, asked, target)


def to_go_on(data: Dataset, asked: Question, measured: Measurement, target: float) -> None:
    """What an audit that is not complete shows already, and the way on."""
    done = measured.repeats_done
    so_far = "The scores are in; no learning curve has been drawn yet."
    if done:
        times = "once" if done == 1 else f"{done} times"
        so_far = f"Every learning curve has been drawn {times} so far; more repeats narrow them."
    if work.is_auditing(data.fingerprint):
        st.info(f"{so_far} The page follows.", title="Curves are being drawn")
        return
    st.info(f"{so_far} Going on starts where it was.", title="Some curves are still to be drawn")
    _start("Draw the curves" if not done else "Go on", data, asked, target)


def _start(button: str, data: Dataset, asked: Question, target: float) -> None:
    work.button(button, "Audit", lambda: asked.command(data.fingerprint, target))


def headline(found: AuditAnswer, part: SliceAudit, order: Order) -> None:
    """The finding, its order in one sentence, and four figures."""
    worst, facts, sizing = found.bottleneck, part.facts, part.sizing
    st.subheader(_title(found, part))
    first, dash, ways = show.written(in_words(order)).partition(" – ")
    st.markdown(f"**{first}**{dash}{ways}")
    if part.name != worst.name:
        st.button(
            f"Back to the bottleneck: {worst.name}",
            icon=":material/undo:",
            on_click=picking.forget,
            type="tertiary",
        )
    elif not worst.sizing.is_reached and (said := _rivals(found)):
        st.caption(show.written(said))
    with st.grid(4, min_column_width=190):
        spread = interval(percent(facts.score_low, 0), percent(facts.score_high, 0))
        name = "F1" if found.measured.metric == "f1" else found.measured.metric.capitalize()
        show.number(f"{name} today", percent(facts.score, 0), spread, "95 % interval")
        show.number("Samples held", count(facts.n), percent(facts.prevalence), "of all rows")
        missing = "unknown" if sizing.deficit.p50 is None else count(sizing.deficit.p50)
        show.number("Samples missing (P50)", missing, deficit_range(sizing), "P10 to P90")
        share = "" if sizing.p_reachable is None else percent(sizing.p_reachable, 0)
        show.number(
            "Target", tables.verdict(sizing), share, "of fitted curves reach it" if share else ""
        )


def _title(found: AuditAnswer, part: SliceAudit) -> str:
    worst = found.bottleneck
    if part.name != worst.name:
        return part.name
    if worst.sizing.is_reached:
        return f"{worst.name} is the most constrained slice, and reaches the target"
    return f"The bottleneck is {worst.name}"


def _rivals(found: AuditAnswer) -> str:
    names = [s.name for s in found.rivals]
    if not names:
        return ""
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"It cannot be told apart from {shown}: their intervals overlap."


def slices(found: AuditAnswer, part: SliceAudit, target: float) -> None:
    """The slices as a table, a map or scores; each can be clicked."""
    st.subheader("Slices")
    how = st.segmented_control(
        "Show as",
        _VIEWS,
        default=_VIEWS[0],
        required=True,
        key="slices as",
        persist_state="session",
        label_visibility="collapsed",
    )
    if how == "Map":
        _map(found, part, target)
    elif how == "Scores":
        metric = found.measured.metric
        st.caption("Score with its 95 % interval. Click a point to look at its slice.")
        with st.container(height=460 if len(found.slices) > 16 else "content", border=False):
            drawn = charts.slice_scores(found.slices, metric, target, part.name)
            about = f"{metric} of every slice with its 95 % interval, the most important on top"
            picking.chart(drawn, "scores", about)
    else:
        st.caption("Those that matter most first. Click a row to look at its slice.")
        picking.table(found, part)


def _map(found: AuditAnswer, part: SliceAudit, target: float) -> None:
    st.caption(
        "Orange: below the target, the deeper the further. Blue: at the target or above. "
        "Click a tile to look at its slice."
    )
    columns = found.measured.slice_by
    if not columns:
        drawn = charts.tile_map(found.slices, target, part.name)
        picking.chart(drawn, "map", "Every slice as a tile, coloured by distance from the target")
    else:
        column = columns[0]
        if len(columns) > 1:
            column = st.selectbox("Column", columns, key="map column")
        label_names = [s.name for s in found.slices if s.facts.origin == "label"]
        cells = _cells(found, column, label_names)
        across = [_ALL, *sorted({value for value, _ in cells if value != _ALL})]
        drawn = charts.grid_map(cells, [_ALL, *label_names], across, target, part.name)
        picking.chart(drawn, "grid", f"Scores of each label within each value of {column}")


def _cells(found: AuditAnswer, column: str, labels: list[str]) -> dict[tuple[str, str], SliceAudit]:
    """Slices by (value, label); a value or label of ``all`` is the other's slice as a whole."""
    cells, start = {}, f"{column} = "
    for s in found.slices:
        if s.facts.origin == "label":
            cells[_ALL, s.name] = s
        elif s.facts.origin == "column" and s.facts.label is None and s.name.startswith(start):
            cells[s.name.removeprefix(start), _ALL] = s
        elif s.facts.label in labels and s.name.startswith(f"{s.facts.label} & {start}"):
            cells[s.name.removeprefix(f"{s.facts.label} & {start}"), str(s.facts.label)] = s
    return cells


def curve(found: AuditAnswer, part: SliceAudit, target: float) -> None:
    """The learning curve of the slice that is looked at."""
    st.subheader("Learning curve")
    picking.listed([s.name for s in found.slices], part)
    facts, metric = part.facts, found.measured.metric
    drawn = [n for n, c in ((_SLICE_ONLY, facts.curve), (_JOINT, facts.joint)) if c is not None]
    if not drawn:
        st.info(part.sizing.why, title="No learning curve of this slice")
        return
    is_joint = drawn[0] == _JOINT
    if len(drawn) > 1:
        which = st.segmented_control(
            "What grows", drawn, default=drawn[0], required=True, key="what grows"
        )
        is_joint = which == _JOINT
    figure = charts.learning_curve(part, metric, target, is_joint=is_joint)
    show.chart(figure, "curve", f"{metric} of {part.name} against its samples, with the band")
    st.caption(show.written(_joint_words(part) if is_joint else _slice_words(part)))


def _slice_words(part: SliceAudit) -> str:
    return f"What more samples of this slice alone buy; all other rows stay. {part.sizing.why}"


def _joint_words(part: SliceAudit) -> str:
    records = part.sizing.joint_records
    said = "What more of everything buys, at today's mix."
    if part.sizing.is_reached:
        return said
    if records.p50 is None:
        return f"{said} At the median the target is not reached that way within the horizon."
    most = "more than the horizon" if records.p90 is None else count(records.p90)
    return (
        f"{said} To reach the target that way takes about {count(records.p50)} more records "
        f"({count(records.p10)} to {most}, P10 to P90)."
    )


def before_asking(measured: Measurement) -> None:
    """Free fixes, measured."""
    if not measured.fixes:
        return
    st.subheader("Before asking for data")
    st.caption(
        f"What could be tried for nothing on {measured.fixes[0].slice}, measured on the same folds."
    )
    st.dataframe(tables.fixes(measured), hide_index=True, alt="Free fixes with their effect")


def to_order(order: Order) -> None:
    """The order line by line, and where its prices and rates come from."""
    if not order.lines:
        return
    st.subheader("The order")
    rows = tables.order_lines(order)
    st.dataframe(rows, hide_index=True, alt="Quantities and costs of the order, line by line")
    with st.expander("Where prices and rates come from", icon=":material/receipt_long:"):
        about = "Assumptions of the order with status, source and date"
        st.dataframe(tables.order_sources(order), hide_index=True, alt=about)
        st.caption("Generating and collecting are alternatives; examples to test on come on top.")
