import json
from typing import Any

import pytest

from core.generation.replies import EndpointError, names_other_model, reply_of
from core.records import TokenUsage

GOOD_USAGE = {"prompt_tokens": 100, "completion_tokens": 20}


def said(
    content: Any = "hello", usage: Any = GOOD_USAGE, finish: str | None = "stop", **more: Any
) -> str:
    """The body of a chat completion."""
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    return json.dumps({"id": "c-1", "model": "m", "choices": [choice], "usage": usage, **more})


def test_an_answer_says_who_gave_it_and_under_which_name() -> None:
    """Model and id are the endpoint's own words; they are kept, not believed."""
    reply = reply_of(said(), "application/json", "http://a/v1")
    assert (reply.text, reply.model, reply.response_id) == ("hello", "m", "c-1")
    assert reply_of(said(model=7, id=None), "", "http://a").model == ""


def test_every_kind_of_token_is_counted_once() -> None:
    """Of 100 in 30 were read from the cache and 50 written to it; of 20 out 5 were thoughts."""
    usage = GOOD_USAGE | {
        "prompt_tokens_details": {"cached_tokens": 30, "cache_write_tokens": 50},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }
    assert reply_of(said(usage=usage), "", "http://a").usage == TokenUsage(
        input_tokens=100,
        output_tokens=20,
        cached_tokens=30,
        cache_write_tokens=50,
        reasoning_tokens=5,
        counted_by="provider",
    )


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        "many",
        {"prompt_tokens": -1, "completion_tokens": 2},
        {"prompt_tokens": "100", "completion_tokens": 2},
        {"prompt_tokens": 100, "completion_tokens": None},
        {"prompt_tokens": 100, "completion_tokens": 0},
        {"prompt_tokens": 0, "completion_tokens": 5},
        {"prompt_tokens": 1e30, "completion_tokens": 5},
        {"prompt_tokens": True, "completion_tokens": 5},
        GOOD_USAGE | {"prompt_tokens_details": {"cached_tokens": -3}},
    ],
    ids=str,
)
def test_counts_that_cannot_be_are_no_counts(usage: Any) -> None:
    """The answer is kept; its tokens are to be counted here, and never taken as none."""
    reply = reply_of(said(usage=usage), "application/json", "http://a/v1")
    assert (reply.text, reply.problem, reply.usage) == ("hello", "", None)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (json.dumps({"choices": None, "usage": GOOD_USAGE}), "holds no choices"),
        (json.dumps({"choices": [], "usage": GOOD_USAGE}), "holds no choices"),
        (said(finish="length"), "cut off; raise generator.max_output_tokens"),
        (said(finish="content_filter"), "content filter withheld the answer"),
        (said(None, message={"refusal": "I will  not"}), "declined to answer: I will not"),
        (said(None, finish="tool_calls"), "called a tool instead of answering"),
        (said("  "), "the answer is empty"),
        (said([{"type": "text", "text": None}]), "the answer is empty"),
    ],
)
def test_what_cannot_be_read_is_on_the_bill_and_says_why(body: str, problem: str) -> None:
    """Each way of not answering has its own words, and its tokens are kept."""
    reply = reply_of(body, "application/json", "http://a/v1")
    assert problem in reply.problem
    assert reply.usage is not None
    assert reply.usage.input_tokens == 100


def test_more_answers_than_were_asked_for_are_said() -> None:
    """Each would have to be paid for, and only one was wanted."""
    twice = json.loads(said())
    twice["choices"] *= 2
    reply = reply_of(json.dumps(twice), "", "http://a")
    assert reply.problem == "the answer holds 2 choices where one was asked for"


@pytest.mark.parametrize(
    ("body", "kind", "words", "billed"),
    [
        (
            "<html>hi</html>",
            "text/html; charset=utf-8",
            "answered text/html that is no JSON",
            False,
        ),
        ('{"choices": [', "application/json", "the answer is broken JSON", True),
        ('"words"', "application/json", "JSON that is no chat completion", True),
        ('{"choices": "none"}', "application/json", "JSON that is no chat completion", True),
        ('{"error": {"message": "too  many"}}', "", "answered 200 with an error: too many", True),
    ],
)
def test_what_is_no_answer_is_an_error_and_may_be_billed_if_the_question_arrived(
    body: str, kind: str, words: str, billed: bool
) -> None:
    """A page of a proxy costs nothing; a torn answer may have been paid for."""
    with pytest.raises(EndpointError, match=words) as caught:
        reply_of(body, kind, "http://a/v1")
    assert caught.value.may_be_billed is billed


@pytest.mark.parametrize(
    ("asked", "named", "is_other"),
    [
        ("gpt-4o-mini", "gpt-4o-mini-2024-07-18", False),
        ("openai/gpt-4o-mini", "gpt-4o-mini", False),
        ("mistral-large-latest", "mistral-large-2411", False),
        ("gpt-4o-mini", "", False),
        ("gpt-4o", "gpt-4o-mini", True),
        ("gpt-4", "gpt-4.1", True),
        ("gpt-6.1-terra", "gpt-6-luna", True),
    ],
)
def test_another_model_than_the_one_asked_is_noticed(
    asked: str, named: str, is_other: bool
) -> None:
    """A dated version is the same model; a cheaper sibling is not."""
    assert names_other_model(asked, named) is is_other
