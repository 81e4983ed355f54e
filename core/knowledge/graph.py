"""What the triples say together: names, and which relations have one object per subject."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.knowledge.names import Mentions, normalised
from core.records import Triple

FEWEST_SUBJECTS, MOSTLY = 5, 0.8
"""A relation is taken to have one object per subject when so many subjects, and at least
this share of them, have just one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationFacts:
    """How a relation is used."""

    name: str
    """As most triples spell it."""
    triples: int
    subjects: int
    with_one_object: int
    is_functional: bool
    """Whether two objects of one subject contradict each other."""
    is_declared: bool
    """Whether the user said so, rather than the counts."""

    @property
    def why(self) -> str:
        """Why it is functional or is not, with the counts."""
        counts = f"{self.with_one_object} of {self.subjects} subjects have one object"
        if self.is_declared:
            kind = "functional" if self.is_functional else "many-valued"
            return f"declared {kind}; {counts}"
        return counts


class KnowledgeGraph:
    """Triples by normalised name; names are shown as they are spelt most often."""

    def __init__(
        self, triples: Sequence[Triple], declared: Mapping[str, str] | None = None
    ) -> None:
        """Join *triples*; *declared* is what the user said about relations."""
        self.triples = tuple(triples)
        self._declared = {normalised(name): of for name, of in (declared or {}).items()}
        self.by_subject: dict[str, list[Triple]] = defaultdict(list)
        self.by_name: dict[str, list[Triple]] = defaultdict(list)
        self.by_relation: dict[str, list[Triple]] = defaultdict(list)
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for triple in self.triples:
            subject, relation, obj = key_of(triple)
            self.by_subject[subject].append(triple)
            self.by_relation[relation].append(triple)
            for name in dict.fromkeys((subject, obj)):
                self.by_name[name].append(triple)
            spellings[subject][triple.subject] += 1
            spellings[obj][triple.object] += 1
        self._shown = {name: most_used(said) for name, said in spellings.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """Every normalised name, the most connected first."""
        return tuple(sorted(self.by_name, key=lambda name: (-len(self.by_name[name]), name)))

    def shown(self, name: str) -> str:
        """A name as most triples spell it."""
        return self._shown.get(normalised(name), name)

    def about(self, name: str) -> list[Triple]:
        """The triples that a name takes part in, in any spelling."""
        return list(self.by_name.get(normalised(name), ()))

    def objects(self, subject: str, relation: str) -> dict[str, list[Triple]]:
        """The objects that a subject has by a relation, with the triples that say so."""
        found: dict[str, list[Triple]] = defaultdict(list)
        wanted = normalised(relation)
        for triple in self.by_subject.get(normalised(subject), ()):
            if normalised(triple.relation) == wanted:
                found[normalised(triple.object)].append(triple)
        return dict(found)

    @cached_property
    def relations(self) -> dict[str, RelationFacts]:
        """How every relation is used, by its normalised name."""
        return {name: self._relation(name) for name in self.by_relation}

    def is_functional(self, relation: str) -> bool:
        """Whether two objects of one subject contradict each other."""
        facts = self.relations.get(normalised(relation))
        return facts is not None and facts.is_functional

    @cached_property
    def mentions(self) -> Mentions:
        """Finds the graph's names in texts."""
        return Mentions(self.by_name)

    def _relation(self, name: str) -> RelationFacts:
        used = self.by_relation[name]
        objects: dict[str, set[str]] = defaultdict(set)
        for triple in used:
            subject, _, obj = key_of(triple)
            objects[subject].add(obj)
        single = sum(len(held) == 1 for held in objects.values())
        said = self._declared.get(name)
        learnt = len(objects) >= FEWEST_SUBJECTS and single >= MOSTLY * len(objects)
        return RelationFacts(
            name=most_used(Counter(triple.relation for triple in used)),
            triples=len(used),
            subjects=len(objects),
            with_one_object=single,
            is_functional=learnt if said is None else said == "functional",
            is_declared=said is not None,
        )


def key_of(triple: Triple) -> tuple[str, str, str]:
    """Subject, relation and object as they are compared."""
    return normalised(triple.subject), normalised(triple.relation), normalised(triple.object)


def most_used(said: Counter[str]) -> str:
    """The spelling that is used most; of several the first in the alphabet."""
    return min(said, key=lambda name: (-said[name], name))
