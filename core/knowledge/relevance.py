"""Which facts matter for some texts, as sentences that a prompt can carry."""

from collections import Counter
from collections.abc import Sequence
from math import log

from core.knowledge.checks import contradicted
from core.knowledge.graph import KnowledgeGraph, key_of
from core.knowledge.names import shown, tokens
from core.records import Triple

_RELATED = 0.25
"""What a word in common counts beside a whole name in common, at most."""


def sentence(triple: Triple) -> str:
    """A triple as a sentence."""
    words = f"{triple.subject.strip()} {shown(triple.relation)} {triple.object.strip()}"
    return words if words.endswith((".", "!", "?")) else f"{words}."


def facts_about(
    triples: Sequence[Triple] | KnowledgeGraph, texts: Sequence[str], limit: int = 12
) -> list[str]:
    """The facts that matter most for *texts*, as sentences, the most relevant first.

    A fact matters by the share of texts that mention its subject or its
    object, and by the rare words it has in common with them. Facts that
    contradict each other are left out, for the graph cannot say which of them
    holds; a fact that has nothing in common with the texts is left out too.
    Equal input gives equal output.

    Parameters
    ----------
    texts
        The texts of a slice.
    limit
        Facts at most.
    """
    graph = triples if isinstance(triples, KnowledgeGraph) else KnowledgeGraph(triples)
    doubtful = contradicted(graph)
    first = {key_of(t): t for t in reversed(graph.triples)}
    keys = [key for key in dict.fromkeys(map(key_of, graph.triples)) if key not in doubtful]
    if not keys or not texts:
        return []
    named, worded = _mentioned(graph, texts)
    rare = _rarity(keys)
    scored = [(_relevance(key, named, worded, rare), key) for key in keys]
    best = sorted((s for s in scored if s[0] > 0), key=lambda s: -s[0])
    return [sentence(first[key]) for _, key in best[:limit]]


def _mentioned(graph: KnowledgeGraph, texts: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """In how many texts each name, and each word, occurs."""
    named: Counter[str] = Counter()
    worded: Counter[str] = Counter()
    for text in texts:
        words = tokens(text)
        named.update({mention.name for mention in graph.mentions.within(words)})
        worded.update(set(words))
    return named, worded


def _rarity(keys: Sequence[tuple[str, str, str]]) -> dict[str, float]:
    """How much each word of the facts tells them apart, at most 1."""
    counted: Counter[str] = Counter()
    for key in keys:
        counted.update(set(" ".join(key).split()))
    most = log(1 + len(keys))
    return {word: log((1 + len(keys)) / n) / most for word, n in counted.items()}


def _relevance(
    key: tuple[str, str, str],
    named: Counter[str],
    worded: Counter[str],
    rare: dict[str, float],
) -> float:
    whole = named[key[0]] + named[key[2]]
    words = {word for word in " ".join(key).split() if len(word) > 2}
    common = sum(worded[word] * rare[word] for word in words)
    return whole + (_RELATED * common / len(words) if words else 0.0)
