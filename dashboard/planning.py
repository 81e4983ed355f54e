"""The controls of a generation plan: what, how much, by whom; the rest under "More"."""

from dataclasses import dataclass, replace
from typing import Any, get_args

import streamlit as st

from core.analysis.chain import Chain
from core.analysis.goal import accepted_to_close
from core.errors import PlanError
from core.formats import count, number
from core.generation.plan import MOST_CANDIDATES, GenerationPlan
from core.generation.plan_file import plan_from_toml
from core.records import SampleKind, TextPolicy
from core.workspace.datasets import Dataset
from dashboard import cached, facts, files, inputs, linked, makers
from dashboard.show import written

KINDS: dict[SampleKind, tuple[str, str]] = {
    "training_case": ("Training examples", "More examples like the real ones, to train on."),
    "adversarial_scenario": (
        "Hard cases",
        "Examples that today's model is likely to get wrong, to harden it or to probe it.",
    ),
    "eval_item": (
        "Test items",
        "Examples with the expected answer and a rubric, to measure a model, not to train it.",
    ),
    "knowledge_triple": ("Facts", "Subject, relation and object, for the knowledge graph."),
}
_CLOSE, _UNTIL, _PROPOSE = "Close the deficit", "Until accepted", "Propose"
_USUAL, _LEAST, _MOST = 100, 50, 2_000
_PER_ACCEPTED = 4
"""Candidates that may be proposed for each one that is to be accepted."""

_TEXTS: dict[TextPolicy, str] = {
    "keep": "Keep prompts and answers",
    "hash": "Keep their hashes only",
    "drop": "Keep neither",
}
_LEAST_ACCEPTANCE, _MOST_DUPLICATES = 5.0, 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much is wanted."""

    candidates: int
    """What is proposed, or what to begin the limit with."""
    accepted: int | None = None
    closes_deficit: bool = False


def plan(data: Dataset, label: str, chain: Chain) -> GenerationPlan:
    """The plan that the controls describe; it may still be faulty."""
    part = _slice(data, label, chain)
    kind = st.selectbox(
        "What to write",
        get_args(SampleKind),
        format_func=lambda k: KINDS[k][0],
        key="plan kind",
        persist_state="session",
    )
    st.caption(KINDS[kind][1])
    now = inputs.choice()
    known = cached.chain(data.fingerprint, label, now.target, now.tau, part, now.question)
    own = linked.shown(known, now.target)
    # A place of its own for each: what one of them shows moves nothing below it.
    with st.container():
        amount = _amount(f"{data.fingerprint} {label} {part}", own)
    with st.container():
        maker = makers.ask(own)
    with st.expander("More", icon=":material/tune:"):
        rules = _rules(amount, maker)
        more = makers.more(maker)
        kept = _kept()
        if (given := _from_file()) is not None:
            return replace(given, data=data.fingerprint)
    return GenerationPlan(
        data=data.fingerprint,
        label=label,
        slice=part,
        kind=kind,
        accepted=None if amount.closes_deficit else amount.accepted,
        close_deficit_at=now.target if amount.closes_deficit else None,
        generator=more.generator,
        judge=maker.judge,
        judge_model=maker.judge_model,
        prices=more.prices,
        **rules,
        **kept,
    )


def _slice(data: Dataset, label: str, chain: Chain) -> str:
    labels = list(files.counts(data.fingerprint, label))[::-1]
    worst = chain.part.facts.label if chain.part else None
    return str(
        st.selectbox(
            "Slice",
            labels,
            index=labels.index(worst) if worst in labels else 0,
            key=f"plan slice {data.fingerprint} {label} {worst}",
            persist_state="session",
            help="The bottleneck, or the slice that you look at, is chosen first.",
        )
    )


def _amount(of: str, chain: Chain) -> Amount:
    goal = accepted_to_close(chain)
    modes = [_UNTIL, _PROPOSE] if goal is None else [_CLOSE, _UNTIL, _PROPOSE]
    if st.session_state.get("plan amount") not in modes:
        st.session_state["plan amount"] = modes[0]
    mode = st.segmented_control(
        "How many", modes, key="plan amount", required=True, persist_state="session"
    )
    lacks = chain.part.sizing.deficit.p50 if chain.part else None
    if mode == _PROPOSE:
        usual = min(max(int(2 * lacks) if lacks else _USUAL, _LEAST), _MOST)
        about = "All of them are proposed, however many are accepted."
        return Amount(candidates=whole("Candidates", f"proposed {of}", usual, help=about))
    if mode == _CLOSE and goal is not None:
        rate = chain.scenario["exchange_rate"]
        st.caption(
            f"**{count(goal)} accepted** close the median deficit of {count(lacks)} real samples, "
            f"at {number(rate.value, 2)} real samples for each ({rate.status})."
        )
        wanted = goal
    else:
        about = "The run ends when so many are accepted at the strictness under “More”."
        wanted = whole("Accepted samples", f"accepted {of}", goal or _USUAL, help=about)
    limit = min(max(_PER_ACCEPTED * wanted, _LEAST), MOST_CANDIDATES)
    return Amount(candidates=limit, accepted=wanted, closes_deficit=mode == _CLOSE)


def whole(
    name: str, key: str, usual: int, least: int = 1, most: int = MOST_CANDIDATES, help: str = ""
) -> int:
    """A whole number that keeps what was typed, and begins as is usual."""
    key = f"plan {key}"
    st.session_state.setdefault(key, usual)
    found = st.number_input(
        name, least, most, step=1, key=key, persist_state="session", help=help or None
    )
    return int(found)


def _rules(amount: Amount, maker: makers.Maker) -> dict[str, Any]:
    """Limits and rules of the run."""
    candidates = amount.candidates
    if amount.accepted is not None:
        about = "So many are proposed at most, even when fewer are accepted than wanted."
        key = f"limit {amount.accepted}"
        candidates = whole("Candidates at most", key, amount.candidates, help=about)
    tau = inputs.choice().tau
    about = "At which the run itself counts a candidate as accepted; moving τ later costs nothing."
    found: dict[str, Any] = {
        "candidates": candidates,
        "strictness": _slider("Strictness of the run", f"strictness {tau}", tau, about),
    }
    st.caption("Stop early when, over the last 100 candidates and surely not by chance,")
    for rule, name, usual in (
        ("least_acceptance", "accepted are below", _LEAST_ACCEPTANCE),
        ("most_duplicates", "duplicates exceed", _MOST_DUPLICATES),
    ):
        found[rule] = _share(name, rule, usual, maker.is_paid)
    if maker.writes:
        about = "The model is told why critics rejected earlier candidates."
        found["adversarial"] = _toggle("Learn from rejections", "lessons", False, about)
    return found | {"knowledge": _knowledge(), "constraints": _constraints()}


def _slider(name: str, key: str, usual: float, about: str) -> float:
    st.session_state.setdefault(f"plan {key}", usual)
    return float(
        st.slider(name, 0.0, 1.0, step=0.05, key=f"plan {key}", persist_state="session", help=about)
    )


def _toggle(name: str, key: str, usual: bool, about: str = "", *, disabled: bool = False) -> bool:
    st.session_state.setdefault(f"plan {key}", usual)
    return bool(
        st.toggle(
            name,
            key=f"plan {key}",
            persist_state="session",
            help=about or None,
            disabled=disabled,
        )
    )


def _share(name: str, key: str, usual: float, is_usual: bool) -> float | None:
    """A stop rule over the last 100 candidates: switched on, and its share. [fraction]"""
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        is_on = _toggle(name, f"stop {key} {is_usual}", is_usual)
    st.session_state.setdefault(f"plan share {key}", usual)
    share = right.number_input(
        f"{name} (%)",
        0.0,
        100.0,
        step=5.0,
        format="%.0f",
        key=f"plan share {key}",
        persist_state="session",
        label_visibility="collapsed",
        disabled=not is_on,
        icon=":material/percent:",
    )
    return share / 100 if is_on else None


def _knowledge() -> bool:
    known = len(facts.known().graph.triples)
    about = f"Prompts carry the facts that fit, of {facts.counted(known, 'fact', 'facts')}, and "
    about += "a critic holds candidates against them."
    if not known:
        st.session_state["plan knowledge"] = False
        about = "The knowledge graph is empty; fill it on the page Knowledge."
    name = f"Keep to the knowledge graph ({facts.counted(known, 'fact', 'facts')})"
    return _toggle(name, "knowledge", False, about, disabled=not known)


def _constraints() -> tuple[str, ...]:
    found = st.text_area(
        "Constraints, one per line",
        key="plan constraints",
        persist_state="session",
        height=90,
        placeholder="No message names a brand.",
        help="Rules of your domain that each candidate must keep; the prompts carry them, and a "
        "judge is told of them.",
    )
    return tuple(line.strip() for line in (found or "").splitlines() if line.strip())


def _kept() -> dict[str, Any]:
    """What the ledger keeps of texts, and the seed."""
    texts = st.selectbox(
        "Texts in the ledger",
        get_args(TextPolicy),
        format_func=lambda policy: _TEXTS[policy],
        key="plan texts",
        persist_state="session",
    )
    about = "An answer that was paid for before is not asked for again. Needs kept texts."
    cache = _toggle("Take answers from the cache", "cache", True, about, disabled=texts != "keep")
    seed = whole("Seed", "seed", 0, 0, 2**31 - 1)
    return {"texts": texts, "cache": cache, "seed": seed}


def _from_file() -> GenerationPlan | None:
    """A plan of the user's own, in place of what the controls say; it runs on the data chosen."""
    file = st.file_uploader(
        "Run a plan file instead", type=["toml"], key="plan file", max_upload_size=1
    )
    if file is None:
        return None
    try:
        found = plan_from_toml(file.getvalue().decode("utf-8-sig", "replace"), file.name)
    except PlanError as error:
        st.error(written(str(error)))
        return None
    st.caption(
        f"{written(file.name)} is priced and run, on the data chosen in the sidebar; remove it to "
        "go back to the controls."
    )
    return found
