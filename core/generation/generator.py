"""The two kinds of generator: one proposes by itself, one asks a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from core.errors import ProviderError
from core.records import Prompt


class UnreadableAnswerError(ProviderError):
    """A model's answer is not of the shape that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A candidate's content and the anchors it was made from."""

    content: Mapping[str, Any]
    parents: tuple[str, ...]
    extras: Mapping[str, Any] = field(default_factory=dict)
    """What the kind of the candidate adds to its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model's answer holds."""

    content: Mapping[str, Any]
    extras: Mapping[str, Any] = field(default_factory=dict)
    """What the kind of the candidate adds to its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A candidate that was rejected, and the critic's reason."""

    content: Mapping[str, Any]
    critic: str
    reason: str


@runtime_checkable
class LocalGenerator(Protocol):
    """Proposes without any model. Equal seed and index give an equal proposal."""

    written_by: str

    def propose(self, index: int) -> Proposal:
        """The candidate of this index."""


class PromptedGenerator(Protocol):
    """Asks a model. Equal seed, index and lessons give an equal prompt."""

    model: str

    def prompt(self, index: int, lessons: Sequence[Lesson] = ()) -> Prompt:
        """What to ask for the candidate of this index, after these rejections."""

    def parents(self, index: int) -> tuple[str, ...]:
        """Keys of the anchors shown in that prompt."""

    def read(self, answer: str) -> Written:
        """What a model's answer holds; raises ``UnreadableAnswerError``."""
