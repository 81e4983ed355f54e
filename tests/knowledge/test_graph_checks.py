import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.knowledge.checks import findings
from core.knowledge.graph import KnowledgeGraph
from core.knowledge.names import Mentions, normalised, tokens
from core.knowledge.relevance import facts_about
from core.records import Triple


def fact(subject: str, relation: str, obj: str, line: int = 1, source: str = "a.csv") -> Triple:
    """A triple with a source."""
    return Triple(
        subject=subject, relation=relation, object=obj, source=source, place=f"line {line}"
    )


def capitals(*extra: Triple) -> list[Triple]:
    """Five countries with one capital each."""
    names = ("France/Paris", "Spain/Madrid", "Italy/Rome", "Norway/Oslo", "Peru/Lima")
    pairs = [name.split("/") for name in names]
    return [fact(a, "has capital", b, i) for i, (a, b) in enumerate(pairs, 2)] + list(extra)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Credit Card", "credit  card"),
        ("e-mail", "E mail"),
        ("Café", "Cafe\u0301"),
        ("don't", "don’t"),
        ("1,000 USD", "1000 usd"),
        ("1.50 EUR", "1.5 EUR"),
        ("has_capital", "has capital"),
    ],
)
def test_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    """Case, blanks, punctuation and encoding make no other name."""
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("C", "C++"), ("1.5", "15"), ("-5 °C", "5 °C"), ("10²", "102"), ("5 %", "5"), ("$5", "€5")],
)
def test_what_tells_names_apart_is_kept(one: str, other: str) -> None:
    """Signs, decimals and powers are no punctuation."""
    assert normalised(one) != normalised(other)


@settings(max_examples=60, derandomize=True)
@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(name: str) -> None:
    """A normalised name is its own normalised name."""
    once = normalised(name)
    assert normalised(once) == once


def test_the_longest_name_is_found() -> None:
    """“Gas fire” is no mention of gas, and a plural is one of the singular."""
    known = Mentions(["gas", "gas fire", "alarm"])
    found = [m.name for m in known.within(tokens("Two gas fires, some gas, no ALARM"))]
    assert found == ["gas fire", "gas", "alarm"]


def test_a_contradiction_names_both_facts_and_the_counts() -> None:
    """Five of six subjects have one object, so two capitals of one country contradict."""
    told = capitals(fact("Chile", "has capital", "Lima", 9), fact("chile", "has capital", "Quito"))
    found = [f for f in findings(KnowledgeGraph(told)) if f.kind == "conflict"]
    assert len(found) == 1
    assert "5 of 6 subjects have one object" in found[0].message
    assert "a.csv, line 9" in found[0].message
    assert "Quito" in found[0].message


def test_four_subjects_are_too_few_to_learn_from_but_not_to_declare() -> None:
    """With four subjects two objects are no contradiction, until the user says so."""
    told = [*capitals()[:3], fact("Peru", "has capital", "Lima"), fact("Peru", "has capital", "X")]
    assert not [f for f in findings(KnowledgeGraph(told)) if f.kind == "conflict"]
    graph = KnowledgeGraph(told, {"Has Capital": "functional"})
    found = [f for f in findings(graph) if f.kind == "conflict"]
    assert "declared functional" in found[0].message


def test_a_relation_declared_many_valued_never_contradicts() -> None:
    """The user's word counts more than the counts."""
    told = capitals(fact("Peru", "has capital", "Cusco"))
    assert [f.kind for f in findings(KnowledgeGraph(told))][:1] == ["conflict"]
    graph = KnowledgeGraph(told, {"has capital": "many"})
    assert "conflict" not in {f.kind for f in findings(graph)}


def test_exact_and_near_duplicates_are_told_apart() -> None:
    """The same words are a duplicate, another spelling is a near one; each names its lines."""
    told = [
        fact("a b", "is", "c", 2),
        fact("a b", "is", "c", 3),
        fact("d", "is", "c", 4),
        fact("D.", "is", "C", 5),
    ]
    found = {f.kind: f.message for f in findings(KnowledgeGraph(told))}
    assert set(found) == {"duplicate", "near_duplicate"}
    assert "line 2" in found["duplicate"]
    assert "line 3" in found["duplicate"]
    assert "line 4" in found["near_duplicate"]
    assert "line 5" in found["near_duplicate"]


def test_loops_and_names_that_hang_in_the_air() -> None:
    """A fact of a name about itself, a relation both ways, and a pair that nothing connects."""
    told = [
        fact("a", "owns", "a"),
        fact("a", "owns", "b"),
        fact("b", "owns", "a"),
        fact("b", "owns", "c"),
        fact("x", "owns", "y"),
    ]
    kinds = [f.kind for f in findings(KnowledgeGraph(told))]
    assert sorted(kinds) == ["inverse", "orphan", "self_loop"]


def test_a_relation_that_is_the_same_both_ways_is_no_finding() -> None:
    """Neighbours of each other are no contradiction when that is how the relation is used."""
    told = [fact(a, "borders", b) for a, b in ("ab", "ba", "bc", "cb")]
    assert not findings(KnowledgeGraph(told))


def test_facts_are_chosen_by_what_the_texts_mention() -> None:
    """Facts about what is mentioned come first, unrelated and contradicted ones not at all."""
    told = capitals(
        fact("Chile", "has capital", "Quito"),
        fact("Chile", "has capital", "Santiago"),
        fact("Paris", "lies on", "the Seine"),
    )
    texts = ["a trip to Paris", "paris in June", "Chile next"]
    assert facts_about(told, texts, 5) == ["France has capital Paris.", "Paris lies on the Seine."]
    assert facts_about(told, texts, 1) == ["France has capital Paris."]
    assert facts_about(told, ["nothing of it"]) == []
    assert facts_about([], texts) == []
