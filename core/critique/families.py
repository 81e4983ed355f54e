"""Which models are kin? A judge of the generator's own family prefers what its family writes.

References
----------
A. Panickssery, S. Bowman and S. Feng, "LLM Evaluators Recognize and Favor Their
Own Generations", NeurIPS 2024.
"""

import re
from collections.abc import Sequence

_FAMILIES = {
    "GPT": r"(chat)?gpt|o[134](-|$)|davinci|codex",
    "Claude": r"claude",
    "Gemini": r"gemini|gemma|palm",
    "Llama": r"llama|vicuna|alpaca",
    "Mistral": r"(mi|mag|code|pix|mini)stral|mixtral",
    "Qwen": r"qwen|qwq",
    "DeepSeek": r"deepseek",
    "Grok": r"grok",
    "Command": r"command|aya|cohere",
    "Phi": r"phi-?\d",
    "SmolLM": r"smollm",
    "GLM": r"(chat)?glm",
    "Kimi": r"kimi|moonshot",
    "Nova": r"nova-",
}
_PATTERNS = {name: re.compile(rf"(^|[/\-_.:]){words}") for name, words in _FAMILIES.items()}


def family_of(model: str) -> str:
    """The family that a model's name tells; the name itself when it tells none."""
    name = model.strip().lower()
    found = (family for family, words in _PATTERNS.items() if words.search(name))
    return next(found, name)


def kinship(writer: str, jurors: Sequence[str]) -> str:
    """A warning when judges are kin to the writer or to one another; empty when they are not."""
    if not jurors:
        return ""
    families = [family_of(model) for model in jurors]
    own = family_of(writer) if writer else ""
    kin = sorted({model for model, family in zip(jurors, families, strict=True) if family == own})
    if own and kin:
        return (
            f"{', '.join(kin)} judges what {writer} wrote: models prefer what their own family "
            "writes, so take a judge of another family"
        )
    if len(set(jurors)) > 1 and len(set(families)) == 1:
        return (
            f"all judges are of the family {families[0]}: their errors go together, so they are "
            "worth little more than one of them"
        )
    if len(jurors) > 1 and len(set(jurors)) == 1:
        return (
            f"{len(jurors)} votes of one model are not independent; see after labelling how many "
            "they are worth"
        )
    return ""
