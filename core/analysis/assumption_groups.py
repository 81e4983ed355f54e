"""Every assumption under the heading where people read it, and the price row it starts from."""

from collections.abc import Mapping

from core.units import Unit

GROUPS: Mapping[str, tuple[str, ...]] = {
    "What you sell": (
        "price_per_seat", "seats", "requests_per_seat", "target_gross_margin", "target_accuracy",
        "slice_share", "error_cost",
    ),
    "How usage is spread over seats": ("usage_spread",),
    "What serving a request takes": (
        "calls_per_request", "input_tokens", "output_tokens", "cached_share", "input_price",
        "output_price", "cached_price", "retry_rate", "retrieval_cost", "monitoring_cost",
        "hosting_cost",
    ),
    "What else a provider bills": (
        "cache_write_share", "cache_write_multiple", "reasoning_tokens", "batch_share",
        "batch_price_share", "flex_share", "flex_price_share", "fallback_after", "fallback_cost",
        "app_cache_share",
    ),
    "Search, tools and what is paid by the month": (
        "embedding_tokens", "embedding_price", "reindexed_tokens", "vector_storage",
        "vector_storage_price", "reranker_calls", "reranker_price", "tool_calls", "tool_price",
        "guardrail_cost", "support_cost", "governance_cost",
    ),
    "Own GPUs": (
        "self_hosted_share", "gpu_rate", "gpu_reserved_discount", "gpu_hours_on",
        "gpu_input_throughput", "gpu_output_throughput", "gpu_max_load", "gpu_peak_factor",
        "self_hosting_ops",
    ),
    "What would save": (
        "saving_cached_share", "saving_app_cache_share", "saving_batch_share",
        "saving_quantised_speed", "saving_quantised_loss", "saving_distilled_price",
        "saving_distilled_loss", "saving_routed_share", "saving_routed_price",
        "saving_routed_loss", "saving_prompt_cut", "saving_prompt_loss",
    ),
    "How the model learns": (
        "error_now", "error_floor", "learning_exponent", "samples_held", "exchange_rate",
    ),
    "What new samples cost": (
        "cost_per_accepted_sample", "review_cost_per_sample", "fixed_cost_of_campaign",
        "max_new_samples", "amortisation_months",
    ),
    "Votes and human review": (
        "vote_correlation", "review_minutes", "reviewer_rate", "human_accuracy", "review_ranking",
    ),
    "A stronger model, retrieval and a verifier": (
        "strong_error_ratio", "strong_input_price", "strong_output_price", "strong_cached_price",
        "knowledge_errors", "retrieval_recall", "retrieval_distraction", "retrieval_tokens",
        "retrieval_step_cost", "retrieval_setup_cost", "verifier_skill", "verifier_cost",
        "escalation_loss",
    ),
    "Proving it, and the rule of thumb": (
        "proof_precision", "proof_label_price", "rule_multiple",
    ),
    "What the decision ties up and brings in": (
        "horizon_years", "discount_rate", "seat_growth", "seats_per_point", "critique_share",
        "training_cost", "upkeep_share", "gross_profit_multiple",
    ),
    "The team of the 90-day plan": (
        "ml_engineer_months", "ml_engineer_salary", "data_engineer_months",
        "data_engineer_salary", "annotation_lead_months", "annotation_lead_salary",
        "product_manager_months", "product_manager_salary",
    ),
}  # fmt: skip
"""Every assumption, in the order and under the headings in which people read them."""

RETURN_GROUPS = ("What the decision ties up and brings in", "The team of the 90-day plan")
"""What only the return on the decision depends on; no cost of a request does."""

FROM_TABLE: Mapping[str, tuple[str, Unit, str]] = {
    "retrieval_cost": (
        "reranker",
        Unit.USD_PER_REQUEST,
        "What finding the passages for one request costs: search and ranking.",
    ),
    "retrieval_step_cost": (
        "reranker",
        Unit.USD_PER_REQUEST,
        "What a deeper search and ranking adds for one request, if that lever is used.",
    ),
    "proof_label_price": (
        "text_label",
        Unit.USD_PER_LABEL,
        "What one label of an evaluation example costs.",
    ),
    "monitoring_cost": (
        "monitoring",
        Unit.USD_PER_REQUEST,
        "What watching the service costs per request: traces, spot checks, alerts.",
    ),
    "reviewer_rate": (
        "review_rate_generalist",
        Unit.USD_PER_HOUR,
        "What an hour of a reviewer costs, everything included.",
    ),
    "cost_per_accepted_sample": (
        "synthetic_sample",
        Unit.USD_PER_SAMPLE,
        "What one accepted new sample costs to make, the rejected ones included.",
    ),
    "reranker_price": (
        "reranker",
        Unit.USD_PER_CALL,
        "What one call of a reranker costs.",
    ),
    "tool_price": (
        "web_search",
        Unit.USD_PER_CALL,
        "What one call of a paid tool costs; the default is a web search.",
    ),
    "vector_storage_price": (
        "embedding_storage",
        Unit.USD_PER_GB_MONTH,
        "What a vector store costs per gigabyte and month.",
    ),
    "gpu_rate": (
        "gpu_hour_h100",
        Unit.USD_PER_HOUR,
        "What one GPU costs per hour that it is on, on demand.",
    ),
    "review_cost_per_sample": (
        "text_label",
        Unit.USD_PER_SAMPLE,
        "What it costs to have a person check one accepted sample.",
    ),
} | {
    f"{role}_salary": (
        f"salary_{role}",
        Unit.USD_PER_YEAR,
        f"What {article} {role.replace('_', ' ').replace('ml', 'ML')} costs in a year, everything "
        f"included.",
    )
    for role, article in (
        ("ml_engineer", "an"),
        ("data_engineer", "a"),
        ("annotation_lead", "an"),
        ("product_manager", "a"),
    )
}

PRICE_ROWS: Mapping[str, str] = {key: row for key, (row, _, _) in FROM_TABLE.items()}
"""The row of the price table that an assumption takes its default from."""
