"""Where an endpoint is, and with which key it is asked."""

import os
from urllib.parse import urlsplit

from core.errors import PlanError
from core.generation.plan import check_base_url

VENDOR = "https://api.openai.com/v1"
KEY_VARIABLE, ADDRESS_VARIABLE = "OPENAI_API_KEY", "OPENAI_BASE_URL"


def address_and_key(base_url: str | None = None) -> tuple[str, str]:
    """Where to ask and with which key: *base_url*, else ``OPENAI_BASE_URL``, else the vendor.

    Raises
    ------
    PlanError
        The address is none, or the vendor needs a key and the environment holds none.
    """
    given = base_url or os.environ.get(ADDRESS_VARIABLE, "").strip() or VENDOR
    check_base_url(given, "base_url" if base_url else ADDRESS_VARIABLE)
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if is_vendor(given) and not key:
        raise PlanError(
            f"{given} needs a key: set the variable {KEY_VARIABLE}, or set generator.base_url "
            'to a server of your own, or use generator.type = "embedded".'
        )
    return given, key


def is_vendor(address: str) -> bool:
    """Whether an address is that of the vendor, who needs a key."""
    return urlsplit(address).hostname == urlsplit(VENDOR).hostname
