"""Labelling: one candidate at a time, by keyboard, each judgement kept at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Literal

import streamlit as st

from core.analysis.labels import labelling
from core.analysis.labels.drawing import Draw, Pool, ToLabel
from core.analysis.labels.labelling import Shown
from core.analysis.labels.standing import CONFIDENCE, PRECISION, LabelStanding
from core.errors import DatawallError
from core.formats import count, number, percent
from dashboard import label_reads, label_words, show
from dashboard.home import workspace

Mode = Literal["new", "again"]

_WHO, _POOL, _MODE = "labeller", "label pool", "label mode"
_LAST, _ERROR = "last label", "label error"
_POOLS: dict[Pool, str] = {"upper": "Upper half of the scores", "all": "All candidates"}
_MODES: dict[Mode, str] = {"new": "New candidates", "again": "Second opinion"}
_KEYS = "Keys: G good, B bad, S skip, U undo."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Who labels what."""

    run_id: str
    who: str
    pool: Pool
    again: bool


def sitting(run_id: str) -> Sitting:
    """Ask who labels, and what."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        who = st.text_input(
            "Your name",
            key=_WHO,
            persist_state="session",
            width=260,
            max_chars=80,
            placeholder="as other labellers know you",
        )
        mode = st.segmented_control(
            "What comes up",
            list(_MODES),
            format_func=lambda m: _MODES[m],
            default="new",
            required=True,
            key=_MODE,
            help="A second opinion shows what others have judged, without their verdict: it "
            "measures how far two people agree.",
        )
        pool = st.segmented_control(
            "Drawn by chance from",
            list(_POOLS),
            format_func=lambda p: _POOLS[p],
            default="upper",
            required=True,
            key=_POOL,
            disabled=mode == "again",
            help="Labels from the upper half of the scores certify soonest, for nobody accepts "
            "the lower half. About a strictness below it they say nothing; labels from all "
            "candidates do.",
        )
    return Sitting(
        run_id=run_id, who=" ".join((who or "").split()), pool=pool, again=mode == "again"
    )


@st.fragment
def desk(now: Sitting) -> None:
    """The candidate that comes up, its buttons, and how far the labelling is."""
    try:
        _desk(now)
    except DatawallError as error:
        st.error(show.written(str(error)))


def _desk(now: Sitting) -> None:
    if label_reads.is_going_on(now.run_id):
        st.info(
            "Candidates are drawn from all that a run proposed, so labelling begins when it has "
            "ended.",
            title="This run is going on",
        )
        return
    standing = label_reads.standing(now.run_id)
    draw = label_reads.draw(now.run_id, now.pool, now.who or None, again=now.again)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _progress(standing)
        st.markdown(f"**{show.written(label_reads.question(now.run_id))}**")
        if now.again and not now.who:
            st.info("Give your name above: a second opinion shows what others have judged.")
        elif draw.candidates:
            _card(now, draw.candidates[0])
        else:
            _nothing_left(now, draw)
        _said(now)
    with right:
        _judge_by(now.run_id)
        _agreement(standing)
    _contested(now, standing)


def _progress(standing: LabelStanding) -> None:
    said, needed = standing.said, standing.first_needed
    drawn = said.drawn_by_chance
    promise = f"{percent(PRECISION, 0)} precision with {percent(CONFIDENCE, 0)} confidence"
    rest = (
        f"{count(needed - drawn)} more needed before {promise} can be certified at all"
        if drawn < needed
        else f"enough to try for {promise}"
    )
    by_hand = len(said.labels) - drawn
    hand = f", {count(by_hand)} of them not by chance" if by_hand else ""
    skipped = f", {count(len(said.skipped))} skipped" if said.skipped else ""
    st.progress(
        min(1.0, drawn / needed),
        text=f"{count(len(said.labels))} labelled{hand}{skipped}; {rest}",
    )


def _card(now: Sitting, item: ToLabel) -> None:
    """One candidate in large type, and the four buttons under it."""
    content = label_reads.shown(now.run_id, (item.candidate_id,))[item.candidate_id]
    with st.container(border=True):
        st.html(_large(content))
    with st.container(horizontal=True):
        _button(now, item, "Good", "G", ":material/thumb_up:", partial(_judge, now, item, True))
        _button(now, item, "Bad", "B", ":material/thumb_down:", partial(_judge, now, item, False))
        _button(now, item, "Skip", "S", ":material/skip_next:", partial(_judge, now, item, None))
        _button(now, item, "Undo", "U", ":material/undo:", partial(_undo, now))


def _button(
    now: Sitting, item: ToLabel, name: str, key: str, icon: str, act: Callable[[], None]
) -> None:
    # Its key is the candidate's: a click that comes late judges nothing that was not seen.
    st.button(
        name,
        key=f"{name} {item.candidate_id} {now.again}",
        icon=icon,
        shortcut=key,
        type="primary" if name in ("Good", "Bad") else "secondary",
        disabled=not now.who,
        on_click=act,
    )


def _judge(now: Sitting, item: ToLabel, good: bool | None) -> None:
    with _told():
        labelling.judge(workspace(), now.run_id, item, good, now.who)
        st.session_state[_LAST] = (now, item, good)


def _undo(now: Sitting) -> None:
    with _told():
        name = labelling.take_back(workspace(), now.run_id, now.who)
        st.session_state.pop(_LAST, None)
        if name is None:
            raise DatawallError(f"{now.who} has labelled nothing that could be taken back.")


def _settle(now: Sitting, name: str, good: bool) -> None:
    with _told():
        labelling.settle_by_hand(workspace(), now.run_id, name, good, now.who)


@contextmanager
def _told() -> Iterator[None]:
    """Say what went wrong when the page is drawn again."""
    st.session_state.pop(_ERROR, None)
    try:
        yield
    except DatawallError as error:
        st.session_state[_ERROR] = str(error)


def _said(now: Sitting) -> None:
    """What went wrong, or what was said last and how the critics scored it."""
    if wrong := st.session_state.get(_ERROR):
        st.error(show.written(wrong))
        return
    last = st.session_state.get(_LAST)
    if last is None or last[0].run_id != now.run_id:
        st.caption(_KEYS if now.who else f"Give your name above, then judge. {_KEYS}")
        return
    _, item, good = last
    word = "skipped" if good is None else "good" if good else "bad"
    score = "" if good is None else f"; the critics' score is {number(item.score, 2)}"
    seen = label_reads.shown(now.run_id, (item.candidate_id,))[item.candidate_id]
    st.caption(show.written(f"Last: {word}{score}. “{label_words.short(seen.content)}” {_KEYS}"))


def _nothing_left(now: Sitting, draw: Draw) -> None:
    if now.again:
        said = "You have judged everything that others have judged."
    elif not draw.pool:
        said = "No candidate of this run was judged by every critic, so none can be drawn."
    else:
        wider = " Draw from all candidates to go on." if now.pool == "upper" else ""
        said = f"All {count(draw.pool)} candidates of this pool are labelled or skipped.{wider}"
    st.success(said, icon=":material/check:")
    if now.who:
        st.button(
            "Undo",
            key="Undo the last",
            icon=":material/undo:",
            shortcut="U",
            on_click=partial(_undo, now),
        )


def _judge_by(run_id: str) -> None:
    """Real examples beside the candidate."""
    real = label_reads.examples(run_id)
    if real:
        st.markdown("**Real examples to judge by**")
        lines = [f"- {show.written(label_words.short(row, 400))}" for row in real]
        st.markdown("\n".join(lines))
    else:
        st.caption("The data of this run is not in the workspace, so no real example is shown.")


def _agreement(standing: LabelStanding) -> None:
    kappa = standing.said.kappa
    if kappa is None:
        return
    st.markdown("**Agreement of two labellers**")
    st.markdown(show.written(label_words.agreement(kappa)))


def _contested(now: Sitting, standing: LabelStanding) -> None:
    """What labellers disagree on, to be settled by one more word."""
    names = standing.said.contested
    if not names:
        return
    st.subheader("Labellers disagree")
    st.caption(
        f"{count(len(names))} candidates are used for nothing until a third labeller, or a "
        "correction by one of the two, settles them."
    )
    texts = label_reads.shown(now.run_id, names[: label_words.MOST_CONTESTED])
    for name, seen in texts.items():
        words = standing.said.words[name]
        with st.container(border=True):
            st.markdown(show.written(label_words.short(seen.content, 400)))
            said = ", ".join(f"{who}: {'good' if good else 'bad'}" for who, good in words.items())
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(show.written(said))
                for good, word in ((True, "Good"), (False, "Bad")):
                    st.button(
                        f"{word} after all",
                        key=f"settle {word} {name}",
                        disabled=not now.who or words.get(now.who) is good,
                        on_click=partial(_settle, now, name, good),
                    )


def _large(seen: Shown) -> str:
    """A candidate's content as HTML in which nothing of it is markup."""
    cells: dict[str, Any] = {**seen.content, **seen.extras}
    if len(cells) == 1:
        text = escape(str(next(iter(cells.values()))))
        return f'<p style="{label_words.LARGE}">{text}</p>'
    rows = "".join(
        f'<dt style="{label_words.NAME}">{escape(str(name))}</dt>'
        f'<dd style="{label_words.VALUE}">{escape("–" if value is None else str(value))}</dd>'
        for name, value in cells.items()
    )
    return f'<dl style="margin:0">{rows}</dl>'
