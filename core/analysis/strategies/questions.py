"""Every question that strategies answer, by name."""

from collections.abc import Mapping

from core.analysis.strategies import commercial, technical
from core.analysis.strategies.strategy import Question

_CHURN = ("churn_flat", "churn_per_use", "churn_tiered", "churn_hybrid")
_EVERY = (
    Question(
        name="knowledge",
        title="Look it up, train it in, or both?",
        strategies=technical.knowledge,
        guesses=("retrieval_setup_days", "fine_tune_days", "samples_made_per_day"),
    ),
    Question(
        name="serving",
        title="A frontier API, or own machines?",
        strategies=technical.serving,
        guesses=(
            "edge_speed", "frontier_setup_days", "gpu_setup_days", "reserved_setup_days",
            "edge_setup_days",
        ),
        rows=("gpu_hour_h100", "gpu_hour_h100_reserved", "edge_box"),
    ),
    Question(
        name="labels",
        title="Synthetic samples, or people's labels?",
        strategies=technical.labels,
        guesses=(
            "workers_per_label", "onshore_accuracy", "nearshore_accuracy", "offshore_accuracy",
            "labels_per_day", "samples_made_per_day", "onshore_start_days",
            "nearshore_start_days", "offshore_start_days",
        ),
        rows=("label_onshore", "label_nearshore", "label_offshore"),
    ),
    Question(
        name="loop",
        title="Build the loop, or buy samples?",
        strategies=commercial.loop,
        guesses=("ml_engineer_months", "data_engineer_months", "product_months", "tokens_share"),
        rows=("synthetic_sample", *(row for row, _ in commercial.TEAM)),
    ),
    Question(
        name="platform",
        title="One machine with DuckDB, or a distributed warehouse?",
        strategies=commercial.platform,
        guesses=(
            "data_gigabytes", "machine_hours", "warehouse_hours", "machine_care",
            "warehouse_care",
        ),
        rows=(
            "object_storage", "data_machine_hour", "warehouse_storage", "warehouse_hour",
            "salary_data_engineer",
        ),
    ),
    Question(
        name="quality",
        title="What does data quality return?",
        strategies=technical.quality,
        guesses=(
            "precision_unfiltered", "precision_critic", "yield_critic", "generation_share",
        ),
    ),
    Question(
        name="price-plan",
        title="Flat seats, per use, tiers, or both?",
        strategies=commercial.price_plan,
        guesses=_CHURN,
    ),
)  # fmt: skip
QUESTIONS: Mapping[str, Question] = {question.name: question for question in _EVERY}
