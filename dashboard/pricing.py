"""What a plan costs, said before it is paid, and the button that starts it."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core.analysis.allowance import budget_for
from core.analysis.estimate import estimate_of
from core.analysis.goal import with_goal
from core.analysis.material import material_of, train_side
from core.analysis.quote import Quote
from core.errors import DatawallError, PlanError, PriceError
from core.formats import count, interval, money, percent
from core.generation import local
from core.generation.address import address_and_key
from core.generation.plan import GenerationPlan, refuse_factless
from core.generation.plan_file import plan_from_toml, plan_to_toml
from core.workspace.exchanges import digest
from dashboard import work
from dashboard.home import workspace
from dashboard.show import number, written

_ASKED = "plan to confirm"
_SPOKEN = (
    ("plan: ", ""),
    ("the plan: ", ""),
    ('choose generator.type = "openai" or "local", or', "choose a local model or an endpoint, or"),
    ('use generator.type = "embedded"', "choose the embedded generator"),
    ('generator.type = "local"', "A local model"),
    ("generator.base_url", "the base URL"),
    ("base_url is", "the base URL is"),
    ("generator.model", "the model"),
    ("knowledge_triple", "facts"),
    ("stop.close_deficit_at = ", "closing the deficit at "),
)
"""How sentences about a plan's keys read beside its controls."""


def is_paid(plan: GenerationPlan) -> bool:
    """Whether an endpoint is asked, which may send a bill."""
    return bool(plan.models) and plan.generator.type != "local"


def card(plan: GenerationPlan, usual_model: str) -> None:
    """The price of a plan, and the button that starts it; or what must be mended first."""
    with st.container(border=True):
        st.subheader("Before it starts")
        valid = ready = None
        priced, to_mend = st.container(), st.container()
        try:
            valid = _valid(plan)
            _refuse_unreachable(valid)
            with priced:
                ready = _paid(valid) if is_paid(valid) else _free(valid, usual_model)
        except DatawallError as error:
            to_mend.warning(spoken(error), icon=":material/error:")
        _start(ready or valid or plan, is_ready=ready is not None, is_valid=valid is not None)


def spoken(error: DatawallError) -> str:
    """A sentence about a plan as one about the controls."""
    if isinstance(error, PriceError):
        found = f"{error.__cause__ or error} Give your own prices under “More”; 0 for your server."
    else:
        found = str(error)
        for before, after in _SPOKEN:
            found = found.replace(before, after)
    return written(found if found.startswith("http") else found[:1].upper() + found[1:])


def _valid(plan: GenerationPlan) -> GenerationPlan:
    """The plan as its file would be read."""
    refuse_factless(plan)
    return plan_from_toml(plan_to_toml(plan))


def _refuse_unreachable(plan: GenerationPlan) -> None:
    """Refuse a plan whose model this machine cannot ask."""
    if plan.generator.type == "local" and (lacking := local.missing(plan.generator.model)):
        raise PlanError(lacking)
    if is_paid(plan):
        address_and_key(plan.generator.base_url)


def _paid(plan: GenerationPlan) -> GenerationPlan | None:
    """Price and budget of a plan that is paid for; the plan with its budget."""
    if plan.budget_usd is not None:  # It was read from a file.
        _figures(plan, estimate(plan))
        return plan
    key = "plan budget"
    if not st.session_state.get("plan budget typed"):
        st.session_state[key] = budget_for(estimate(plan))
    # Beneath the figures, which need it.
    figures, below = st.container(), st.container()
    budget = below.number_input(
        "Budget (USD)",
        0.0,
        1e6,
        step=0.5,
        format="%.2f",
        key=key,
        persist_state="session",
        on_change=_note_typed,
        help="Reserved before each call; the run stops before it is passed, and can go on later.",
    )
    plan = replace(plan, budget_usd=float(budget))
    if not budget:
        below.warning("A budget of \\$0 pays for no call; name an amount.", icon=":material/error:")
        return None
    with figures:
        _figures(plan, estimate(plan))
    return plan


def _note_typed() -> None:
    st.session_state["plan budget typed"] = True


def _figures(plan: GenerationPlan, quote: Quote) -> None:
    with st.grid(3, min_column_width=160):
        spread = interval(money(quote.cost_usd_p10), money(quote.cost_usd_p90))
        number("Cost (P50)", money(quote.cost_usd_p50), spread, boxed=False)
        each = quote.usd_per_accepted
        spread = interval(money(each.p10), "open" if each.p90 is None else money(each.p90))
        number("Per accepted sample", money(each.p50), spread, boxed=False)
        if quote.share_of_budget is not None:
            share = quote.share_of_budget
            spread = interval(percent(share.p10, 0), percent(share.p90, 0))
            number("Share of the budget", percent(share.p50, 0), spread, boxed=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(" ".join(_expected(plan, quote)))
        with st.popover("What this assumes", icon=":material/info:", type="tertiary"):
            for line in _assumed(quote):
                st.markdown(f"- {written(line)}")


def _expected(plan: GenerationPlan, quote: Quote) -> list[str]:
    """How many candidates, whether they are enough, and whether the budget is."""
    needed, said = quote.candidates_needed, []
    if quote.p_enough is None:
        said.append(f"{count(plan.candidates)} candidates on {written(quote.model)}.")
    else:
        spread = interval(count(needed.p10), count(needed.p90))
        said.append(f"{spread} candidates on {written(quote.model)};")
        said.append(f"enough are accepted with a probability of {percent(quote.p_enough, 0)}.")
    if quote.p_within_budget is not None:
        said.append(f"Within the budget: {percent(quote.p_within_budget, 0)}.")
    return [*said, "Ranges are P10 to P90."]


def _assumed(quote: Quote) -> list[str]:
    counted = "its own" if quote.counted_by == "tokenizer" else "another model's"
    return [
        f"{count(quote.input_tokens)} prompt and {count(quote.output_tokens)} answer tokens at the "
        f"median, counted with {counted} tokenizer.",
        f"Prices: {quote.source}, {quote.as_of}.",
        *quote.assumptions,
    ]


def _free(plan: GenerationPlan, usual_model: str) -> GenerationPlan:
    """A plan that nobody is paid for, and what a model would cost for comparison."""
    if plan.generator.type == "local":
        st.write("**\\$0**: this machine writes; its hardware and power are not counted.")
        estimate(plan)  # Says what stands in the way, such as too few anchors.
        return plan
    st.write("**\\$0**: no model is asked.")
    try:
        quote = estimate(plan, usual_model)
    except PriceError:
        return plan
    spread = interval(money(quote.cost_usd_p10), money(quote.cost_usd_p90))
    said = f"{quote.model} would cost about {money(quote.cost_usd_p50)} ({spread}, P10 to P90)."
    st.caption(written(said))
    return plan


def _start(plan: GenerationPlan, *, is_ready: bool, is_valid: bool) -> None:
    """The button: one click where nobody is paid, two where somebody is."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if is_paid(plan):
            st.button(
                "Generate …",
                type="primary",
                icon=":material/play_arrow:",
                disabled=not is_ready or work.is_running(),
                on_click=lambda: st.session_state.update({_ASKED: digest(plan_to_toml(plan))}),
            )
        else:
            work.button("Generate", title_of(plan), partial(_command, plan), usable=is_ready)
        st.download_button(
            "Plan as TOML",
            data=lambda: plan_to_toml(plan),
            file_name="plan.toml",
            mime="application/toml",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            disabled=not is_valid,
            help="For `datawall generate plan.toml`.",
        )
    if work.is_running():
        st.caption("One piece of work at a time: wait for the one above, or stop it.")
    if is_ready and st.session_state.get(_ASKED) == digest(plan_to_toml(plan)):
        _confirm(plan, estimate(plan))


@st.dialog("Start a run that is paid for?", on_dismiss=lambda: _forget())
def _confirm(plan: GenerationPlan, quote: Quote) -> None:
    """Model, price and budget once more; only this button spends."""
    spread = interval(money(quote.cost_usd_p10), money(quote.cost_usd_p90))
    st.markdown(
        f"**{written(quote.model)}** is expected to cost **{written(money(quote.cost_usd_p50))}** "
        f"({written(spread)}, P10 to P90) for {written(plan.slice)}."
    )
    st.markdown(
        f"The run stops before it passes **{written(money(plan.budget_usd))}**. What is paid is "
        "kept, and a stopped run goes on without paying twice."
    )
    with st.container(horizontal=True):
        if st.button(
            "Start the run",
            type="primary",
            icon=":material/payments:",
            on_click=lambda: _pay(plan),
        ):
            st.rerun()
        if st.button("Cancel", on_click=_forget):
            st.rerun()


def _forget() -> None:
    st.session_state.pop(_ASKED, None)


def _pay(plan: GenerationPlan) -> None:
    _forget()
    work.start(title_of(plan), _command(plan))


def _command(plan: GenerationPlan) -> list[str]:
    return ["generate", write_plan(plan)]


def title_of(plan: GenerationPlan) -> str:
    """What a run of the plan is called while it works."""
    return f"Generation for {plan.slice}"


def write_plan(plan: GenerationPlan) -> str:
    """Keep a plan in the workspace; the file to run it from."""
    text = plan_to_toml(plan)
    path = workspace().path("plans", f"{digest(text)[:16]}.toml")
    workspace().write_text(path, text)
    return str(path)


def estimate(plan: GenerationPlan, model: str | None = None) -> Quote:
    """What a plan would cost, on another model if one is named.

    Raises
    ------
    DatawallError
        It cannot be carried out, or a model has no price.
    """
    folder = workspace().path("runs")
    changed = folder.stat().st_mtime_ns if folder.exists() else 0
    own = plan.generator.model if plan.generator.type != "embedded" else ""
    return _estimate(plan, own if model is None else model, changed)


@st.cache_data(
    max_entries=32,
    show_spinner="Counting the tokens of the prompts …",
    hash_funcs={GenerationPlan: lambda plan: repr(plan)},
)
def _estimate(plan: GenerationPlan, model: str, runs_changed: int) -> Quote:
    plan, fingerprint, anchors, others = train_side(workspace(), plan)
    plan = with_goal(workspace(), plan, fingerprint)
    return estimate_of(workspace(), plan, material_of(workspace(), plan, anchors, others), model)
