"""bespokelabs-curator 0.1.31, asked for one answer per prompt."""

import os
import tempfile
from collections.abc import Callable

from figures import measured, prompts

os.environ |= {
    "TELEMETRY_ENABLED": "False",
    "CURATOR_VIEWER": "0",
    "CURATOR_DISABLE_RICH_DISPLAY": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "OPENAI_API_KEY": "none",
}


class _FourCharacters:
    """Its tokenizer would be fetched from the network; this one counts characters."""

    def encode(self, text: str, **options: object) -> list[int]:
        return [0] * (len(text) // 4)


def ask(url: str, calls: int, at_once: int) -> Callable[[], int]:
    """Prepare it."""
    folder = tempfile.mkdtemp(prefix="curator_")
    os.environ |= {"CURATOR_CACHE_DIR": folder, "HF_DATASETS_CACHE": f"{folder}/hf"}
    import tiktoken

    tiktoken.get_encoding = lambda *_, **__: _FourCharacters()
    from bespokelabs import curator

    llm = curator.LLM(
        model_name="mock-model",
        backend="openai",
        generation_params={"temperature": 0.7, "max_tokens": 128},
        backend_params={
            "base_url": url,
            "api_key": "none",
            "max_retries": 5,
            "max_concurrent_requests": at_once,
            "max_requests_per_minute": 100_000_000,
            "max_tokens_per_minute": 100_000_000_000,
            "require_all_responses": False,
        },
    )

    def run() -> int:
        answer = llm(prompts(calls))
        return len(getattr(answer, "dataset", answer))

    return run


if __name__ == "__main__":
    measured("curator", ask)
