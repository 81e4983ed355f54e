"""Which prices apply in a workspace: those the user agreed on, then the lists."""

from datetime import UTC, datetime

from core.errors import PriceError
from core.prices import OwnPrices, PriceBook, own_prices_from_toml, own_prices_to_toml
from core.workspace import Workspace

PRICES_FILE = "prices.toml"


def book_of(workspace: Workspace) -> PriceBook:
    """The price book of a workspace.

    Raises
    ------
    PriceError
        The workspace's ``prices.toml`` has a wrong key, unit or number.
    """
    return own_prices_of(workspace).book()


def own_prices_of(workspace: Workspace) -> OwnPrices:
    """The user's own prices as the workspace keeps them; none when there is no file."""
    path = workspace.path(PRICES_FILE)
    if not path.exists():
        return OwnPrices()
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PriceError(f"{path} cannot be read as UTF-8 text: {error}.") from error
    return own_prices_from_toml(text, where=str(path), on=datetime.now(UTC).date())


def save_own_prices(workspace: Workspace, own: OwnPrices) -> None:
    """Keep the user's own prices in the workspace's ``prices.toml``."""
    workspace.write_text(workspace.path(PRICES_FILE), own_prices_to_toml(own))
