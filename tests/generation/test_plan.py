import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import plan_text

from core.errors import PlanError
from core.generation.plan import GenerationPlan, GeneratorPlan, plan_of
from core.generation.plan_file import plan_from_toml, plan_to_toml


def test_a_plan_says_only_what_differs_from_the_defaults() -> None:
    """Three lines make a plan: the data, the label and the slice."""
    plan = plan_from_toml('data = "m.csv"\nlabel = "intent"\nslice = "stop_card"\n')
    assert (plan.kind, plan.candidates, plan.generator.type) == ("training_case", 100, "embedded")
    assert plan.models == ()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("candidate = 5", r"plan: unknown key 'candidate'; did you mean 'candidates'\?"),
        (
            "[generator]\nmodle = 'x'",
            r"unknown key 'generator.modle'; did you mean 'generator.model'",
        ),
        ("[budjet]\nusd = 1.0", r"unknown key 'budjet'; did you mean 'budget'"),
        ("[generator]\napi_key = 'sk-1'", r"a secret is never kept in a plan.*OPENAI_API_KEY"),
        ("candidates = -5", r"candidates is -5; expected a whole number from 1 to 100,000"),
        ("candidates = 100001", r"candidates is 100,001; expected"),
        ("candidates = 2.5", r"candidates is 2.5; expected a whole number"),
        ("candidates = true", r"candidates is True; expected a whole number"),
        ("[budget]\nusd = -1", r"budget.usd is -1; expected a number from 0"),
        ("[budget]\nusd = nan", r"budget.usd is nan; expected a number from 0"),
        ("[budget]\nusd = '5'", r"budget.usd is '5'; expected a number"),
        ("kind = 'poem'", r"kind is 'poem'; expected one of training_case, adversarial_scenario"),
        (
            "[generator]\ntype = 'gpt'",
            r"generator.type is 'gpt'; expected embedded, openai or local",
        ),
        ("[generator]\ntype = 'openai'", r"generator.model is missing; name it"),
        ("[critics]\njudge = true", r"judge is true but no model is named; add judge_model"),
        (
            "[prices]\ninput_usd_per_mtok = 1",
            r"needs both input_usd_per_mtok and output_usd_per_mtok",
        ),
        ("[generator]\nbase_url = 'localhost:8000'", r"expected an address like http://"),
        ("[generator]\nbase_url = 'http://me:pw@host/v1'", r"may be secret"),
        ("generator = 'openai'", r"generator is 'openai'; expected a table \[generator\]"),
        ("this is no toml", r"not valid TOML"),
        ("constraints = 'x'", r"constraints is 'x'; expected sentences in a list"),
        ("constraints = ['x', ' ']", r"constraints, sentence 2, is ' '; expected text in quotes"),
        ("constraints = [7]", r"constraints, sentence 1, is 7; expected text in quotes"),
        (f"constraints = ['{'x' * 501}']", r"sentence 1, has 501 characters; expected 500 at most"),
        (f"constraints = {['x'] * 51}", r"constraints holds 51 sentences; expected 50 at most"),
        ("kind = 'knowledge_triple'", r"plan: the embedded generator writes no knowledge_triple"),
    ],
)
def test_a_wrong_plan_is_one_sentence_that_names_the_key(more: str, sentence: str) -> None:
    """Where, what was found, what is expected."""
    text = 'data = "m"\nlabel = "l"\nslice = "s"\n' + more
    with pytest.raises(PlanError, match=sentence):
        plan_from_toml(text)


@pytest.mark.parametrize("missing", ["data", "label", "slice"])
def test_what_a_plan_cannot_do_without_is_named(missing: str) -> None:
    """An empty value is as good as none."""
    text = "\n".join(f'{k} = "{"" if k == missing else "x"}"' for k in ("data", "label", "slice"))
    with pytest.raises(PlanError, match=f"no '{missing}'; add a line like"):
        plan_from_toml(text)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text.strip() != ""
)


@given(
    st.builds(
        GenerationPlan,
        data=words,
        label=words,
        slice=words,
        text=st.none() | words,
        kind=st.sampled_from(["training_case", "eval_item"]),
        constraints=st.lists(words.map(lambda text: text[:500]), max_size=3).map(tuple),
        candidates=st.integers(1, 100_000),
        seed=st.integers(0, 2**62),
        judge=st.just(True),
        judge_model=words,
        budget_usd=st.none() | st.floats(0, 1e6),
        generator=st.builds(GeneratorPlan, model=words, temperature=st.none() | st.floats(0, 2)),
    )
)
@settings(derandomize=True, max_examples=60)
def test_a_plan_survives_being_written_and_read(plan: GenerationPlan) -> None:
    """plan_from_toml(plan_to_toml(plan)) == plan, whatever is in its texts."""
    assert plan_from_toml(plan_to_toml(plan)) == plan


def test_the_digest_is_of_what_is_proposed_not_of_how_fast_or_how_dear() -> None:
    """A larger budget or more concurrency is the same plan; another seed is another."""
    plan = plan_from_toml(plan_text())
    same = plan_from_toml(
        plan_text(
            data="elsewhere.csv",
            more=(
                "[generator]\nconcurrency = 32\n[budget]\nusd = 9.0\n[prices]\n"
                "input_usd_per_mtok = 1\noutput_usd_per_mtok = 2\n"
            ),
        )
    )
    assert plan.digest == same.digest
    assert plan.digest != plan_from_toml(plan_text(more="seed = 1\n")).digest
    assert plan.digest != plan_from_toml(plan_text(more='constraints = ["Be brief."]\n')).digest


def test_a_run_gives_its_plan_back() -> None:
    """What a run recorded as facts, written as JSON and read again, is the plan that made it."""
    more = 'seed = 4\nconstraints = ["Be brief."]\n[generator]\nshots = 3\n'
    plan = plan_from_toml(plan_text(more=more))
    assert plan_of(json.loads(json.dumps(asdict(plan)))) == plan
