import pytest

from core.critique.families import family_of, kinship


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("gpt-5-mini", "GPT"),
        ("openai/o3-mini", "GPT"),
        ("us.anthropic.claude-haiku-4-5", "Claude"),
        ("meta-llama/Llama-3.2-1B", "Llama"),
        ("google/gemma-2-9b", "Gemini"),
        ("Qwen/Qwen3-8B", "Qwen"),
        ("smollm2-135m", "SmolLM"),
        ("our-own-model", "our-own-model"),
    ],
)
def test_a_models_name_tells_its_family(model: str, family: str) -> None:
    """However its seller spells it; a name that tells none is a family of its own."""
    assert family_of(model) == family


def test_a_judge_of_the_writers_family_is_named() -> None:
    """Also under another version; a stranger is not."""
    assert "gpt-5-nano judges what gpt-5-mini wrote" in kinship("gpt-5-mini", ["gpt-5-nano"])
    assert kinship("gpt-5-mini", ["claude-haiku-4-5"]) == ""
    assert kinship("", ["claude-haiku-4-5"]) == ""
    assert kinship("gpt-5-mini", []) == ""


def test_a_jury_of_one_family_or_of_one_model_is_named() -> None:
    """Their errors go together."""
    assert "all judges are of the family Claude" in kinship(
        "gpt-5", ["claude-haiku-4-5", "claude-sonnet-4-5"]
    )
    assert "3 votes of one model" in kinship("gpt-5", ["claude-haiku-4-5"] * 3)
