"""What the user has chosen: data, label, target, strictness. Lives in the sidebar of every page."""

from dataclasses import dataclass

import streamlit as st

from core.analysis.chain import Chain
from core.errors import DatawallError
from core.generation.plan import GenerationPlan
from core.workspace.datasets import Dataset
from dashboard import cached

TARGET, TAU = 0.85, 0.5
EMBEDDED, ENDPOINT = "Embedded (no key, no network)", "OpenAI-compatible endpoint"
_FILE_TYPES = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "xlsx"]
_LABEL_NAMES = ("label", "class", "intent", "category", "target", "y")
_MOST_LABELS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What every page works on."""

    data: Dataset | None
    label: str | None
    target: float
    tau: float
    slice_name: str | None


def guessed_label(data: Dataset) -> str | None:
    """The column that looks most like a label: by its name, else the one with fewest values."""
    options = label_columns(data)
    for name in _LABEL_NAMES:
        for option in options:
            if option.casefold() == name:
                return option
    return options[0] if options else None


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


def sidebar() -> None:
    """Draw the controls that every page shares."""
    with st.sidebar:
        _upload()
        known = cached.known_datasets()
        if known:
            names = {d.fingerprint: d.name for d in known}
            if st.session_state.get("dataset") not in names:
                st.session_state["dataset"] = known[0].fingerprint
            st.selectbox(
                "Data",
                list(names),
                format_func=lambda f: names[f],
                key="dataset",
                persist_state="session",
            )
            data = next(d for d in known if d.fingerprint == st.session_state["dataset"])
            _label(data)
        st.slider(
            "Target for the slice",
            0.50,
            0.99,
            TARGET,
            0.01,
            key="target",
            format="percent",
            bind="query-params",
            help="The score wanted on held-out real data, and the accuracy "
            "that the economics promises.",
        )
        st.slider(
            "Strictness τ",
            0.0,
            1.0,
            TAU,
            0.05,
            key="tau",
            bind="query-params",
            help="A candidate is accepted when its score is at least τ. Moving it re-reads the "
            "ledger; no call is made.",
        )


def _label(data: Dataset) -> None:
    options = label_columns(data)
    if not options:
        st.warning(
            f"{data.name} has no column that could be a label: one with 2 to {_MOST_LABELS:,} "
            "different values that repeat."
        )
        return
    key = f"label {data.fingerprint}"
    guess = guessed_label(data)
    st.selectbox(
        "Label",
        options,
        index=options.index(guess) if guess in options else 0,
        key=key,
        persist_state="session",
        help="The column that a model should predict. Chosen by its "
        "name, else by having the fewest different values.",
    )


def _upload() -> None:
    with st.expander("Use your own file", icon=":material/upload_file:"):
        file = st.file_uploader(
            "CSV, TSV, JSONL, Parquet or Excel, one labelled example per row",
            type=_FILE_TYPES,
            key="upload",
        )
        if file is None or st.session_state.get("uploaded") == file.file_id:
            if message := st.session_state.get("upload_error"):
                st.error(message)
            return
        st.session_state["uploaded"] = file.file_id
        st.session_state.pop("upload_error", None)
        try:
            with st.spinner(f"Reading {file.name} …"):
                data = cached.upload(file.name, file.getvalue())
        except DatawallError as error:
            st.session_state["upload_error"] = str(error)
            st.error(str(error))
            return
        st.session_state["dataset"] = data.fingerprint
        st.session_state.pop("slice", None)
        st.success(f"{data.name}: {data.rows:,} rows.")


def choice() -> Choice:
    """What is chosen now."""
    fingerprint = st.session_state.get("dataset")
    data = next((d for d in cached.known_datasets() if d.fingerprint == fingerprint), None)
    label = None
    if data is not None:
        label = st.session_state.get(f"label {data.fingerprint}") or guessed_label(data)
    return Choice(
        data=data,
        label=label,
        target=float(st.session_state.get("target", TARGET)),
        tau=float(st.session_state.get("tau", TAU)),
        slice_name=st.session_state.get("slice"),
    )


def plan(data: Dataset, label: str, chain: Chain) -> GenerationPlan:
    """The controls of a generation plan, filled in for the bottleneck."""
    labels = list(cached.counts(data.fingerprint, label))[::-1]
    worst = chain.part.facts.label if chain.part else None
    lacks = chain.part.sizing.deficit.p50 if chain.part else None
    suggested = min(max(int(2 * lacks) if lacks else 100, 50), 2_000)
    at = labels.index(worst) if worst in labels else 0
    part = st.selectbox("Slice", labels, index=at, help="The bottleneck is chosen first.")
    about = "Twice the median deficit, since critics reject some."
    candidates = st.number_input("Candidates to propose", 1, 100_000, suggested, 10, help=about)
    how = st.radio("Generator", [EMBEDDED, ENDPOINT], key="generator")
    model, base_url, judge, budget = "", "", False, None
    if how == ENDPOINT:
        usual = chain.scenario.settings["model"]
        model = st.text_input("Model", usual, placeholder=usual).strip() or usual
        about = "The key comes from OPENAI_API_KEY in the server's environment."
        given = "from OPENAI_BASE_URL, else the vendor's"
        base_url = st.text_input("Base URL", placeholder=given, help=about)
        judge = st.toggle("A language model judges as well")
        about = "Reserved before each call; the run stops before it is passed."
        budget = st.number_input("Budget (USD)", 0.0, 1e6, 1.0, 0.5, help=about)
    else:
        st.caption(
            "No language model writes the text: it recombines words and clauses of your own "
            "examples. Four critics judge it: format, near-duplicate, drift, and label agreement."
        )
    seed = st.number_input("Seed", 0, 2**31, 0)
    return cached.plan_for(
        data.fingerprint,
        label,
        str(part),
        candidates=int(candidates),
        seed=int(seed),
        judge=judge,
        budget_usd=budget,
        model=model,
        base_url=base_url.strip() or None,
    )
