"""A small labelled set of messages, and plans over it."""

from pathlib import Path

import pandas as pd

from core.workspace.datasets import ROW_KEY

LABEL, SLICE = "intent", "stop_card"

_STOP = [
    "please stop my card it was stolen at the station",
    "i lost my card on the train, please stop it",
    "someone stole my card, can you stop it now",
    "please block my card, it was stolen from my bag",
    "my card is gone and i want you to stop it",
    "can you stop my card, i lost it near the harbour",
    "i need to block my card because it was stolen",
    "stop the card that was stolen from my bag please",
    "my card was stolen last night, please block it",
    "i think i lost my card at the station, block it please",
    "please stop the card i lost on the bus",
    "the card was stolen, can you block it now",
]
_TRANSFER = [
    "how long does a transfer to spain take",
    "my transfer has not arrived yet",
    "i want to send money to my sister in spain",
    "why is my transfer still pending today",
    "can you cancel the transfer i made today",
    "the transfer to my landlord did not arrive",
    "how do i send money to another bank",
    "is there a fee for a transfer to another bank",
    "i sent money to the wrong account yesterday",
    "when will the transfer i made yesterday arrive",
    "please check a transfer that is still pending",
    "can i send money on a sunday",
]
_BALANCE = [
    "what is the balance of my account",
    "how much money do i have left",
    "please tell me my balance today",
    "the balance in the app looks wrong",
    "show me how much is in my savings",
    "why did my balance go down today",
    "can i see the balance of last month",
    "my savings show the wrong balance",
    "tell me what is left in my account",
    "is the balance in the app up to date",
    "i want to know my balance before rent",
    "how do i see the balance in the app",
]


def messages() -> pd.DataFrame:
    """Thirty-six messages, twelve of each label."""
    rows = [
        (text, label)
        for label, texts in ((SLICE, _STOP), ("transfer", _TRANSFER), ("balance", _BALANCE))
        for text in texts
    ]
    frame = pd.DataFrame(rows, columns=["text", LABEL])
    frame.insert(0, ROW_KEY, range(len(frame)))
    return frame


def anchors_and_others() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of the slice, and those of the other labels."""
    frame = messages()
    here = frame[LABEL] == SLICE
    return frame[here].reset_index(drop=True), frame[~here].reset_index(drop=True)


def written(folder: Path) -> Path:
    """The messages as a CSV file."""
    path = folder / "messages.csv"
    messages().drop(columns=ROW_KEY).to_csv(path, index=False)
    return path


def plan_text(data: Path | str = "messages.csv", candidates: int = 20, more: str = "") -> str:
    """A plan in TOML."""
    return (
        f'data = "{data}"\nlabel = "{LABEL}"\nslice = "{SLICE}"\ntext = "text"\n'
        f"candidates = {candidates}\n{more}"
    )


def endpoint_text(
    base_url: str,
    candidates: int = 20,
    *,
    judge: bool = False,
    concurrency: int = 4,
    timeout: float = 10.0,
    critics: str = "",
    more: str = "",
) -> str:
    """A plan in TOML that asks an endpoint, priced at $1 and $4 per million tokens."""
    return plan_text(candidates=candidates) + (
        f'[generator]\ntype = "openai"\nmodel = "stub"\nbase_url = "{base_url}"\n'
        f"concurrency = {concurrency}\ntimeout_seconds = {timeout}\nmax_output_tokens = 64\n"
        f"[critics]\njudge = {str(judge).lower()}\n{critics}"
        f"[prices]\ninput_usd_per_mtok = 1.0\noutput_usd_per_mtok = 4.0\n{more}"
    )
