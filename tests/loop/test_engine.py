import json
import threading
import time

import pytest
from driving import IN, OUT, drive, new_run, plan_for
from servers import Asked, Says, StubServer, chat, message, obliging, refusal, verdict

from core.errors import Cancelled
from core.loop.caller import RetryPolicy
from core.workspace import Workspace, ledger


def passing(content: str) -> Says:
    """An answer that reads like an anchor."""
    return chat(json.dumps({"text": content}))


def good(asked: Asked) -> Says:
    """A message that every critic that asks no model lets pass, and a judge who likes it."""
    if asked.is_for_judge:
        return chat(verdict())
    return passing(f"please stop my card, it was stolen {message(asked.number)[20:]}")


def test_a_run_proposes_judges_and_costs_what_the_server_billed(workspace: Workspace) -> None:
    """Every candidate has every critic's score; the ledger equals the bill to the cent."""
    with StubServer(good) as server:
        summary = drive(workspace, plan_for(server, judge=True))
        assert summary.stopped == "done"
        assert summary.proposed == 20
        assert summary.calls == len(server.bill) == len(server.asked)
        assert summary.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)
        assert summary.unsettled_usd == 0
        critiques = ledger.critiques_frame(workspace, summary.run_id)
        assert critiques.groupby("critic").size().to_dict() == dict.fromkeys(
            ("agreement", "drift", "duplicate", "format", "judge", "leakage"), 20
        )
        calls = ledger.calls_frame(workspace, summary.run_id)
        assert set(calls["counted_by"]) == {"provider"}
        assert 1 < server.most_in_flight <= 4
        assert all("authorization" in asked.headers for asked in server.asked)


FAULTS = {
    1: refusal(429, "slow down", retry_after_ms="20"),
    3: refusal(429, "slow down"),
    5: refusal(500, "internal error"),
    7: refusal(503, "overloaded", retry_after="0"),
    9: chat(None),
    11: chat('{"text": "cut of', finish="length"),
    13: chat("no json here, {sorry"),
    15: chat(json.dumps({"wrong": "key"})),
    17: chat(json.dumps({"text": 7})),
    19: chat(""),
    21: chat(None, usage=(7, 0)),
    23: Says(text="<html>proxy</html>", content_type="text/html"),
    25: Says(text='"just a string"'),
}


def test_the_ledger_equals_the_bill_through_faults(workspace: Workspace) -> None:
    """Refused, failed and unreadable attempts are rows; those that were billed are paid for."""

    def faulty(asked: Asked) -> Says:
        return FAULTS.get(asked.number) or good(asked)

    with StubServer(faulty) as server:
        summary = drive(workspace, plan_for(server, 30, judge=True))
        assert summary.stopped == "done"
        assert summary.calls == len(server.asked)
        assert summary.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)
        calls = ledger.calls_frame(workspace, summary.run_id)
        in_doubt = calls[calls["unsettled_usd"] > 0]  # JSON that is no answer may be on a bill.
        assert in_doubt["reason"].str.contains("no chat completion").sum() == len(in_doubt) == 1
        outcomes = ledger.calls_frame(workspace, summary.run_id)["outcome"].value_counts()
        assert outcomes["failed"] == 6
        assert outcomes["unparsed"] == 7
        assert summary.proposed >= 27


def test_an_answer_lost_on_its_way_may_be_on_the_bill_and_is_said_apart(
    workspace: Workspace,
) -> None:
    """Reset, truncated and late answers: what they cost is bounded, never taken as nothing."""

    def losing(asked: Asked) -> Says:
        says = good(asked)
        if asked.number == 2:
            says.cut_after = 60
        if asked.number == 5:
            says.text = says.text[:50]
        if asked.number == 7:
            says.wait_seconds = 3.0
        return says

    with StubServer(losing) as server:
        summary = drive(workspace, plan_for(server, 12, timeout=1.5))
        assert (summary.stopped, summary.proposed) == ("done", 12)
        calls = ledger.calls_frame(workspace, summary.run_id)
        lost = calls[calls["unsettled_usd"] > 0]
        assert len(lost) == 3
        assert sorted(r.split(":")[0] for r in lost["reason"]) == [
            "no answer within 1.5 s",
            "the answer is broken JSON",
            "the connection broke",
        ]
        bill = server.billed_usd(IN, OUT)
        delivered = sum(i * IN + o * OUT for i, o in server.bill[:1]) / 1e6
        assert summary.cost_usd == pytest.approx(bill - 3 * delivered, abs=1e-12)
        assert summary.cost_usd <= bill <= summary.cost_usd + summary.unsettled_usd


@pytest.mark.parametrize("budget", [0.0, 0.0007, 0.004, 0.0123])
def test_the_budget_is_never_passed(workspace: Workspace, budget: float) -> None:
    """Each call costs $0.00052; as many are made as are sure to fit, whatever is in flight."""
    with StubServer(good) as server:
        plan = plan_for(server, 60, judge=True, concurrency=16)
        summary = drive(workspace, plan, budget_usd=budget)
        assert summary.stopped == "budget"
        assert summary.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)
        assert summary.cost_usd + summary.unsettled_usd <= budget + 1e-12
        assert summary.cost_usd >= budget - 0.0032


def test_a_larger_budget_goes_on_where_the_smaller_one_ended(workspace: Workspace) -> None:
    """The ledger's total over all sessions keeps to the limit; nothing is asked again."""
    with StubServer(good) as server:
        plan = plan_for(server, 20, judge=True)
        run = new_run(workspace, plan)
        first = drive(workspace, plan, run, budget_usd=0.008)
        assert first.stopped == "budget"
        second = drive(workspace, plan, run, budget_usd=1.0)
        assert (second.stopped, second.proposed) == ("done", 20)
        assert second.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)
        questions = [asked.question for asked in server.asked]
        assert len(set(questions)) == len(questions)


def test_reading_another_strictness_calls_no_model(workspace: Workspace) -> None:
    """The knob is a query."""
    with StubServer(good) as server:
        summary = drive(workspace, plan_for(server, 8))
        asked = len(server.asked)
        for tau in (0.1, 0.5, 0.9):
            ledger.acceptance(workspace, summary.run_id, [tau])
        assert len(server.asked) == asked


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "OPENAI_API_KEY"),
        (403, "OPENAI_API_KEY"),
        (404, "generator.model"),
    ],
)
def test_a_refusal_of_everything_costs_one_call_and_names_the_fix(
    workspace: Workspace, status: int, sentence: str
) -> None:
    """A wrong key or model is not tried forty times over."""
    with StubServer(lambda asked: refusal(status, "no")) as server:
        summary = drive(workspace, plan_for(server, 40, concurrency=16))
        assert summary.stopped == "failed"
        assert sentence in summary.why
        assert len(server.asked) == 1


def test_a_spent_quota_is_no_rate_limit(workspace: Workspace) -> None:
    """Waiting does not fill an account."""
    with StubServer(lambda asked: refusal(429, "quota", "insufficient_quota")) as server:
        summary = drive(workspace, plan_for(server, 5))
        assert (summary.stopped, len(server.asked)) == ("failed", 1)
        assert "credit is spent" in summary.why


def test_one_refused_prompt_costs_one_candidate(workspace: Workspace) -> None:
    """The others are made, and a second session does not ask the refused one again."""

    def squeamish(asked: Asked) -> Says:
        return refusal(400, "against our policy") if asked.number == 3 else good(asked)

    with StubServer(squeamish) as server:
        plan = plan_for(server, 12)
        run = new_run(workspace, plan)
        assert drive(workspace, plan, run).proposed == 11
        again = drive(workspace, plan, run)
        assert (again.proposed, again.stopped, len(server.asked)) == (11, "done", 12)


def test_a_server_that_only_fails_stops_the_run(workspace: Workspace) -> None:
    """An outage is not paid for with an hour of retries; the run can be resumed."""
    quick = RetryPolicy(most_attempts=3, first_wait_seconds=0.01)
    with StubServer(lambda asked: refusal(500, "down")) as server:
        plan = plan_for(server, 30, concurrency=8)
        run = new_run(workspace, plan)
        summary = drive(workspace, plan, run, retry=quick)
        assert (summary.stopped, len(server.asked)) == ("failed", 3)
        assert "answered 500: down" in summary.why
        server.script = good
        assert drive(workspace, plan, run).proposed == 30


def test_an_address_where_nothing_listens_is_named(workspace: Workspace) -> None:
    """The sentence says which address."""
    with StubServer() as server:
        plan = plan_for(server, 5)
    summary = drive(workspace, plan)
    assert summary.stopped == "failed"
    assert summary.why.startswith(f"cannot reach {server.base_url}")
    assert summary.cost_usd == summary.unsettled_usd == 0


def test_a_long_retry_after_is_cut_to_the_cap(workspace: Workspace) -> None:
    """A server that asks for two minutes gets the cap; one that asks for 0.3 s gets 0.3 s."""

    def busy(asked: Asked) -> Says:
        asks = {0: {"retry_after": "120"}, 1: {"retry_after_ms": "300"}}
        return refusal(429, "busy", **asks[asked.number]) if asked.number in asks else good(asked)

    patience = RetryPolicy(longest_asked_wait_seconds=0.2)
    with StubServer(busy) as server:
        started = time.monotonic()
        summary = drive(workspace, plan_for(server, 2), retry=patience)
        assert 0.4 <= time.monotonic() - started < 5
        assert summary.proposed == 2


@pytest.mark.parametrize("refused", [("json_schema",), ("json_schema", "json_object")])
def test_a_server_without_structured_output_is_asked_plainly(
    workspace: Workspace, refused: tuple[str, ...]
) -> None:
    """The refusal costs nothing and is learnt once."""

    def old(asked: Asked) -> Says:
        shape = asked.body.get("response_format", {}).get("type")
        if shape in refused:
            return refusal(400, f"response_format {shape} is not supported")
        return chat(
            "```json\n" + json.loads(good(asked).text)["choices"][0]["message"]["content"] + "\n```"
        )

    with StubServer(old) as server:
        summary = drive(workspace, plan_for(server, 10))
        assert (summary.proposed, summary.stopped) == (10, "done")
        assert len(server.asked) == 10 + len(refused)


def test_a_server_that_does_not_count_is_counted_for(workspace: Workspace) -> None:
    """Without usage the tokens are counted here and marked as an estimate, never as zero."""
    with StubServer(
        lambda a: chat(
            json.loads(good(a).text)["choices"][0]["message"]["content"], send_usage=False
        )
    ) as server:
        summary = drive(workspace, plan_for(server, 3))
        calls = ledger.calls_frame(workspace, summary.run_id)
        assert set(calls["counted_by"]) == {"estimate"}
        assert (calls["input_tokens"] > 200).all()
        assert summary.cost_usd > 0


def test_a_malformed_verdict_is_asked_again_once_and_then_unjudged(workspace: Workspace) -> None:
    """What the judge did not say is never taken for acceptance; both answers are paid for."""

    def mumbling(asked: Asked) -> Says:
        return chat("I like it") if asked.is_for_judge else good(asked)

    with StubServer(mumbling) as server:
        summary = drive(workspace, plan_for(server, 4, judge=True))
        judged = ledger.critiques_frame(workspace, summary.run_id).query("critic == 'judge'")
        shown = [a for a in server.asked if a.is_for_judge]
        unjudged = judged[judged["score"].isna()]
        assert len(shown) == 2 * len(unjudged) > 0
        assert ledger.acceptance(workspace, summary.run_id, [0.0]).iloc[0]["accepted"] == len(
            judged
        ) - len(unjudged)
        assert summary.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)


def test_the_judge_is_not_paid_for_what_is_already_hopeless(workspace: Workspace) -> None:
    """A copy scores 0 with the judge unasked, and says why."""

    def copying(asked: Asked) -> Says:
        return (
            obliging(asked)
            if asked.is_for_judge
            else passing("please stop my card it was stolen at the station")
        )

    with StubServer(copying) as server:
        summary = drive(workspace, plan_for(server, 5, judge=True))
        judged = ledger.critiques_frame(workspace, summary.run_id).query("critic == 'judge'")
        assert judged["score"].tolist() == [0.0] * 5
        assert judged["reason"].str.fullmatch("not judged: (duplicate|leakage) gave 0.00").all()
        assert not any(asked.is_for_judge for asked in server.asked)


def test_cancelling_keeps_what_was_paid_for(workspace: Workspace) -> None:
    """The watcher stops the run; calls in flight are waited for and recorded."""

    def stop(done: int, total: int, what: str) -> None:
        if done >= 5:
            raise Cancelled

    def unhurried(asked: Asked) -> Says:
        says = good(asked)
        says.wait_seconds = 0.1
        return says

    with StubServer(unhurried) as server:
        plan = plan_for(server, 40)
        run = new_run(workspace, plan)
        summary = drive(workspace, plan, run, progress=stop)
        assert summary.stopped == "cancelled"
        assert 5 <= summary.proposed < 12
        assert summary.cost_usd == pytest.approx(server.billed_usd(IN, OUT), abs=1e-12)
        assert drive(workspace, plan, run).proposed == 40
        assert len(server.asked) == 40


def test_a_run_in_a_thread_ends_like_one_in_the_main_thread(workspace: Workspace) -> None:
    """A dashboard's thread receives no signals and needs none."""
    found = []
    with StubServer(good) as server:
        plan = plan_for(server, 4)
        thread = threading.Thread(target=lambda: found.append(drive(workspace, plan)))
        thread.start()
        thread.join()
    assert found[0].proposed == 4


def test_no_key_reaches_the_ledger(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that echoes the key in its refusal does not get it stored."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-123")
    with StubServer(lambda a: refusal(401, f"bad {a.headers['authorization']}")) as server:
        summary = drive(workspace, plan_for(server, 2))
    assert "***" in summary.why
    for path in workspace.root.rglob("*"):
        if path.is_file():
            assert b"sk-very-secret-123" not in path.read_bytes()
