"""What a text claims that a knowledge graph can check, without a language model.

A sentence claims a relation when it mentions a subject of the graph, the words of
one of its functional relations, and something that stands where the object does:
an object that others have by that relation, or another number of the same unit.
Questions and denials claim nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.knowledge.checks import contradicted, said
from core.knowledge.graph import KnowledgeGraph, key_of
from core.knowledge.names import Mention, is_number, normalised, sentences, tokens
from core.records import Triple


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_DENIES = _words(
    "not no never none nor without cannot cant dont doesnt didnt isnt arent wasnt werent wont "
    "wouldnt shouldnt hasnt havent"
)
_EMPTY = _words(
    "a an the is are was were be been has have had does do of to in on at by for with from as and "
    "or it its that this"
)
_CALENDAR = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december"
)
_CAPITALISED = re.compile(r"(?<![\w'’])[A-Z][\w]*(?:['’][\w]+)?")
_STEM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found in one text."""

    contradictions: tuple[str, ...]
    """In words, each naming the fact."""
    known: tuple[str, ...]
    """Names and numbers that the graph or the documents know."""
    unknown: tuple[str, ...]


class Claims:
    """Finds the claims of texts and holds them against a graph and documents."""

    def __init__(self, graph: KnowledgeGraph, documents: Iterable[str] = ()) -> None:
        """Learn names, numbers and words from *graph* and *documents*."""
        self._graph = graph
        self._words: set[str] = set()
        for text in documents:
            self._words.update(tokens(text))
        for name in (*graph.by_name, *graph.relations):
            self._words.update(name.split())
        self._doubtful = contradicted(graph)
        self._objects = {
            relation: {key_of(t)[2] for t in graph.by_relation[relation]}
            for relation, facts in graph.relations.items()
            if facts.is_functional
        }

    def knows(self, name: str) -> bool:
        """Whether graph or documents know a name: as such, or each of its words."""
        key = normalised(name)
        return key in self._graph.by_name or all(word in self._words for word in key.split())

    def of(self, text: str) -> Checked:
        """The contradictions, and the known and unknown names and numbers of a text."""
        wrong: list[str] = []
        known: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for part in sentences(text):
            words = tokens(part)
            mentions = self._graph.mentions.within(words)
            known.update(dict.fromkeys(mention.name for mention in mentions))
            for name in _worth_knowing(part, words, mentions):
                (known if self.knows(name) else unknown)[name] = None
            if not part.endswith("?") and not _DENIES & set(words):
                wrong += self._contradicted(words, mentions)
        return Checked(
            contradictions=tuple(dict.fromkeys(wrong)), known=tuple(known), unknown=tuple(unknown)
        )

    def _contradicted(self, words: Sequence[str], mentions: Sequence[Mention]) -> Iterator[str]:
        named = {mention.name for mention in mentions}
        for mention in mentions:
            for told in self._graph.by_subject.get(mention.name, ()):
                relation = key_of(told)[1]
                if relation not in self._objects or key_of(told) in self._doubtful:
                    continue
                if not _says(words, relation):
                    continue
                instead = self._instead(told, words, mention, named)
                if instead:
                    yield f"says {instead!r} where the graph holds {said(told)}"

    def _instead(
        self, told: Triple, words: Sequence[str], subject: Mention, named: set[str]
    ) -> str:
        """What stands where the object should; empty when the object is there or nothing is."""
        _, relation, obj = key_of(told)
        if obj in named or _stands_in(obj.split(), words):
            return ""
        others = (self._objects[relation] & named) - {subject.name, obj}
        if others:
            return self._graph.shown(min(others))
        return _other_number(self._objects[relation], words) if _has_number(obj) else ""


def _says(words: Sequence[str], relation: str) -> bool:
    """Whether a sentence has every word of a relation that means something, inflected or not."""
    wanted = [word for word in relation.split() if word not in _EMPTY] or relation.split()
    return all(any(_alike(word, other) for other in words) for word in wanted)


def _alike(a: str, b: str) -> bool:
    if a == b:
        return True
    stem = max(_STEM, min(len(a), len(b)) - 2)
    return len(a) >= _STEM and len(b) >= _STEM and a[:stem] == b[:stem]


def _stands_in(name: Sequence[str], words: Sequence[str]) -> bool:
    size = len(name)
    return any(list(words[i : i + size]) == list(name) for i in range(len(words) - size + 1))


def _has_number(name: str) -> bool:
    return any(map(is_number, name.split()))


def _other_number(objects: Iterable[str], words: Sequence[str]) -> str:
    """A number in the words with a unit that objects have; empty when there is none."""
    units = {unit for name in sorted(objects) for unit in _units(name.split())}
    for i, word in enumerate(words):
        if not is_number(word):
            continue
        before, after = words[i - 1] if i else "", words[i + 1] if i + 1 < len(words) else ""
        if any(side == "after" and after and _alike_unit(unit, after) for side, unit in units):
            return f"{word} {after}"
        if ("before", before) in units:
            return f"{before}{word}"
    return ""


def _units(name: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The words after, and the signs before, the numbers of a name."""
    for at, token in enumerate(name):
        if is_number(token):
            if at + 1 < len(name):
                yield "after", name[at + 1]
            if at and not name[at - 1].isalpha():
                yield "before", name[at - 1]


def _alike_unit(a: str, b: str) -> bool:
    return a.removesuffix("s") == b.removesuffix("s")


def _worth_knowing(text: str, words: Sequence[str], mentions: Sequence[Mention]) -> Iterator[str]:
    """Numbers, and names inside a sentence, that are part of no mention."""
    covered = {i for mention in mentions for i in range(mention.start, mention.end)}
    within = {words[i] for i in covered}
    for i, word in enumerate(words):
        if is_number(word) and i not in covered:
            yield word
    names = _CAPITALISED.findall(text)
    if 2 * len(names) > len(text.split()):  # Capitals tell no names apart here.
        return
    for match in _CAPITALISED.finditer(text):
        name = normalised(match[0])
        is_first = not text[: match.start()].strip(" \"'“”‘’(-–—*•")
        is_name = len(name) > 1 and name not in _CALENDAR and not match[0].startswith(("I'", "I’"))
        if is_name and not is_first and name not in within:
            yield match[0]
