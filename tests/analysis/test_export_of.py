"""Exported files: read back by those who will read them, and what must not be in two of them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from messages import SLICE, anchors_and_others, endpoint_text, plan_text, written
from servers import Asked, Says, StubServer, chat

from core.analysis.corpus import accepted_corpus
from core.analysis.export import FORMATS, export
from core.analysis.export.chat import problems
from core.analysis.export.parts import gathered, parts
from core.analysis.export.preferences import pairs
from core.analysis.export.quote import epochs_of, quote
from core.analysis.generate import generate, generate_from_plan
from core.analysis.inert import inert, live
from core.errors import InputError
from core.generation.plan_file import plan_from_toml
from core.prices import PriceBook
from core.workspace import Workspace
from core.workspace.run_folder import run_ids

SAMPLE = Path(__file__).parents[2] / "sample_data" / "workspace"
TEXTS = [
    "please stop my card, it was stolen near the harbour",
    "someone took my purse with the card in it at noon",
    "my card is gone since yesterday evening, block it",
    "=SUM(A1:A9) my card was taken from the locker",
]


def run_of(workspace: Workspace, kind: str, texts: list[str]) -> str:
    """A run whose candidates are these texts."""

    def answering(asked: Asked) -> Says:
        extra: dict[str, Any] = {}
        if kind == "eval_item":
            extra = {"expected": "stop_card", "rubric": ["names the intent", "nothing else"]}
        return chat(json.dumps({"text": texts[asked.number % len(texts)], **extra}))

    anchors, others = anchors_and_others()
    with StubServer(answering) as server:
        text = endpoint_text(server.base_url, len(texts)).replace(
            "candidates =", f'kind = "{kind}"\ncandidates ='
        )
        return generate(workspace, plan_from_toml(text), anchors=anchors, others=others).run.run_id


@pytest.fixture
def embedded(workspace: Workspace, tmp_path: Path) -> str:
    """Forty candidates of the embedded generator."""
    plan = plan_from_toml(plan_text(written(tmp_path), 40))
    return generate_from_plan(workspace, plan).run.run_id


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The lines of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_format_reads_back_to_the_same_samples(
    workspace: Workspace, embedded: str, tmp_path: Path
) -> None:
    """Content, label, marker and lineage; the table formats column by column."""
    expected = accepted_corpus(workspace, embedded, 0.4)
    texts = expected["text"].tolist()
    assert texts
    jsonl, flat, folder, chats = (tmp_path / n for n in ("a.jsonl", "b.parquet", "c", "d.jsonl"))
    export(workspace, embedded, strictness=0.4, format="jsonl", target=jsonl)
    found = rows_of(jsonl)
    assert [row["text"] for row in found] == texts
    assert all(row["synthetic"] and row["lineage"]["run"] == embedded for row in found)
    assert [row["lineage"]["candidate"] for row in found] == expected["candidate"].tolist()
    assert set(found[0]["lineage"]["scores"]) >= {"duplicate", "drift"}
    export(workspace, embedded, strictness=0.4, format="parquet", target=flat)
    pd.testing.assert_frame_equal(pq.read_table(flat).to_pandas(), expected)
    done = export(workspace, embedded, strictness=0.4, format="huggingface", target=folder)
    inner = folder / "data" / "train-00000-of-00001.parquet"
    pd.testing.assert_frame_equal(pq.read_table(inner).to_pandas(), expected)
    assert [f.file for f in done.files] == ["data/train-00000-of-00001.parquet", "README.md"]
    export(workspace, embedded, strictness=0.4, format="openai-chat", target=chats)
    said = rows_of(chats)
    assert [row["messages"][1]["content"] for row in said] == texts
    assert not [p for p in problems(said) if "10 examples" not in p]


def test_the_card_says_where_the_samples_come_from(
    workspace: Workspace, embedded: str, tmp_path: Path
) -> None:
    """Front matter for the hub, then run, seed, strictness, price, certificate and limits."""
    export(workspace, embedded, strictness=0.4, format="huggingface", target=tmp_path / "c")
    card = (tmp_path / "c" / "README.md").read_text("utf-8")
    front, _, body = card.removeprefix("---\n").partition("\n---\n")
    assert '  - split: train\n    path: "data/train-00000-of-00001.parquet"' in front
    assert "- text-classification" in front
    for words in (
        f"Run {embedded}", "seed: ", "strictness: 0.4", "certificate: none", "paid to models: $0",
        "not tested at this strictness", "fine-tuning with", "keep real rows in every",
    ):  # fmt: skip
        assert words in body
    with pytest.raises(InputError, match=r"is there already; choose another name or add --force"):
        export(workspace, embedded, strictness=0.4, format="huggingface", target=tmp_path / "c")
    export(
        workspace, embedded, strictness=0.4, format="huggingface", target=tmp_path / "c",
        force=True, by_slice=True,
    )  # fmt: skip
    assert (tmp_path / "c" / "data" / SLICE / "train-00000-of-00001.parquet").is_file()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="is not an earlier export; it is not replaced"):
        export(workspace, embedded, strictness=0.4, format="huggingface", target=mine, force=True)
    assert (mine / "thesis.txt").read_text() == "mine"


def test_pairs_stand_an_accepted_sample_against_a_rejected_one(
    tmp_path: Path,
) -> None:
    """In both forms; the chosen one scores higher, and none was rejected as a mere repetition."""
    shutil.copytree(SAMPLE, tmp_path / "workspace")
    workspace = Workspace(tmp_path / "workspace")
    (embedded,) = run_ids(workspace)
    (part,) = parts(gathered(workspace, [embedded], 0.8), by_slice=False)
    found = pairs(part)
    assert found
    for pair in found:
        better, worse = pair.lineage["chosen"], pair.lineage["rejected"]
        assert better["score"] >= 0.8 > worse["score"]
        assert min(worse["scores"], key=lambda name: worse["scores"][name]) != "duplicate"
    names = [pair.lineage["rejected"]["candidate"] for pair in found]
    assert len(set(names)) == len(names)
    target = tmp_path / "p.jsonl"
    done = export(workspace, embedded, strictness=0.8, format="preference", target=target)
    rows = rows_of(target)
    assert len(rows) == done.files[0].rows == len(found)
    assert [m["role"] for m in (*rows[0]["prompt"], *rows[0]["chosen"])] == ["user", "assistant"]
    target = tmp_path / "o.jsonl"
    export(
        workspace, embedded, strictness=0.8, format="openai-preference", target=target, bare=True
    )
    row = rows_of(target)[0]
    assert set(row) == {"input", "preferred_output", "non_preferred_output"}
    beside = rows_of(tmp_path / "o.lineage.jsonl")
    assert len(beside) == len(found)
    assert beside[0]["synthetic"] is True


def test_what_tests_must_not_train(workspace: Workspace, tmp_path: Path) -> None:
    """Two files; an item in both is refused, or left out if asked; earlier exports count."""
    cases = run_of(workspace, "training_case", TEXTS[:3])
    items = run_of(workspace, "eval_item", [TEXTS[0].upper(), "a new one about my lost card"])
    target = tmp_path / "all.jsonl"
    with pytest.raises(InputError, match="1 of 2 evaluation items are in the training cases of"):
        export(workspace, cases, items, strictness=0.0, format="jsonl", target=target)
    assert not list(tmp_path.glob("*.jsonl"))
    done = export(
        workspace, cases, items, strictness=0.0, format="jsonl", target=target,
        leave_out_overlap=True,
    )  # fmt: skip
    assert [(f.purpose, f.rows) for f in done.files] == [("training", 3), ("evaluation", 1)]
    assert any("Left out: 1 evaluation items" in note for note in done.notes)
    assert len(rows_of(tmp_path / "all.evaluation.jsonl")) == 1
    with pytest.raises(InputError, match=r"1 of 2 evaluation items are in .*all\.jsonl as well"):
        export(workspace, items, strictness=0.0, format="jsonl", target=tmp_path / "later.jsonl")


def test_runs_are_split_by_slice(workspace: Workspace, tmp_path: Path) -> None:
    """One file for each, named by it."""
    cases = run_of(workspace, "training_case", TEXTS[:3])
    done = export(
        workspace, cases, strictness=0.0, format="jsonl", target=tmp_path / "x.jsonl",
        by_slice=True,
    )  # fmt: skip
    assert [f.slice for f in done.files] == [SLICE]


def test_a_spreadsheet_takes_no_cell_for_a_formula(workspace: Workspace, tmp_path: Path) -> None:
    """An apostrophe before it, said in a note; other formats stay as they are."""
    cases = run_of(workspace, "training_case", TEXTS)
    done = export(workspace, cases, strictness=0.0, format="csv", target=tmp_path / "x.csv")
    found = pd.read_csv(tmp_path / "x.csv")["text"].tolist()
    assert sorted(live(text) for text in found) == sorted(TEXTS)
    assert any(text.startswith("'=SUM") for text in found)
    assert any("1 cells begin like a spreadsheet formula" in note for note in done.notes)
    assert [inert(v) for v in ("-1", "@x", "a", 5)] == ["'-1", "'@x", "a", 5]


def test_tokens_and_price_come_before_the_file(
    workspace: Workspace, embedded: str, tmp_path: Path
) -> None:
    """A quote writes nothing; its price is tokens, epochs and the price book's row."""
    target = tmp_path / "x.jsonl"
    found = export(
        workspace, embedded, strictness=0.4, format="openai-chat", target=target, only_quote=True
    )
    assert not target.exists()
    assert not found.written
    assert found.training is not None
    price = PriceBook().row("fine_tuning_tokens").value
    quoted = found.training
    assert quoted.usd == pytest.approx(quoted.tokens * quoted.epochs * price / 1e6)
    assert quoted.low_usd < quoted.usd < quoted.high_usd
    assert (quoted.counted_by, "guess" in quoted.price_source) == ("tokenizer", True)
    chat_of_two = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}]
    by_hand = quote([chat_of_two], "gpt-4.1-mini", PriceBook())
    assert by_hand.tokens == 3 + (3 + 1 + 1) + (3 + 1 + 1)
    assert [epochs_of(n) for n in (0, 2, 10, 50, 1_000, 20_000)] == [0, 25, 10, 3, 3, 1]


def test_the_documented_rules_find_what_a_service_would_refuse() -> None:
    """No messages, an odd role, an empty text, an unknown key, no answer, too few lines."""
    good = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    assert problems([good] * 10) == []
    odd = [
        ({}, "has no messages"),
        ({"messages": [{"role": "robot", "content": "a"}]}, "the role is 'robot'"),
        ({"messages": [{"role": "assistant", "content": " "}]}, "the assistant message is empty"),
        ({"messages": [{"role": "assistant", "content": "a", "x": 1}]}, "unknown key 'x'"),
        ({"messages": [{"role": "user", "content": "a"}]}, "last message is not the assistant's"),
    ]
    for row, said in odd:
        assert any(said in problem for problem in problems([row, *[good] * 9]))
    assert "needs 10 examples or more; the file has 1" in problems([good])[0]


def test_formats_are_those_that_the_manual_names() -> None:
    """The four of old, pairs in two forms, and a folder."""
    assert FORMATS == (
        "openai-chat", "openai-preference", "preference", "jsonl", "parquet", "csv", "huggingface"
    )  # fmt: skip
