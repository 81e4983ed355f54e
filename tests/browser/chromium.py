"""Find a Chromium for the browser tests, or install one; say loudly when there is none.

Run as a script before the tests; imported by them to find the browser.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """A Chromium on this machine: the system's own, or the one that playwright installed."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        bundled = playwright.chromium.executable_path
    return bundled if Path(bundled).exists() else None


def install() -> None:
    """Install Chromium by the system's means: apt as root on Debian, playwright elsewhere."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(
            [
                "apt-get",
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
                "chromium",
                "fonts-liberation",
            ],
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Make sure there is a browser; without one the browser tests cannot run."""
    if executable() is None:
        print("No Chromium found; installing one for the browser tests.", flush=True)
        install()
    if executable() is None:
        print(
            "*** NO CHROMIUM: the browser tests will be SKIPPED (they fail under CI=true). ***",
            file=sys.stderr,
        )
        return 1 if os.environ.get("CI") == "true" else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
