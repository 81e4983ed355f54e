import pytest

from core.critique.grounded import GroundedCritic, QuoteCritic
from core.knowledge.documents import Chunk
from core.knowledge.graph import KnowledgeGraph
from core.records import Triple

FACTS = (
    ("lost card", "is handled by", "card team"),
    ("refund", "is handled by", "billing team"),
    ("refund", "is paid within", "5 days"),
    ("lost card", "costs", "$10"),
)
GRAPH = KnowledgeGraph(
    [Triple(subject=s, relation=r, object=o, source="rules.csv") for s, r, o in FACTS],
    dict.fromkeys(("is handled by", "is paid within", "costs"), "functional"),
)


@pytest.mark.parametrize(
    ("text", "score", "said"),
    [
        ("A lost card is handled by the billing team.", 0.0, "“lost card is handled by card team”"),
        ("Your refund will be paid within 9 days.", 0.0, "says '9 days'"),
        ("A lost card costs $25.", 0.0, "says '$25'"),
        ("Lost cards are handled by the card team.", 1.0, "none contradicted"),
        ("Your refund is paid within 5 days.", 1.0, "none contradicted"),
        ("Is a lost card handled by the billing team?", 1.0, "none contradicted"),
        ("A lost card is not handled by the billing team.", 1.0, "none contradicted"),
        ("Good morning to you.", 1.0, "no claim that the graph can check"),
        ("I told Gandalf about the refund.", 0.75, "'Gandalf'"),
        ("I am owed 42", 0.5, "'42'"),
    ],
)
def test_a_text_is_held_against_the_graph(text: str, score: float, said: str) -> None:
    """Contradictions score 0 and name the fact; what nobody knows costs up to a half."""
    verdict = GroundedCritic(GRAPH).score([{"text": text, "amount": 7}])[0]
    assert verdict.score == score
    assert said in verdict.reason


@pytest.mark.parametrize(
    ("triple", "score", "said"),
    [
        (("lost card", "is handled by", "billing team"), 0.0, "contradicts “lost card"),
        (("Refund", "is handled by", "Billing-Team"), 1.0, "repeats a known fact"),
        (("wand", "costs", "9 toads"), 0.5, "'wand' and '9 toads' unknown"),
        (("refund", "costs", "$10"), 1.0, "a new fact about known names"),
    ],
)
def test_a_triple_is_held_against_the_graph(
    triple: tuple[str, str, str], score: float, said: str
) -> None:
    """A contradiction scores 0, a repetition is said, new names cost."""
    content = dict(zip(("subject", "relation", "object"), triple, strict=True))
    verdict = GroundedCritic(GRAPH).score([content])[0]
    assert verdict.score == score
    assert said in verdict.reason


def test_documents_make_names_and_numbers_known() -> None:
    """What a document says is not held against a candidate."""
    critic = GroundedCritic(GRAPH, ["Gandalf pays 42 toads."])
    texts = ["I told Gandalf about the refund.", "I am owed 42"]
    assert [v.score for v in critic.score([{"text": t} for t in texts])] == [1.0, 1.0]


def test_facts_that_contradict_each_other_judge_nobody() -> None:
    """When the graph does not know which of two facts holds, neither is held against a text."""
    other = Triple(subject="refund", relation="is paid within", object="7 days", source="x.csv")
    graph = KnowledgeGraph([*GRAPH.triples, other], {"is paid within": "functional"})
    verdict = GroundedCritic(graph).score([{"text": "A refund is paid within 9 days."}])[0]
    assert verdict.score is not None
    assert verdict.score > 0


def test_the_score_of_an_extraction_is_the_share_that_is_grounded() -> None:
    """One of two quotes is in the chunk; the reason names the other triple."""
    chunk = Chunk(chunk_id="c1", document="a.md", place="", text="The fee is 5 EUR.")
    rows = [
        {"subject": "fee", "relation": "is", "object": "5 EUR", "quote": "The fee is 5 EUR"},
        {"subject": "fee", "relation": "is", "object": "6 EUR", "quote": "The fee is 6 EUR"},
    ]
    critic = QuoteCritic([chunk])
    half, none, other = critic.score(
        [{"triples": rows, "chunk": "c1"}, {"triples": [], "chunk": "c1"}, {"triples": rows[:1]}]
    )
    assert half.score == 0.5
    assert "“fee is 6 EUR”" in half.reason
    assert (none.score, none.reason) == (1.0, "states no fact")
    assert other.score == 0.0
