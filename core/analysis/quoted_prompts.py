"""How many tokens do a plan's prompts and answers have, counted as they would be sent?"""

from collections.abc import Mapping
from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.quoted_run import Work
from core.critique.critic import anchors_of
from core.critique.judge import MAX_OUTPUT_TOKENS, Judge
from core.datasets.asking import as_data
from core.datasets.content import content_columns, contents, words_of
from core.datasets.kinds import TRIPLE
from core.generation.generator import Lesson
from core.generation.plan import GenerationPlan
from core.generation.prompted import MOST_LESSONS, EndpointGenerator
from core.records import Prompt, SampleKind
from core.tokens import token_count

_PROMPTS, _VERDICTS, _ANCHORS = 20, 5, 500
_ENVELOPE_TOKENS = 12
_FAILURE = "The words at the start point to another label, and the request itself comes last."
_CRITERION = "The answer names the label that the last sentence asks for."

Content = Mapping[str, Any]


def counted(
    plan: GenerationPlan,
    anchors: pd.DataFrame,
    others: pd.DataFrame | None,
    generator: EndpointGenerator,
    models: tuple[str, str],
    cached_share: float,
) -> Work:
    """The plan's prompts and answers, counted; *models* are who writes and who judges."""
    writer, judge = models
    rows = _some_contents(plan, anchors)
    asked = range(min(_PROMPTS, plan.candidates))
    plain = float(np.mean([_tokens(generator.prompt(i), writer) for i in asked]))
    taught = plain
    if plan.adversarial:
        lessons = [_lesson(row) for row in rows[:MOST_LESSONS]]
        taught = float(np.mean([_tokens(generator.prompt(i, lessons), writer) for i in asked]))
    said = [token_count(as_data(_answer(plan, row)), writer).tokens for row in rows]
    is_asked_at_once = plan.generator.batch or plan.generator.type == "embedded"
    return Work(
        most_candidates=plan.candidates,
        accepted=plan.accepted,
        under_way=0 if is_asked_at_once else plan.generator.concurrency - 1,
        prompt_tokens=plain,
        lesson_tokens=taught - plain,
        answer_tokens=float(np.mean(said)),
        most_answer_tokens=plan.generator.max_output_tokens,
        judge_tokens=_judge_tokens(plan, anchors, others, judge) if plan.judge else 0.0,
        most_verdict_tokens=MAX_OUTPUT_TOKENS,
        is_own_tokenizer=token_count("x", writer).counted_by == "tokenizer",
        cached_share=cached_share,
    )


def _some_contents(plan: GenerationPlan, anchors: pd.DataFrame) -> list[dict[str, Any]]:
    """Contents of the anchors, or of as many as are enough, evenly spread."""
    some = anchors.iloc[:: ceil(len(anchors) / _ANCHORS)]
    return contents(some, content_columns(anchors, plan.label, plan.text))


def _lesson(content: Content) -> Lesson:
    return Lesson(content=content, critic="duplicate", reason=f"0.95 like anchor 0: {content}")


def _answer(plan: GenerationPlan, row: Content) -> dict[str, Any]:
    """An answer as long as one about this row may be, with what its kind adds."""
    text = words_of(row)
    added: dict[SampleKind, dict[str, Any]] = {
        "training_case": {},
        "adversarial_scenario": {"failure": _FAILURE, "mistaken_for": plan.slice},
        "eval_item": {"expected": plan.slice, "rubric": [_CRITERION] * 3},
        "knowledge_triple": {"quote": text[: len(text) // 2]},
    }
    if plan.kind == "knowledge_triple":
        part = " ".join(text.split()[:3])
        return {**dict.fromkeys(TRIPLE, part), **added[plan.kind]}
    return {**row, **added[plan.kind]}


def _judge_tokens(
    plan: GenerationPlan, anchors: pd.DataFrame, others: pd.DataFrame | None, model: str
) -> float:
    """Mean tokens of a judge's question."""
    rest = others if others is not None else anchors.iloc[:0]
    known = anchors_of(anchors, rest, label=plan.label, text=plan.text, slice_=plan.slice)
    judge = Judge(known, model, plan.seed)
    asked = [judge.prompt(known.own[i % len(known.own)], i) for i in range(_VERDICTS)]
    return float(np.mean([_tokens(prompt, model) for prompt in asked]))


def _tokens(prompt: Prompt, model: str) -> int:
    """Tokens of a question as it is sent, the schema of its answer included."""
    text = f"{prompt.instructions}\n{prompt.question}\n{as_data(prompt.schema)}"
    return token_count(text, model).tokens + _ENVELOPE_TOKENS
