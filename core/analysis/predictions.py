"""Which slice starves a model that is already trained? Its predictions in, an audit out."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC, datetime

from core.audit.measurement import Measurement
from core.audit.prediction_rows import PredictionColumns, checked_predictions, columns_found
from core.audit.predictions import prediction_scores
from core.audit.slices import Metric
from core.workspace import Workspace
from core.workspace.datasets import Dataset, examples
from core.workspace.findings import finding_id, load_finding, save_finding

LEARNER = "your own model"
_METHOD = 1  # raise when the same inputs would give another answer


def measurement_of_predictions(
    workspace: Workspace,
    data: Dataset,
    *,
    label: str = "label",
    prediction: str = "prediction",
    confidence: str | None = None,
    train_size: str | None = None,
    item: str | None = None,
    repeat: str | None = None,
    slice_by: Sequence[str] = (),
    metric: Metric = "recall",
    seed: int = 0,
) -> Measurement:
    """Score every slice from predictions; nothing is trained, and what was found is stored.

    Parameters
    ----------
    data
        A row per prediction.
    label, prediction
        The columns of the true label and of what the model said; a prediction that is
        no label, or blank, is wrong.
    confidence, train_size, item, repeat
        Columns of the model's confidence from 0 to 1, of how many samples it was trained on,
        of what the row is about, and of the repeat. When None, the column of that very name,
        if there is one. Three training sizes give a learning curve.

    Raises
    ------
    DataError
        A column is missing, a cell is impossible, an item is predicted twice, or there is
        only one label.
    """
    asked = PredictionColumns(
        label=label,
        prediction=prediction,
        item=item,
        confidence=confidence,
        train_size=train_size,
        repeat=repeat,
        slice_by=tuple(dict.fromkeys(slice_by)),
    )
    columns = columns_found(data, asked)
    name = finding_id(
        predictions=data.fingerprint,
        columns=list(astuple(columns)),
        metric=metric,
        seed=seed,
        method=_METHOD,
    )
    stored = load_finding(workspace, "audits", name, Measurement)
    if stored is not None:
        return stored
    rows, notes = checked_predictions(data, examples(workspace, data, columns.used), columns)
    measured = Measurement(
        name=name,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        fingerprint=data.fingerprint,
        data_name=data.name,
        rows=data.rows,
        rows_used=rows.labels.size,
        label=columns.label,
        text=None,
        slice_by=columns.slice_by,
        metric=metric,
        prediction=columns.prediction,
        seed=seed,
        learner=LEARNER,
        slices=prediction_scores(rows, metric),
        notes=notes,
    )
    save_finding(workspace, "audits", name, measured)
    return measured
