"""What do generator and critics propose for the slice, and what does it cost?"""

import streamlit as st

from core import formats
from core.errors import DatawallError
from dashboard import cached, empty, inputs, work

EMBEDDED, ENDPOINT = "Embedded (no key, no network)", "OpenAI-compatible endpoint"

choice = inputs.choice()
st.title("Generate and critique")
if choice.data is None:
    empty.no_data()
if choice.label is None:
    empty.no_label()
chain = cached.chain(choice.data.fingerprint, choice.label, choice.target, choice.tau, choice.slice_name)
labels = list(cached.counts(choice.data.fingerprint, choice.label))[::-1]
worst = chain.part.facts.label if chain.part else None
lacks = chain.part.sizing.deficit.p50 if chain.part else None
suggested = min(max(int(2 * lacks) if lacks else 100, 50), 2_000)

left, right = st.columns([2, 3], gap="large")
with left:
    st.subheader("Plan")
    part = st.selectbox("Slice", labels, index=labels.index(worst) if worst in labels else 0, key="plan slice",
                        help="The bottleneck is chosen first.")
    count = st.number_input("Candidates to propose", 1, 100_000, suggested, 10, key="plan candidates",
                            help="Twice the median deficit, since critics reject some.")
    how = st.radio("Generator", [EMBEDDED, ENDPOINT], key="plan generator")
    model, base_url, judge, budget = "", "", False, None
    if how == ENDPOINT:
        model = st.text_input("Model", "gpt-6-luna", key="plan model")
        base_url = st.text_input("Base URL", placeholder="from OPENAI_BASE_URL, else the vendor's", key="plan url",
                                 help="The key comes from OPENAI_API_KEY in the server's environment.")
        judge = st.toggle("A language model judges as well", key="plan judge")
        budget = st.number_input("Budget (USD)", 0.0, 1e6, 1.0, 0.5, key="plan budget",
                                 help="Reserved before each call; the run stops before it is passed.")
    else:
        st.caption("No language model writes the text: it recombines words and clauses of your own examples. "
                   "Four critics judge it: format, near-duplicate, drift, and agreement of the label.")
    seed = st.number_input("Seed", 0, 2**31, 0, key="plan seed")
    plan = cached.plan_for(
        choice.data.fingerprint, choice.label, str(part), candidates=int(count), seed=int(seed), judge=judge,
        budget_usd=budget, model=model, base_url=base_url.strip() or None,
    )
    priced = model or chain.scenario.settings["model"]
    try:
        quoted = cached.estimate(plan, priced)
        spread = formats.interval(formats.money(quoted.cost_usd_p10), formats.money(quoted.cost_usd_p90))
        would = "This run costs" if model else f"{priced} would cost"
        st.caption(f"{would} about {formats.money(quoted.cost_usd_p50)} ({spread}): {quoted.input_tokens:,} prompt and "
                   f"{quoted.output_tokens:,} answer tokens, {quoted.counted_by}; {quoted.source}, {quoted.as_of}.")
        usable = True
    except DatawallError as error:
        st.warning(str(error))
        usable = not model
    if st.button("Generate", type="primary", icon=":material/play_arrow:", disabled=work.is_running() or not usable):
        work.start(f"Generation for {part}", ["generate", cached.write_plan(plan)])
        st.rerun()


@st.fragment(run_every=1.0)
def runs() -> None:
    """The runs on this dataset, as they grow, whichever process writes them."""
    st.subheader("Runs")
    found = cached.runs_of(choice.data.fingerprint) if choice.data else []
    if not found:
        st.caption("No run yet. Runs started by `datawall generate` in another process appear here too.")
        return
    st.dataframe(
        [
            {"state": r.stopped or r.state, "proposed": r.proposed, "of": r.wanted, "cost": formats.money(r.cost_usd),
             "calls": r.calls, "slice": r.run.slice, "by": r.run.model or r.run.generator, "run": r.run_id,
             "tokens": r.input_tokens + r.output_tokens}
            for r in found
        ],
        hide_index=True, alt="Runs on this dataset with their state, calls and cost",
        column_config={"proposed": st.column_config.ProgressColumn(
            format="%d", min_value=0, max_value=max(r.wanted for r in found))},
    )
    for r in found:
        if r.why:
            st.caption(f"{r.run_id}: {r.why}")


with right:
    runs()
    st.caption("Each attempt to call a model is a row of the ledger, whatever came of it.")
st.page_link("views/strictness.py", label="Next: choose the strictness", icon=":material/arrow_forward:")
