import json
from dataclasses import replace

import pytest
from batch_server import BatchServer
from batching import IN, OFTEN, OUT, RUN, ask, new_run
from servers import INPUT_TOKENS, OUTPUT_TOKENS, Asked, Says, chat, message, refusal

from core.generation.replies import EndpointRefusedError
from core.loop.asking import StoppedError
from core.loop.budget import BudgetSpentError
from core.loop.open_batches import INTENT
from core.workspace import Workspace, ledger
from core.workspace.exchanges import Exchanges

EACH = (INPUT_TOKENS * IN + OUTPUT_TOKENS * OUT) / 2e6
"""What an answer costs in a batch: (400 x 1 + 30 x 4) / 2,000,000 = $0.00026."""

_RAW = json.dumps({"text": "карта 失った ü"}, ensure_ascii=False)


@pytest.fixture
def run(workspace: Workspace) -> Workspace:
    """A workspace with a run that is just begun."""
    new_run(workspace)
    return workspace


def costs(workspace: Workspace) -> tuple[float, float]:
    """What the ledger says was paid, and may be billed besides."""
    found = ledger.totals(workspace, RUN)
    return found["cost_usd"], found["unsettled_usd"]


def test_many_questions_are_one_batch_at_half_the_price(run: Workspace) -> None:
    """Twelve questions go up as one file; the ledger equals the vendor's bill to the cent."""
    with BatchServer(looks=3) as server:
        told = ask(run, server.base_url, 12)
        bill = server.billed_usd(IN, OUT)
        assert (server.seen["create"], len(server.batches[0].lines)) == (1, 12)
    assert sorted(told.values) == list(range(12))
    assert told.ended is None
    assert costs(run) == (pytest.approx(12 * EACH), 0)
    assert told.spent_usd == pytest.approx(bill) == pytest.approx(12 * EACH)
    assert told.looks[0] == "batch batch-0 in_progress, 0 of 12 answered"
    calls = ledger.calls_frame(run, RUN)
    assert set(calls["price_source"]) == {"own, 50 % of it as a batch"}
    assert set(calls["model_said"]) == {"stub"}
    assert set(calls["counted_by"]) == {"provider"}
    intent, ticket = ledger.batches(run, RUN)
    assert intent.batch_id.startswith(INTENT)
    assert ticket.batch_id == "batch-0"
    assert set(ticket.call_ids) == set(calls["call_id"])


def test_requests_are_those_of_single_calls_with_a_seed_each(run: Workspace) -> None:
    """The body of a line is what would have been posted; no two seeds are equal."""
    with BatchServer() as server:
        ask(run, server.base_url, 3)
        bodies = server.bodies
    assert len({body["seed"] for body in bodies}) == 3
    assert {body["model"] for body in bodies} == {"stub"}
    assert bodies[0]["response_format"]["json_schema"]["strict"] is True
    assert bodies[0]["max_tokens"] == 64


def test_answers_in_any_script_come_down_as_they_were(run: Workspace) -> None:
    """The file is UTF-8, whatever its content type says."""
    with BatchServer(lambda asked: chat(_RAW)) as server:
        told = ask(run, server.base_url, 1)
    assert told.values == {0: "карта 失った ü"}


def test_a_batch_is_no_larger_than_the_vendor_permits(run: Workspace) -> None:
    """Seven questions at three a batch are three batches, all under way at once."""
    with BatchServer() as server:
        told = ask(run, server.base_url, 7, policy=replace(OFTEN, most_requests=3))
        assert [len(batch.lines) for batch in server.batches] == [3, 3, 1]
    assert len(told.values) == 7


def test_a_file_is_no_longer_than_the_vendor_permits(run: Workspace) -> None:
    """Lines of some 900 bytes: two of them fit into 2,500."""
    with BatchServer() as server:
        ask(run, server.base_url, 4, policy=replace(OFTEN, most_bytes=2_500))
        assert [len(batch.lines) for batch in server.batches] == [2, 2]


@pytest.mark.parametrize("budget", [0.0, 0.0006, 0.002, 0.003])
def test_the_largest_part_that_surely_fits_is_submitted(run: Workspace, budget: float) -> None:
    """What is given back by answers pays for the next batch; the limit is never passed."""
    with BatchServer() as server:
        told = ask(run, server.base_url, 40, budget_usd=budget)
        bill = server.billed_usd(IN, OUT)
    assert isinstance(told.ended, BudgetSpentError)
    assert sum(costs(run)) == pytest.approx(bill)
    assert bill <= budget + 1e-12
    assert budget - bill < 3 * EACH
    assert len(told.values) == round(bill / EACH)


def test_a_run_with_no_room_for_one_call_submits_nothing(run: Workspace) -> None:
    """Not even a file goes up."""
    with BatchServer() as server:
        told = ask(run, server.base_url, 5, budget_usd=1e-6)
        assert not server.seen
    assert isinstance(told.ended, BudgetSpentError)


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        ("poll_429", 4),
        ("poll_500", 4),
        ("upload_500", 2),
        ("create_500", 2),
        ("lose_create", 1),
        ("truncate", 1),
    ],
)
def test_what_passes_costs_nothing_twice(run: Workspace, fault: str, times: int) -> None:
    """A busy vendor, a broken upload, a lost answer to creation: one batch, paid for once."""
    with BatchServer() as server:
        server.faults[fault] = times
        told = ask(run, server.base_url, 8)
        assert server.faults[fault] == 0
        assert len(server.batches) == 1
        bill = server.billed_usd(IN, OUT)
    assert len(told.values) == 8
    assert costs(run) == (pytest.approx(bill), 0)


def test_a_line_that_failed_is_asked_again_in_a_next_batch(run: Workspace) -> None:
    """Seven answers are kept; only the eighth is in the second batch."""
    with BatchServer() as server:
        server.faults["fail_line"] = 1
        told = ask(run, server.base_url, 8)
        assert [len(batch.lines) for batch in server.batches] == [8, 1]
    assert len(told.values) == 8
    calls = ledger.calls_frame(run, RUN)
    (failed,) = calls[calls["outcome"] == "failed"]["reason"]
    assert "answered 500: broke down" in failed
    assert costs(run)[1] == 0


def test_what_keeps_failing_is_given_up(run: Workspace) -> None:
    """Three attempts, each a row of the ledger, and an outage to its asker."""
    with BatchServer() as server:
        server.faults["fail_line"] = 99
        told = ask(run, server.base_url, 1)
        assert len(server.batches) == 3
    assert told.lost[0].is_outage
    assert len(ledger.calls_frame(run, RUN)) == 3


def test_an_expired_batch_keeps_what_it_answered(run: Workspace) -> None:
    """Four of eight came before the end; the others are asked again, free of charge so far."""
    with BatchServer() as server:
        server.faults["expire"] = 1
        told = ask(run, server.base_url, 8)
        assert [len(batch.lines) for batch in server.batches] == [8, 4]
        assert costs(run) == (pytest.approx(server.billed_usd(IN, OUT)), 0)
    assert len(told.values) == 8


def test_a_line_that_the_vendor_will_not_take_is_refused_alone(run: Workspace) -> None:
    """Validation fails for the file; the line at fault is dropped, the others go again."""
    with BatchServer() as server:
        server.faults["invalid"] = 1
        told = ask(run, server.base_url, 5)
        assert [len(batch.lines) for batch in server.batches] == [5, 4]
    assert len(told.values) == 4
    assert "line 1 is too long" in str(told.lost[0])
    assert not told.lost[0].is_outage


def test_a_file_that_is_too_much_at_once_is_halved(run: Workspace) -> None:
    """The vendor's limit on tokens that wait: two batches of three after one of six."""
    with BatchServer() as server:
        server.faults["too_large"] = 1
        told = ask(run, server.base_url, 6)
        assert [len(batch.lines) for batch in server.batches] == [6, 3, 3]
    assert len(told.values) == 6


def test_an_answer_missing_from_the_file_may_be_billed_and_is_asked_again(run: Workspace) -> None:
    """The vendor counts six and shows five: the sixth is bounded, never taken as nothing."""
    with BatchServer() as server:
        server.faults["lose_line"] = 1
        told = ask(run, server.base_url, 6, policy=replace(OFTEN, most_attempts=1))
        bill = server.billed_usd(IN, OUT)
    assert sorted(told.values) == [1, 2, 3, 4, 5]
    paid, besides = costs(run)
    assert paid == pytest.approx(5 * EACH)
    assert paid <= bill <= paid + besides


def test_an_answer_that_cannot_be_read_is_paid_for_and_asked_again_once(run: Workspace) -> None:
    """Two unreadable answers to one question end it; both are rows with their cost."""

    def mumbling(asked: Asked) -> Says:
        if "example 2." in asked.question:
            return chat("no json here")
        return chat(json.dumps({"text": message(asked.number)}))

    with BatchServer(mumbling) as server:
        told = ask(run, server.base_url, 4)
        assert [len(batch.lines) for batch in server.batches] == [4, 1]
        assert server.bodies[2]["seed"] != server.bodies[4]["seed"]
        assert costs(run) == (pytest.approx(server.billed_usd(IN, OUT)), 0)
    assert not told.lost[2].is_outage
    assert list(ledger.calls_frame(run, RUN)["outcome"]).count("unparsed") == 2


def test_a_manner_that_is_refused_is_learnt_once_for_the_whole_batch(run: Workspace) -> None:
    """Five lines complain of the schema; the next batch asks for plain JSON objects."""

    def strictly(asked: Asked) -> Says:
        if asked.body.get("response_format", {}).get("type") == "json_schema":
            return refusal(400, "json_schema is not supported")
        return chat(json.dumps({"text": message(asked.number)}))

    with BatchServer(strictly) as server:
        told = ask(run, server.base_url, 5)
        assert len(server.batches) == 2
        assert server.bodies[-1]["response_format"] == {"type": "json_object"}
    assert len(told.values) == 5


@pytest.mark.parametrize(
    ("fault", "words"),
    [("key", "refused the key.*OPENAI_API_KEY"), ("nowhere", "no batch API.*generator.batch")],
)
def test_a_wrong_key_or_address_ends_the_run_at_once(
    run: Workspace, fault: str, words: str
) -> None:
    """One request, the sentence that mends it, and nothing that may be billed."""
    with BatchServer() as server:
        server.faults[fault] = 1
        told = ask(run, server.base_url, 5)
        assert not server.batches
    assert isinstance(told.ended, EndpointRefusedError)
    with pytest.raises(EndpointRefusedError, match=words):
        raise told.ended
    assert costs(run) == (0, 0)


def test_a_model_that_no_line_may_ask_ends_the_run(run: Workspace) -> None:
    """404 in every line is no refusal of one question."""
    with BatchServer(lambda asked: refusal(404, "no such model")) as server:
        told = ask(run, server.base_url, 3)
        assert len(server.batches) == 1
    assert isinstance(told.ended, EndpointRefusedError)
    assert "knows no model 'stub'" in str(told.ended)
    assert costs(run) == (0, 0)


def test_a_stopped_run_leaves_its_batch_and_goes_on_with_it(run: Workspace) -> None:
    """What may be billed is said; resuming looks at the same batch, and submits none."""
    with BatchServer(looks=3) as server:
        told = ask(run, server.base_url, 6, stop_when=lambda what: True)
        assert isinstance(told.ended, StoppedError)
        paid, besides = costs(run)
        assert paid == 0
        assert besides == pytest.approx(told.spent_usd)
        assert besides > 6 * EACH
        again = ask(run, server.base_url, 6)
        assert (len(server.batches), server.seen["create"]) == (1, 1)
        assert costs(run) == (pytest.approx(server.billed_usd(IN, OUT)), 0)
    assert len(again.values) == 6
    assert again.spent_usd == pytest.approx(6 * EACH)


def test_a_stopped_run_cancels_its_batch_when_asked_to(run: Workspace) -> None:
    """Half was answered by then: it is paid for and kept, the rest costs nothing."""
    policy = replace(OFTEN, cancels_when_stopped=True)
    with BatchServer(looks=99) as server:
        told = ask(run, server.base_url, 6, policy=policy, stop_when=lambda what: True)
        assert server.seen["cancel"] == 1
        assert costs(run) == (pytest.approx(server.billed_usd(IN, OUT)), 0)
    assert isinstance(told.ended, StoppedError)
    assert len(told.values) == 3


def test_what_was_paid_for_before_is_in_no_batch(run: Workspace) -> None:
    """Six answers are in the cache; of nine questions three are submitted."""
    exchanges = Exchanges(run)
    try:
        with BatchServer() as server:
            ask(run, server.base_url, 6, exchanges=exchanges)
            new = Workspace(run.root.parent / "other")
            new_run(new)
            told = ask(new, server.base_url, 9, exchanges=exchanges)
            assert [len(batch.lines) for batch in server.batches] == [6, 3]
    finally:
        exchanges.close()
    assert len(told.values) == 9
    assert told.saved_usd == pytest.approx(6 * EACH)
