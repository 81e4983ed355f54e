"""Forms for the user's own prices: a model, a row of the table, a discount, and taking one back."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from core.formats import money, percent, quantity
from core.prices import ModelPrice, OwnPrices, own_row
from core.prices.listed import sellers
from dashboard import priced


def edit() -> None:
    """Enter a price of one's own, or take one back."""
    own = priced.own()
    model, row, discount, back = st.tabs(
        ["A model", "Something else", "A discount", "What is entered"]
    )
    with model:
        _model(own)
    with row:
        _row(own)
    with discount:
        _discount(own)
    with back:
        _entered(own)


def _model(own: OwnPrices) -> None:
    with st.form("own model", border=False):
        with st.grid(4, min_column_width=190):
            name = st.text_input("Model", placeholder="gpt-6-luna or openai/gpt-6-luna")
            asked = st.number_input("Input, USD/Mtok", min_value=0.0, value=None, format="%.6g")
            said = st.number_input("Output, USD/Mtok", min_value=0.0, value=None, format="%.6g")
            cached = st.number_input(
                "Cached input, USD/Mtok", min_value=0.0, value=None, format="%.6g"
            )
        source = st.text_input("Source", placeholder="contract of June", key="source of model")
        saved = st.form_submit_button("Save", type="primary")
    if not saved:
        return
    if not name.strip() or asked is None or said is None:
        st.warning("Give the model and its prices of input and output; 0 for your own server.")
        return
    price = ModelPrice(
        input_usd_per_mtok=asked,
        output_usd_per_mtok=said,
        cached_usd_per_mtok=cached,
        source=source or "own price, source not stated",
        as_of=datetime.now(UTC).date(),
    )
    _keep(replace(own, models={**own.models, name.strip().lower(): price}))


def _row(own: OwnPrices) -> None:
    rows = {row.key: row for row in priced.table_rows()}
    key = st.selectbox("Price", list(rows), format_func=lambda k: k.replace("_", " "))
    with st.form("own row", border=False):
        now = rows[key]
        value = st.number_input(
            f"USD instead of {quantity(now.value, now.unit)}",
            min_value=0.0, value=now.value, format="%.6g", key=f"own row {key}",
        )  # fmt: skip
        source = st.text_input("Source", placeholder="quote of our vendor", key="source of row")
        saved = st.form_submit_button("Save", type="primary")
    if saved:
        said = source or "own price, source not stated"
        row = own_row(key, value, source=said, on=datetime.now(UTC).date())
        _keep(replace(own, rows={**own.rows, key: row}))


def _discount(own: OwnPrices) -> None:
    with st.form("own discount", border=False):
        seller = st.selectbox("Provider", sellers(), index=None, placeholder="choose")
        share = st.number_input("Per cent off its list prices", 0.0, 99.0, 0.0, 1.0)
        saved = st.form_submit_button("Save", type="primary")
    if saved and seller:
        _keep(replace(own, discounts={**own.discounts, seller: share / 100}))


def _entered(own: OwnPrices) -> None:
    entered = {
        f"model {name}: {money(p.input_usd_per_mtok)} in, {money(p.output_usd_per_mtok)} out a "
        "million tokens": ("models", name)
        for name, p in own.models.items()
    }
    entered |= {
        f"{key.replace('_', ' ')}: {quantity(row.value, row.unit)}": ("rows", key)
        for key, row in own.rows.items()
    }
    entered |= {
        f"{seller}: {percent(share, 0)} off": ("discounts", seller)
        for seller, share in own.discounts.items()
    }
    if not entered:
        st.write("Nothing yet: every price is from the lists and the table.")
        return
    chosen = st.radio("Your own prices", list(entered), index=None)
    if st.button("Take back", disabled=chosen is None) and chosen is not None:
        part, name = entered[chosen]
        kept = {key: value for key, value in getattr(own, part).items() if key != name}
        _keep(replace(own, **{part: kept}))


def _keep(prices: OwnPrices) -> None:
    priced.keep(prices)
    st.rerun()
