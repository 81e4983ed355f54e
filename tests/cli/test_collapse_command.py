"""``datawall collapse``: its JSON, its list of experiments, what it refuses."""

import json
from pathlib import Path

import pytest

from core.cli.main import main


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit status, output and errors of a command."""
    try:
        status = main(["collapse", *words])
    except SystemExit as ended:
        status = int(ended.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def test_every_model_answers_in_the_agreed_keys(capsys: pytest.CaptureFixture[str]) -> None:
    """Generation 0 is the first fit; mean, standard error and exact value of each figure."""
    keys = {
        "gaussian": {"var", "std", "mean_sq", "w2_sq", "log_var_median"},
        "kde": {"var", "std", "mean_sq", "w2_sq", "log_var_median"},
        "categorical": {"support", "gini_simpson"},
        "regression": {"test_error"},
        "critic": {"good_share"},
    }
    for model, expected in keys.items():
        status, out, _ = said(
            capsys, "--model", model, "--n", "20", "--generations", "2", "--repeats", "20", "--json"
        )
        found = json.loads(out)
        assert status == 0
        assert [g["g"] for g in found["generations"]] == [0, 1, 2]
        assert expected <= set(found["generations"][0])
        assert all(set(found["generations"][0][k]) == {"mean", "se", "exact"} for k in expected)
        assert {"effective_anchors", "verdict", "why"} <= set(found)


def test_a_preset_can_be_listed_and_changed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Options on top of a preset change it."""
    status, out, _ = said(capsys, "--presets")
    assert status == 0
    assert "one_real_point" in out
    status, out, _ = said(
        capsys, "--preset", "minority", "--generations", "3", "--repeats", "10", "--json"
    )
    found = json.loads(out)
    assert (found["model"], len(found["generations"])) == ("critic", 4)
    status, out, _ = said(capsys, "--preset", "low_temperature", "--repeats", "20")
    assert "collapse" in out.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--n", "1"), "--n is 1; expected a number from 2"),
        (("--preset", "kernal"), "did you mean 'kernel'?"),
        (("--anchor", "20"), "--anchor is 20; expected a number from 0 to 1"),
    ],
    ids=str,
)
def test_wrong_numbers_get_a_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str
) -> None:
    """Exit status 2 and no traceback."""
    status, out, err = said(capsys, *words)
    assert (status, out) == (2, "")
    assert expected in err
    assert "Traceback" not in err
