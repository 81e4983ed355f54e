"""Who writes candidates and who judges them, as controls."""

from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Literal

import streamlit as st

from core.analysis.chain import Chain
from core.generation import local
from core.generation.plan import MOST_CONCURRENT, SMALL_MODEL, GeneratorPlan

Writer = Literal["embedded", "local", "openai"]
_NAMES: dict[Writer, str] = {
    "embedded": "Embedded",
    "local": "Local model",
    "openai": "OpenAI-compatible endpoint",
}
_ABOUT: dict[Writer, str] = {
    "embedded": "Recombines your own examples. No key, no network, costs nothing.",
    "local": "A small language model on this machine. No key, costs nothing, slow.",
    "openai": "A model that is paid per token, or a server of your own.",
}
_NOT_INSTALLED = "A small language model on this machine. Not installed."
_KEY = "The key comes from OPENAI_API_KEY in the server's environment, never from this page."


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who writes and who judges."""

    generator: GeneratorPlan
    judge: bool = False
    judge_model: str = ""
    """Empty: the model that writes."""
    prices: dict[str, float] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Whether a language model writes."""
        return self.generator.type != "embedded"

    @property
    def is_paid(self) -> bool:
        """Whether an endpoint is asked, which may send a bill."""
        return self.generator.type == "openai" or (self.judge and not self.writes)


def ask(chain: Chain) -> Maker:
    """Who writes, and whether a model judges."""
    names = list(_NAMES)
    about = dict(_ABOUT)
    if find_spec(local.ENGINE) is None:
        about["local"] = _NOT_INSTALLED
    kind = st.radio(
        "Generator",
        names,
        format_func=lambda n: _NAMES[n],
        captions=[about[n] for n in names],
        key="plan generator",
        persist_state="session",
    )
    usual = chain.scenario.settings["model"]
    if kind == "openai":
        generator = _endpoint(usual)
    elif kind == "local":
        model = _text("Model", "local model", SMALL_MODEL, "smollm2-135m, or a GGUF file.")
        generator = GeneratorPlan(type="local", model=model or SMALL_MODEL)
    else:
        generator = GeneratorPlan()
    maker = Maker(generator=generator)
    about_judge = "Beside the critics that need none: does it belong, is it plausible and sound?"
    if not _toggle("A language model judges as well", f"judge {maker.writes}", about_judge):
        return maker
    if maker.writes:
        return replace(maker, judge=True)
    model = _text("Judge", "judge model", usual, _KEY) or usual
    base_url = _base_url()
    return replace(
        maker, judge=True, judge_model=model, generator=replace(generator, base_url=base_url)
    )


def _endpoint(usual: str) -> GeneratorPlan:
    model = _text("Model", "model", usual, "As the endpoint names it.") or usual
    base_url = _base_url()
    about = "The batch API of the endpoint: half the price, answers within a day."
    batch = _toggle("In batches, at half the price", "batch", about)
    return GeneratorPlan(type="openai", model=model, base_url=base_url, batch=batch)


def _base_url() -> str | None:
    given = "from OPENAI_BASE_URL, else the vendor's"
    return _text("Base URL", "base url", "", _KEY, placeholder=given) or None


def _text(name: str, key: str, usual: str, about: str, *, placeholder: str = "") -> str:
    st.session_state.setdefault(f"plan {key}", usual)
    found = st.text_input(
        name,
        key=f"plan {key}",
        persist_state="session",
        help=about,
        placeholder=placeholder or usual,
    )
    return (found or "").strip()


def _toggle(name: str, key: str, about: str) -> bool:
    return bool(st.toggle(name, key=f"plan {key}", persist_state="session", help=about))


def more(maker: Maker) -> Maker:
    """What rarely has to be changed: pace, temperature, another judge, own prices."""
    generator = maker.generator
    if not maker.writes and not maker.judge:
        return maker
    st.session_state.setdefault("plan concurrency", GeneratorPlan().concurrency)
    at_once = st.number_input(
        "Calls at once",
        1,
        MOST_CONCURRENT,
        step=1,
        key="plan concurrency",
        persist_state="session",
        help="At most; fewer when the endpoint bears fewer.",
    )
    generator = replace(generator, concurrency=int(at_once))
    if maker.writes:
        warm = st.number_input(
            "Temperature",
            0.0,
            2.0,
            value=None,
            step=0.1,
            key="plan temperature",
            persist_state="session",
            placeholder="the endpoint's own",
        )
        generator = replace(generator, temperature=warm)
    return replace(maker, generator=generator, prices=_prices() if maker.is_paid else {})


def _prices() -> dict[str, float]:
    """The user's own prices; empty unless both are given."""
    sides = {"input_usd_per_mtok": "Own price, prompt", "output_usd_per_mtok": "Own price, answer"}
    about = "USD per million tokens, in place of the list price; 0 for a server of your own."
    found: dict[str, float] = {}
    for (key, name), place in zip(sides.items(), st.columns(2), strict=True):
        value = place.number_input(
            name,
            0.0,
            1e6,
            value=None,
            step=0.1,
            key=f"plan {key}",
            persist_state="session",
            placeholder="list price",
            help=about,
        )
        if value is not None:
            found[key] = float(value)
    if len(found) == 1:
        st.caption("Give both prices, or neither.")
    return found if len(found) == 2 else {}
