"""Who judges candidates: people with a name, and no model under any."""

import re

from core.analysis.labels.settled import Settled
from core.errors import InputError
from core.generation.plan import plan_of
from core.prices.listed import SeveralSellersError, listed
from core.workspace import Workspace
from core.workspace.run_folder import load_run

LONGEST_NAME = 80

_NO_PERSON = {
    *("ai", "assistant", "bot", "chatgpt", "copilot", "critic", "embedded", "generator", "gpt"),
    *("judge", "llm", "machine", "model", "models", "synthetic"),
}
_FAMILIES = re.compile(
    r"\b(?:(?:chat)?gpt|claude|command|deepseek|gemini|gemma|glm|grok|haiku|kimi|llama|mi[sx]tral"
    r"|nova|opus|phi|qwen|smollm|sonnet|titan)[-_ /:.]?v?\d"
    r"|\b(?:chat)?gpt[-_]|\bclaude[-_ ](?:haiku|instant|opus|sonnet)"
    r"|\bgemini[-_ ](?:flash|nano|pro|ultra)|\bllms?\b|\bmodels?\b|[/:].*\d+b\b"
)
_CIRCULAR = (
    "a judge that is calibrated on a model's labels is measured against its own kind of mistake. "
    "Only labels by people are taken"
)


def checked_labeller(workspace: Workspace, run_id: str, name: str, said: Settled) -> str:
    """The labeller's name as this run knows it: upper and lower case make no new person.

    Raises
    ------
    InputError
        There is no name, or it is a model's.
    """
    tidy = " ".join(name.split())
    if not tidy:
        raise InputError("who labels is not named; give a name, so that labellers can be compared.")
    if len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise InputError(
            f"the labeller's name has {len(tidy):,} characters or some that cannot be shown; "
            f"expected at most {LONGEST_NAME} that can."
        )
    if why := model_behind(workspace, run_id, tidy):
        raise InputError(f"labels by {tidy!r} are refused: {why}; {_CIRCULAR}.")
    return next((known for known in said.labellers if known.casefold() == tidy.casefold()), tidy)


def model_behind(workspace: Workspace, run_id: str, name: str) -> str:
    """Why this name is a model's; empty when it may be a person's."""
    folded = name.casefold().strip()
    run = load_run(workspace, run_id)
    own = {run.model, *plan_models(run.plan)}
    bare = {model.casefold().rpartition("/")[2] for model in own if model}
    if folded.rpartition("/")[2] in bare:
        return "it is a model that made or judged this run"
    if folded in _NO_PERSON or _FAMILIES.search(folded):
        return "that names a model and no person"
    if _is_listed(folded):
        return "a model of that name is on the price list (a person of that name adds a second one)"
    return ""


def plan_models(plan: object) -> tuple[str, ...]:
    """The models that a run's recorded plan asks; none for a plan that says nothing of them."""
    if isinstance(plan, dict) and "generator" in plan:
        return plan_of(plan).models
    return ()


def _is_listed(name: str) -> bool:
    try:
        listed(name)
    except SeveralSellersError:
        return True
    except LookupError:
        return False
    return True
