"""What does everything cost, who says so, and what would another model cost?"""

from collections import Counter

import streamlit as st

from core.formats import count, money, number
from dashboard import charts, own_prices, priced, show

ONE = "one call of the scenario"
COLUMNS = {
    "model": st.column_config.TextColumn(width=300),
    "USD": st.column_config.NumberColumn(format="$%.6g"),
    "× paid now": st.column_config.NumberColumn(format="%.3g ×"),
}

st.title("Prices")
scenario = show.chain_now().scenario
lines = priced.lines(scenario)
kinds = Counter(line.kind for line in lines)
sure = len(lines) - kinds["assumption"]
st.subheader(f"{sure} of {len(lines)} prices have a source; {kinds['assumption']} are our guesses")
with st.grid(4, min_column_width=190):
    show.number("List prices", count(kinds["list"]), "published by the seller")
    show.number("Quotes", count(kinds["quote"]), "second-hand and wide")
    show.number("Our guesses", count(kinds["assumption"]), "replace these first")
    show.number("Your own or measured", count(kinds["own"] + kinds["measured"]), "come first")

st.subheader("The same calls on every other model")
what = st.selectbox(
    "What is priced",
    [ONE, *priced.paid_runs()],
    format_func=lambda chosen: chosen if chosen == ONE else f"run {chosen}",
)
if what == ONE:
    request = priced.request_on_models(scenario)
    names, usd = [r.model for r in request.rows], [r.usd for r in request.rows]
    sources, unpriced = [r.source for r in request.rows], request.unpriced
    now = priced.name_of(scenario.settings["model"])
    asked = [i for i, name in enumerate(names) if name == now]
    paid = usd[asked[0]] if asked else 0.0
    used = request.usage
    said = f"{count(used.input_tokens)} tokens in, {count(used.output_tokens)} out"
else:
    run = priced.run_on_every_model(what)
    names, usd = [r.model for r in run.rows], [r.usd for r in run.rows]
    sources, unpriced = [r.source for r in run.rows], run.unpriced
    asked, paid = [i for i, r in enumerate(run.rows) if r.is_actual], run.paid_usd
    by = ", ".join(run.counted)
    said = f"{count(run.calls)} calls, tokens counted by {by}; paid {money(run.paid_usd)}"
if asked and paid > 0:
    st.markdown(
        show.written(
            f"{names[asked[0]]} costs {money(usd[asked[0]])}: {count(asked[0])} of "
            f"{count(len(names))} models are cheaper, the dearest costs "
            f"{number(usd[-1] / paid, 2)} times as much."
        )
    )
described = "Cost of the same calls on every model of the book, cheapest first; yours is marked"
show.chart(charts.on_models(names, usd, asked), "on models", described)
table = [
    {"model": name, "USD": cost, "× paid now": cost / paid if paid > 0 else None, "source": source}
    for name, cost, source in zip(names, usd, sources, strict=True)
]
st.dataframe(table, hide_index=True, column_config=COLUMNS, alt="Cost on every model")
st.caption(
    show.written(
        f"{said}. Each call priced alone, at its own time, with as many tokens as were counted; "
        f"another model may need more or fewer, and may be worse. {count(len(unpriced))} models "
        "without a price for text are left out."
    )
)

st.subheader("The prices of the scenario")
st.dataframe(priced.line_table(lines), hide_index=True, alt="Prices with kind, source and date")
with st.expander("Every other price at hand"):
    st.dataframe(priced.row_table(priced.table_rows()), hide_index=True, alt="The price table")
st.subheader("Your own prices")
own_prices.edit()
st.caption(
    "List prices are collected by hand and may be out of date; check before you sign. Your own "
    "are kept in prices.toml in the workspace and come before every list."
)
