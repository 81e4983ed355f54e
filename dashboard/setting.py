"""One setting of the knob: its figures, and where it lies among all settings."""

from collections.abc import Sequence

import streamlit as st

from core.analysis.strictness.knob import Setting
from core.analysis.strictness.precision import Precision
from core.formats import interval, money, number, percent
from dashboard import charts, show


def figures(now: Setting) -> None:
    """What a setting accepts, how good that is and what it costs."""
    accepted = f"{now.accepted:,} of {now.proposed:,} candidates are accepted"
    st.subheader(f"At τ = {now.tau:g}, {accepted}")
    with st.grid(4, min_column_width=190):
        _accepted(now)
        _worth(now)


def _accepted(now: Setting) -> None:
    show.number("Acceptance rate", percent(now.acceptance_rate), "accepted ÷ proposed")
    q = now.precision.quantiles
    show.number(
        "Precision",
        percent(q.p50 if q else None),
        interval(percent(q.p10), percent(q.p90)) if q else "label some to know",
        "P10 to P90" if q else "",
        why=_how_precise(now.precision),
    )
    show.number(
        "Coverage of anchors",
        percent(now.coverage),
        "of the real examples",
        why="Share of the training-side anchors that an accepted candidate is close to.",
    )
    show.number(
        "Cost per accepted sample",
        money(now.cost_per_accepted_usd),
        "rejected ones paid for too",
    )


def _worth(now: Setting) -> None:
    each = now.cost_per_good
    show.number(
        "Cost per good sample",
        money(now.cost_per_good_usd),
        interval(money(each.p10), money(each.p90)) if each else "precision is unknown",
        why="Cost per accepted sample over precision, with the 80 % interval of the precision.",
    )
    show.number(
        "Effective samples",
        number(now.effective_samples),
        f"of {now.accepted:,} accepted",
        why="Clean samples that carry as much information, if wrong labels fall by chance; "
        "an upper bound, for systematic errors carry none.",
    )
    show.number(
        "Odds of being good",
        "unknown" if now.odds_multiplier is None else f"× {number(now.odds_multiplier)}",
        "by accepting",
        why="Accepted share of the good over accepted share of the bad (TPR ÷ FPR), by the "
        "calibrated scores. Each generation multiplies its odds of good by this.",
    )
    show.number(
        "Rarest sub-slice kept",
        "unknown" if now.minority_ratio is None else f"{number(now.minority_ratio)} ×",
        "of the most frequent",
        why="Share of good candidates accepted in the rarest sub-slice over that in the most "
        "frequent, by the calibrated scores. Far below 1: strictness eats the minority.",
    )


def drawn(now: Setting, curve: Sequence[Setting]) -> None:
    """What every setting accepts, and what a sample costs there where something was paid."""
    is_paid = bool(now.cost_per_accepted_usd)
    left, right = st.columns(2, gap="large") if is_paid else (st.container(), None)
    with left:
        st.markdown("**What each setting accepts**")
        described = "Acceptance rate, precision with its interval and coverage against strictness"
        show.chart(charts.settings(curve, now.tau), "settings", described)
    if right is not None:
        with right:
            st.markdown("**What a sample costs**")
            described = (
                "Cost per accepted, good and effective sample against strictness, with minima"
            )
            show.chart(charts.cost_per_good(curve, now.tau), "cost per good", described)


def _how_precise(known: Precision) -> str:
    """How precision is known, with what the labels alone would say."""
    if known.quantiles is None:
        return f"Share of the accepted that is good. Unknown: {known.why}."
    alone, wilson = known.labels_only, known.wilson
    said = f"By {known.labels} human labels drawn by chance ({known.method}), 80 % interval."
    if alone and wilson:
        said += (
            f" The labels alone say {percent(alone.p50)} "
            f"({interval(percent(alone.p10), percent(alone.p90))}; Wilson "
            f"{interval(percent(wilson[0]), percent(wilson[1]))})."
        )
    return said
