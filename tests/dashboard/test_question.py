"""What the page asks an audit is what the audit is told, and what it recognises as the answer."""

from dataclasses import replace

from core.audit.measurement import Measurement
from dashboard.question import Question

ASKED = Question(label="intent", text="message", slice_by=("region",), use="calls")
MEASURED = Measurement(
    name="a",
    at="2026-11-22",
    fingerprint="d1:0",
    data_name="messages.csv",
    rows=10,
    rows_used=10,
    label="intent",
    text="message",
    slice_by=("region",),
    metric="recall",
    use="calls",
    seed=0,
    learner="ridge",
    slices=(),
    notes=(),
)


def test_every_choice_reaches_the_command() -> None:
    """Columns to slice by and to weigh by are passed on; a text that is found anyway is not."""
    words = ASKED.command("d1:0", 0.85)
    told = "audit d1:0 --label intent --target 0.85 --metric recall --slice-by region --use calls"
    assert words == told.split()


def test_all_columns_are_asked_for_although_there_is_text() -> None:
    """An empty name says that no column is the text."""
    words = replace(ASKED, text=None, is_found=False).command("d1:0", 0.85)
    assert words[words.index("--text") + 1] == ""


def test_predictions_are_judged_and_nothing_about_training_is_said() -> None:
    """With predictions there is no text to read and no weight."""
    asked = replace(ASKED, use=None, prediction="said", purposes=(("train_size", "rows"),))
    words = asked.command("d1:0", 0.85)
    assert words[-4:] == ["--prediction", "said", "--train-size", "rows"]
    assert "--text" not in words


def test_an_audit_of_other_columns_is_no_answer() -> None:
    """Each column makes it another question."""
    assert ASKED.fits(MEASURED)
    for other in (
        replace(MEASURED, text=None),
        replace(MEASURED, slice_by=()),
        replace(MEASURED, use=None),
        replace(MEASURED, metric="f1"),
        replace(MEASURED, prediction="said"),
    ):
        assert not ASKED.fits(other)
