"""distilabel 1.5.3, one step whose batch is as large as may be asked at once."""

import os
import tempfile
from collections.abc import Callable

from figures import measured, prompts

os.environ |= {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def ask(url: str, calls: int, at_once: int) -> Callable[[], int]:
    """Prepare it."""
    from distilabel.models import OpenAILLM
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import TextGeneration

    rows = [{"instruction": prompt} for prompt in prompts(calls)]
    with Pipeline("bench", cache_dir=tempfile.mkdtemp(prefix="distilabel_")) as pipeline:
        loaded = LoadDataFromDicts(data=rows, batch_size=at_once)
        written = TextGeneration(
            llm=OpenAILLM(
                model="mock-model",
                base_url=url,
                api_key="none",
                max_retries=6,
                generation_kwargs={"temperature": 0.7, "max_new_tokens": 128},
            ),
            input_batch_size=at_once,
        )
        loaded >> written

    def run() -> int:
        made = pipeline.run(use_cache=False)["default"]["train"]
        return sum(1 for text in made["generation"] if text)

    return run


if __name__ == "__main__":
    measured("distilabel", ask)
