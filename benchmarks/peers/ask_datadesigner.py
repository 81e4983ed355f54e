"""NVIDIA NeMo Data Designer 0.9.6, one text column from a seed dataset of prompts."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from figures import measured, prompts

os.environ |= {"NEMO_TELEMETRY_ENABLED": "false", "MOCK_KEY": "none"}


def ask(url: str, calls: int, at_once: int) -> Callable[[], int]:
    """Prepare it."""
    import data_designer.config as dd
    import pandas as pd
    from data_designer.interface import DataDesigner

    folder = Path(tempfile.mkdtemp(prefix="designer_"))
    seeds = folder / "seeds.parquet"
    pd.DataFrame({"p": prompts(calls)}).to_parquet(seeds)
    how = dd.ChatCompletionInferenceParams(
        temperature=0.7, max_tokens=128, max_parallel_requests=at_once
    )
    model = dd.ModelConfig(alias="m", model="mock-model", provider="mock", inference_parameters=how)
    provider = dd.ModelProvider(
        name="mock", endpoint=url, provider_type="openai", api_key="MOCK_KEY"
    )
    plan = dd.DataDesignerConfigBuilder(model_configs=[model])
    plan.with_seed_dataset(dd.LocalFileSeedSource(path=str(seeds)))
    plan.add_column(dd.LLMTextColumnConfig(name="out", prompt="{{ p }}", model_alias="m"))
    designer = DataDesigner(artifact_path=folder / "made", model_providers=[provider])

    def run() -> int:
        made = designer.create(plan, num_records=calls, dataset_name="bench").load_dataset()
        return int(made["out"].notna().sum())

    return run


if __name__ == "__main__":
    measured("datadesigner", ask)
