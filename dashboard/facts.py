"""The knowledge graph of this workspace: read once until it changes, chosen from, added to."""

import plotly.graph_objects as go
import streamlit as st

from core.analysis import knowledge
from core.analysis.knowledge import MOST_NAMES, KnowledgeAnswer, Neighbourhood
from core.errors import DatawallError
from core.formats import count
from core.knowledge.names import shown
from core.records import Triple
from dashboard.home import workspace
from dashboard.show import CONFIG, written

ABOUT = "about"
_UPLOAD, _SAID, _TURN = "knowledge upload", "knowledge said", "knowledge turn"
_MOST_ROWS, _FEW_ROWS = 2_000, 10
_GRAVE = ("conflict", "inverse", "self_loop")


def stamp() -> tuple[int, int]:
    """Changes whenever a fact is added to the graph or removed from it."""
    times = [path.stat().st_mtime_ns for path in workspace().path("knowledge").glob("*.jsonl")]
    return max(times, default=0), len(times)


def known() -> KnowledgeAnswer:
    """The graph and what is wrong with it."""
    return _known(stamp())


@st.cache_resource(max_entries=2, show_spinner="Reading the knowledge graph …")
def _known(changed: tuple[int, int]) -> KnowledgeAnswer:
    return knowledge.knowledge_of(workspace())


def part(found: KnowledgeAnswer, name: str | None) -> Neighbourhood:
    """What to draw: the whole graph, or what surrounds a name."""
    return _part(stamp(), name, found)


@st.cache_data(max_entries=32, show_spinner=False)
def _part(changed: tuple[int, int], name: str | None, _found: KnowledgeAnswer) -> Neighbourhood:
    return _found.around(name)


def chosen(found: KnowledgeAnswer) -> str | None:
    """The search box; what it holds is in the page's address."""
    names = [found.graph.shown(name) for name in found.graph.names]
    if st.session_state.get(ABOUT) not in names:
        st.session_state.pop(ABOUT, None)
    return st.selectbox(
        "Look for a name",
        names,
        index=None,
        key=ABOUT,
        bind="query-params",
        placeholder="all names; type to search, or click one in the picture",
    )


def picture(figure: go.Figure, description: str) -> None:
    """The network; a click on a name chooses it."""
    key = f"knowledge {st.session_state.get(_TURN, 0)}"

    def click() -> None:
        for point in st.session_state[key]["selection"]["points"][:1]:
            if point.get("customdata"):
                st.session_state[ABOUT] = str(point["customdata"][0])
                # A chart does not report a click on what it holds for chosen already.
                st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1

    st.plotly_chart(
        figure,
        key=key,
        config=CONFIG,
        alt=description,
        on_select=click,
        selection_mode="points",
    )


def described(part: Neighbourhood) -> str:
    """What the picture shows, and what it leaves out."""
    if part.is_whole:
        return f"All {count(part.names_in_all)} names and {count(part.facts_in_all)} facts."
    away = "1 fact" if part.steps == 1 else f"at most {part.steps} facts"
    large = " The whole graph is too large to read." if part.names_in_all > MOST_NAMES else ""
    return (
        f"The {count(len(part.nodes))} names nearest to “{part.chosen}”, {away} away, of "
        f"{count(part.names_in_all)} names.{large}"
    )


def counted(number: int, one: str, many: str) -> str:
    """A number of things, its noun in the right form."""
    return f"{count(number)} {one if number == 1 else many}"


def headline(found: KnowledgeAnswer) -> str:
    """How much is known, from where, and how much of it is wrong."""
    wrong = sum(finding.kind in _GRAVE for finding in found.findings)
    return (
        f"{counted(len(found.graph.triples), 'fact', 'facts')} about "
        f"{counted(len(found.graph.by_name), 'name', 'names')} from "
        f"{counted(len(found.sources), 'source', 'sources')}; "
        f"{counted(wrong, 'contradiction', 'contradictions')}, "
        f"{counted(len(found.findings) - wrong, 'other finding', 'other findings')}."
    )


def rows(found: KnowledgeAnswer, name: str | None) -> list[dict[str, str]]:
    """The facts about a name, or all, as a table."""
    triples = list(found.graph.triples) if name is None else found.graph.about(name)
    return [_row(triple) for triple in triples[:_MOST_ROWS]]


def _row(triple: Triple) -> dict[str, str]:
    return {
        "subject": triple.subject,
        "relation": shown(triple.relation),
        "object": triple.object,
        "source": triple.where,
        "quote": triple.quote,
    }


def table(found: list[dict[str, str]]) -> None:
    """Facts, as tall as they are or as the picture is."""
    alt = "Facts with their sources"
    if len(found) > _FEW_ROWS:
        st.dataframe(found, hide_index=True, height=600, alt=alt)
    else:
        st.dataframe(found, hide_index=True, alt=alt)


def problems(found: KnowledgeAnswer) -> None:
    """Contradictions first, then repetitions and loose ends, each with its sources."""
    if not found.findings:
        st.success("No contradiction, no duplicate, no name without a way to the rest.")
        return
    grave = [f.message for f in found.findings if f.kind in _GRAVE]
    small = [f.message for f in found.findings if f.kind not in _GRAVE]
    for message in grave[:_MOST_ROWS]:
        st.warning(_sentence(message), icon=":material/warning:")
    for message in small[:_MOST_ROWS]:
        st.markdown(f"- {_sentence(message)}")


def _sentence(message: str) -> str:
    return written(message[:1].upper() + message[1:])


def upload() -> None:
    """Add the facts of a file; what came of it is said in words."""
    file = st.file_uploader(
        "CSV or JSONL with the columns subject, relation, object and, if you like, source",
        type=["csv", "jsonl", "ndjson"],
        key=_UPLOAD,
    )
    said = st.session_state.get(_SAID)
    if file is not None and (said is None or said[0] != file.file_id):
        try:
            done = knowledge.import_upload(workspace(), file.name, file.getvalue())
        except DatawallError as error:
            st.session_state[_SAID] = said = (file.file_id, "", str(error))
        else:
            again = f"; {count(done.known)} were there already" if done.known else ""
            good = f"{file.name}: {count(done.added)} facts added{again}."
            st.session_state[_SAID] = (file.file_id, good, "")
            st.rerun()
    if file is not None and said is not None:
        _, good, bad = said
        (st.error if bad else st.success)(written(bad or good))
