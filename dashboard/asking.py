"""What an audit is asked: which column is predicted, from what, and cut by which others.

Each choice is made for the user, with the reason beside it, and can be changed.
"""

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from core.audit.slices import Metric
from core.workspace.datasets import Dataset
from dashboard import audits, files, picking
from dashboard.question import Question

NO_TEXT, NONE = "none (use all columns)", "none"
_PURPOSES = ("item", "confidence", "train_size", "repeat")
_LABEL_NAMES = ("label", "class", "intent", "category", "target", "y")
_MOST_LABELS = 1_000
_MOST_VALUES = 1_000
_AS_BEFORE = "As in the newest audit of this data."
_ABOUT = {
    "Label": "The column that a model should predict.",
    "Text column": "The text that the label is predicted from; without one, all columns are read.",
    "Slice by": "Also look at the values of these columns, alone and within each label.",
    "Metric": "Recall: share of a slice's rows predicted right. F1 also counts false alarms.",
    "Use or cost": "A number per row: how often its kind occurs in use, or what an error there "
    "costs. Without one, every slice counts alike.",
    "Predictions": "What your own model predicted for each row is judged; nothing is trained.",
    "Prediction": "What your model predicted.",
    "item": "What the row is about, if one thing is predicted several times.",
    "confidence": "How sure the model was, from 0 to 1.",
    "train_size": "On how many samples the model was trained; three sizes give a curve.",
    "repeat": "Which of several trainings of the same size made the prediction.",
}


def guessed_label(data: Dataset) -> str | None:
    """The column that looks most like a label: by its name, else the one with fewest values."""
    options = label_columns(data)
    return _named_as_label(options) or (options[0] if options else None)


def _named_as_label(options: list[str]) -> str | None:
    by_name = {option.casefold(): option for option in reversed(options)}
    return next((by_name[name] for name in _LABEL_NAMES if name in by_name), None)


def label_columns(data: Dataset) -> list[str]:
    """Columns that could be labels, those with fewest values first."""
    usable = [
        c
        for c in data.columns
        if 2 <= c.distinct <= _MOST_LABELS
        and c.type in ("text", "boolean", "number")
        and (c.type != "number" or c.distinct <= 20)
        and c.distinct <= max(2, data.rows // 2)
    ]
    return [c.name for c in sorted(usable, key=lambda c: (c.type != "text", c.distinct))]


def ask(data: Dataset) -> None:
    """Draw the choices in the sidebar."""
    options = label_columns(data)
    if not options:
        st.warning(
            f"{data.name} has no column that could be a label: one with 2 to {_MOST_LABELS:,} "
            "different values that repeat."
        )
        return
    label, why = _proposed_label(data)
    chosen = _select("Label", options, label, f"label {data.fingerprint}", why, _ABOUT["Label"])
    proposed = _proposed(data, chosen)
    columns = [c.name for c in data.columns if c.type == "text" and c.name != chosen and c.distinct]
    text = proposed.text or NO_TEXT
    why = files.guessed_text(data.fingerprint, chosen)[1] if proposed.is_found else _AS_BEFORE
    key = _key("text", data, chosen)
    _select("Text column", [NO_TEXT, *columns], text, key, why, _ABOUT["Text column"])
    with st.expander("More about the data", icon=":material/tune:"):
        _ask_more(data, proposed)


def _select(
    name: str, options: Sequence[str], proposed: str, key: str, why: str, about: str
) -> str:
    """A choice that is made already, with the reason as long as it stands."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = proposed if proposed in options else options[0]
    chosen = st.selectbox(
        name, options, key=key, persist_state="session", on_change=picking.forget, help=about
    )
    if why and chosen == proposed:
        st.caption(why)
    return str(chosen)


def _proposed_label(data: Dataset) -> tuple[str, str]:
    """The label of the newest audit of this data; else the guess, with the reason."""
    options = label_columns(data)
    newest = audits.newest(data.fingerprint)
    if newest is not None and newest.label in set(options) - {guessed_label(data)}:
        return newest.label, _AS_BEFORE
    by_name = _named_as_label(options)
    if by_name is not None:
        return by_name, "Chosen by its name."
    few = data.column(options[0]).distinct
    return options[0], f"Chosen for its few values: {few:,} different ones."


def _proposed(data: Dataset, label: str) -> Question:
    """What the newest audit of this label was asked; else what one would choose by itself."""
    guess, _ = files.guessed_text(data.fingerprint, label)
    newest = audits.newest(data.fingerprint, label)
    if newest is None:
        by_name = any(c.name == "prediction" for c in data.columns) and label != "prediction"
        return Question(label=label, text=guess, prediction="prediction" if by_name else None)
    text = guess if newest.prediction is not None else newest.text
    return Question(
        label=label,
        text=text,
        is_found=text == guess,
        slice_by=newest.slice_by,
        use=newest.use,
        metric=newest.metric,
        prediction=newest.prediction,
    )


def _key(what: str, data: Dataset, label: str) -> str:
    return f"{what} {data.fingerprint} {label}"


def _ask_more(data: Dataset, proposed: Question) -> None:
    label = proposed.label
    others = [c for c in data.columns if c.name != label]
    few = [c.name for c in others if 2 <= c.distinct <= _MOST_VALUES]
    by = _key("slice by", data, label)
    st.session_state.setdefault(by, [c for c in proposed.slice_by if c in few])
    forget, about = picking.forget, _ABOUT["Slice by"]
    st.multiselect("Slice by", few, key=by, persist_state="session", on_change=forget, help=about)
    metric = _key("metric", data, label)
    _select("Metric", get_args(Metric), proposed.metric, metric, "", _ABOUT["Metric"])
    numbers = [NONE, *(c.name for c in others if c.type == "number")]
    use = _key("use", data, label)
    _select("Use or cost", numbers, proposed.use or NONE, use, "", _ABOUT["Use or cost"])
    judged = _key("predictions", data, label)
    st.session_state.setdefault(judged, proposed.prediction is not None)
    about = _ABOUT["Predictions"]
    if st.toggle("This file holds predictions", key=judged, persist_state="session", help=about):
        _ask_predictions(data, proposed, [c.name for c in others])


def _ask_predictions(data: Dataset, proposed: Question, names: list[str]) -> None:
    said = proposed.prediction or "prediction"
    key = _key("prediction", data, proposed.label)
    _select("Prediction", names, said, key, "", _ABOUT["Prediction"])
    for purpose in _PURPOSES:
        name = purpose.replace("_", " ").capitalize()
        # A column of that very name is used for it, whatever else is said.
        options, first = (names, purpose) if purpose in names else ([NONE, *names], NONE)
        _select(name, options, first, _key(purpose, data, proposed.label), "", _ABOUT[purpose])


def asked(data: Dataset) -> Question | None:
    """What is chosen now; None when no column can be a label."""
    if not label_columns(data):
        return None
    label = st.session_state.get(f"label {data.fingerprint}") or _proposed_label(data)[0]
    if _key("text", data, label) not in st.session_state:
        return _proposed(data, label)
    given = {
        what: None if value == NONE else value
        for what in ("text", "slice by", "metric", "use", "predictions", "prediction", *_PURPOSES)
        for value in [st.session_state.get(_key(what, data, label))]
    }
    text = None if given["text"] == NO_TEXT else given["text"]
    judged = bool(given["predictions"])
    return Question(
        label=label,
        text=text,
        is_found=text == files.guessed_text(data.fingerprint, label)[0],
        slice_by=tuple(given["slice by"] or ()),
        use=None if judged else given["use"],
        metric=given["metric"] or "recall",
        prediction=given["prediction"] if judged else None,
        purposes=tuple((p, str(given[p])) for p in _PURPOSES if given[p]) if judged else (),
    )
