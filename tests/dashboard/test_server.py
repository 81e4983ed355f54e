"""What the server shows besides the pages: nothing."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASKED = (
    "from streamlit import config; config.set_option('server.headless', False); "
    "from streamlit.web.skills import nudge_suppression_reason; print(nudge_suppression_reason())"
)


def test_no_advertisement_of_the_framework_covers_a_page() -> None:
    """On a developer's own machine Streamlit would offer to install its skills."""
    asked = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == "welcome_hidden"
