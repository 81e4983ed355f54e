"""Every way in which an endpoint fails: what comes of it, what is asked again, what is paid."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from driving import IN, OUT, drive, good, plan_for, said
from messages import endpoint_text, written
from servers import Asked, Says, StubServer, chat, refusal

from core.cli import main
from core.loop.caller import RetryPolicy
from core.workspace import Workspace, ledger

TIMEOUT = 1.0
HTML = Says(text="<html>a proxy</html>", content_type="text/html")
EMPTY = json.loads(chat("").text) | {"choices": []}


def now_as_date() -> str:
    """The present time as HTTP writes it."""
    return format_datetime(datetime.now(UTC), usegmt=True)


@dataclass(frozen=True)
class Fault:
    """What the third request gets, and what must come of it."""

    gets: Callable[[Asked], Says]
    outcome: str = "failed"
    reason: str = ""
    again: int = 1
    """Requests that it takes beside one for each candidate."""
    lost: int = 0
    """Candidates that come to nothing."""
    in_doubt: bool = False
    """The answer may be on the bill and is lost."""


def cut(asked: Asked) -> Says:
    """Sixty bytes, then a reset."""
    says = good(asked)
    says.cut_after = 60
    return says


def torn(asked: Asked) -> Says:
    """Whole as far as HTTP goes; the JSON ends in the middle."""
    says = good(asked)
    says.text = says.text[:70]
    return says


def dripping(asked: Asked) -> Says:
    """A byte every 20 ms: always alive, and never done in time."""
    says = good(asked)
    says.drip_seconds = 0.02
    return says


def twice(asked: Asked) -> Says:
    """Two choices where one was asked for."""
    says = good(asked)
    body = json.loads(says.text)
    body["choices"] *= 2
    says.text = json.dumps(body)
    return says


def stalled(asked: Asked) -> Says:
    """A good answer, two seconds late."""
    says = good(asked)
    says.wait_seconds = TIMEOUT + 1.0
    return says


def unavailable(status: int, **headers: str) -> Callable[[Asked], Says]:
    """A refusal of this status."""
    return lambda asked: refusal(status, "not now", **headers)


def answer(text: str, **changes: object) -> Callable[[Asked], Says]:
    """An answer of these words."""
    return lambda asked: chat(text, **changes)  # type: ignore[arg-type]


FAULTS = {
    "429": Fault(unavailable(429), reason="answered 429: not now"),
    "429, in seconds": Fault(unavailable(429, retry_after="0.05"), reason="answered 429"),
    "429, in milliseconds": Fault(unavailable(429, retry_after_ms="50"), reason="answered 429"),
    "429, a date": Fault(
        lambda a: refusal(429, "not now", retry_after=now_as_date()), reason="answered 429"
    ),
    "429, nonsense": Fault(unavailable(429, retry_after="soon"), reason="answered 429"),
    "500": Fault(unavailable(500), reason="answered 500: not now"),
    "502": Fault(unavailable(502), reason="answered 502"),
    "503": Fault(unavailable(503, retry_after="0"), reason="answered 503"),
    "a reset in the middle": Fault(cut, reason="the connection broke", in_doubt=True),
    "a stall": Fault(stalled, reason=f"no answer within {TIMEOUT:g} s", in_doubt=True),
    "a slow drip": Fault(dripping, reason=f"no answer within {TIMEOUT:g} s", in_doubt=True),
    "JSON that ends early": Fault(torn, reason="the answer is broken JSON", in_doubt=True),
    "200 with HTML": Fault(lambda a: HTML, reason="answered text/html that is no JSON"),
    "200 with an error": Fault(
        lambda a: Says(text='{"error": {"message": "overloaded"}}'),
        reason="answered 200 with an error: overloaded",
        in_doubt=True,
    ),
    "JSON in Markdown": Fault(
        lambda a: chat(f"Here you are:\n```json\n{said(a.number)}\n```"), outcome="ok", again=0
    ),
    "no choices": Fault(
        lambda a: chat(None), outcome="unparsed", reason="the answer holds no choices"
    ),
    "two choices": Fault(twice, outcome="unparsed", reason="holds 2 choices"),
    "an empty answer": Fault(answer("  "), outcome="unparsed", reason="the answer is empty"),
    "no JSON": Fault(answer("Sure!\n{text"), outcome="unparsed", reason="holds no JSON object"),
    "another shape": Fault(answer('{"txt": "x"}'), outcome="unparsed", reason="does not fit"),
    "the model declines": Fault(
        answer("", refused="I cannot help with that."),
        outcome="unparsed",
        reason="the model declined to answer: I cannot help with that.",
    ),
    "a filtered answer": Fault(
        lambda a: chat(said(a.number), finish="content_filter"),
        outcome="unparsed",
        reason="the endpoint's content filter withheld the answer",
    ),
    "a filtered question": Fault(
        lambda a: refusal(400, "blocked", code="content_filter"),
        outcome="refused",
        reason="refused (400): blocked",
        again=0,
        lost=1,
    ),
    "a refused question": Fault(
        lambda a: refusal(422, "too odd"), outcome="refused", reason="(422)", again=0, lost=1
    ),
    "cut off at the limit": Fault(
        lambda a: chat(said(a.number)[:-9], finish="length"),
        outcome="unparsed",
        reason="raise generator.max_output_tokens",
    ),
    "no usage": Fault(lambda a: chat(said(a.number), send_usage=False), outcome="ok", again=0),
    "another model": Fault(
        lambda a: chat(said(a.number), model="cheaper"),
        outcome="ok",
        reason="asked stub, the endpoint says that cheaper answered",
        again=0,
    ),
    "a dated model": Fault(
        lambda a: chat(said(a.number), model="stub-2026-01-02"), outcome="ok", again=0
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_costs_one_row_and_no_other_candidate(workspace: Workspace, name: str) -> None:
    """The run ends done; the third request's row says what it was, and is paid or in doubt."""
    fault, wanted = FAULTS[name], 6

    def script(asked: Asked) -> Says:
        return fault.gets(asked) if asked.number == 2 else good(asked)

    with StubServer(script) as server:
        summary = drive(workspace, plan_for(server, wanted, concurrency=2, timeout=TIMEOUT))
        asked, bill = len(server.asked), server.billed_usd(IN, OUT)
    calls = ledger.calls(workspace, summary.run_id)
    assert (summary.stopped, summary.proposed) == ("done", wanted - fault.lost)
    assert asked == len(calls) == wanted + fault.again
    odd = [call for call in calls if call.outcome != "ok" or call.reason]
    if fault.outcome == "ok" and not fault.reason:
        assert odd == []
    else:
        assert [call.outcome for call in odd] == [fault.outcome]
        assert fault.reason in odd[0].reason
    if name == "no usage":
        counted = [call for call in calls if call.usage.counted_by == "estimate"]
        assert len(counted) == 1
        own = counted[0].cost_usd
        assert own > 0
        assert summary.cost_usd - own == pytest.approx(5 * bill / 6, abs=1e-12)
        return
    if fault.in_doubt:
        assert odd[0].cost_usd == 0
        assert summary.unsettled_usd == odd[0].unsettled_usd > 0
        assert summary.cost_usd == pytest.approx(wanted * 0.00052, abs=1e-12)
        assert summary.cost_usd <= bill <= summary.cost_usd + summary.unsettled_usd + 1e-12
    else:
        assert summary.unsettled_usd == 0
        assert summary.cost_usd == pytest.approx(bill, abs=1e-12)


def test_answers_of_one_name_are_calls_of_their_own(workspace: Workspace) -> None:
    """The server calls every answer chatcmpl-1; each of the ten is a row and on the bill."""
    with StubServer(good) as server:
        summary = drive(workspace, plan_for(server, 10))
        assert summary.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)
    assert len({call.call_id for call in ledger.calls(workspace, summary.run_id)}) == 10


def test_being_refused_for_want_of_capacity_is_no_failure(workspace: Workspace) -> None:
    """One failure of a question would end it; eight refusals one after the other do not."""
    patient = RetryPolicy(most_attempts=1, first_wait_seconds=0.001, longest_wait_seconds=0.01)

    def script(asked: Asked) -> Says:
        return refusal(429, "busy") if 2 <= asked.number < 10 else good(asked)

    with StubServer(script) as server:
        summary = drive(workspace, plan_for(server, 6, concurrency=2), retry=patient)
    assert (summary.stopped, summary.proposed, summary.calls) == ("done", 6, 14)


ENDINGS = {
    401: ("bad key", "set OPENAI_API_KEY to a key that may use this model"),
    403: ("not yours", "set OPENAI_API_KEY to a key that may use this model"),
    404: ("no such model", "check generator.model and generator.base_url"),
    402: ("pay first", "the account's credit is spent"),
}


@pytest.mark.parametrize("status", ENDINGS)
def test_what_no_retry_mends_ends_the_command_at_once_and_names_the_fix(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    """One request of many allowed at once, exit status 2, one sentence; nothing is paid."""
    words, mend = ENDINGS[status]
    with StubServer(lambda asked: refusal(status, words)) as server:
        text = endpoint_text(server.base_url, 30, judge=True, concurrency=16)
        path = tmp_path / "plan.toml"
        path.write_text(text.replace('"messages.csv"', json.dumps(str(written(tmp_path)))))
        ended = main(["generate", str(path), "--json", "--workspace", str(workspace.root)])
        assert len(server.asked) == 1
    found = capsys.readouterr()
    assert ended == 2
    assert json.loads(found.out)["stopped"] == "failed"
    assert json.loads(found.out)["cost_usd"] == 0
    last = found.err.strip().splitlines()[-1]
    assert mend in last
    assert words in last
    assert "Traceback" not in found.err
