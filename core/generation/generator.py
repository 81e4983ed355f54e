"""The two kinds of generator: one proposes by itself, one asks a model."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@runtime_checkable
class LocalGenerator(Protocol):
    """Proposes without any model. Equal seed and index give an equal proposal."""

    written_by: str

    def propose(self, index: int) -> Proposal:
        """The candidate of this index."""


class PromptedGenerator(Protocol):
    """Asks a model. Equal seed and index give an equal prompt."""

    model: str

    def prompt(self, index: int) -> Prompt:
        """What to ask for the candidate of this index."""

    def parents(self, index: int) -> tuple[str, ...]:
        """Keys of the anchors shown in that prompt."""

    def read(self, answer: str) -> Mapping[str, Any]:
        """The content in a model's answer; raises ``UnreadableAnswerError``."""
