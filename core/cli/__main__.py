"""``python -m core.cli`` is ``datawall``."""

import sys

from core.cli.main import main

sys.exit(main())
