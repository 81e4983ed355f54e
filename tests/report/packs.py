"""Board packs of the default scenario and of the sample, made once for a file of tests."""

from dataclasses import replace
from datetime import date
from functools import cache

from core.analysis.audit import measurements
from core.analysis.chain import Chain, chain_of
from core.analysis.scenario import default_scenario
from core.assumptions import Scenario
from core.prices import PriceBook
from core.report.content import Pack
from core.report.findings import Findings, findings_of, standing_alone
from core.report.pack import pack_of
from core.workspace import Workspace

TODAY = date(2026, 11, 23)
DEFAULT = default_scenario(PriceBook(), TODAY)
DRAWS = 300
TARGET = 0.95

HOSTILE = '=HYPERLINK("http://127.0.0.1/","x")<script>alert(\'1\')</script>'
"""A name that a spreadsheet would compute and a browser would run."""


def findings(scenario: Scenario = DEFAULT, target: float = TARGET, draws: int = DRAWS) -> Findings:
    """Everything asked of a scenario that stands alone."""
    return findings_of(standing_alone(scenario), target=target, draws=draws)


@cache
def default_pack() -> Pack:
    """The pack of the default scenario."""
    return pack_of(findings())


def sample_chain(workspace: Workspace, target: float = 0.85) -> Chain:
    """The chain of the sample as the first page shows it."""
    audit = measurements(workspace)[0]
    return chain_of(
        workspace, fingerprint=audit.fingerprint, label=audit.label, target=target, tau=0.5
    )


def hostile_scenario() -> Scenario:
    """The default scenario with a name, a source and a note that would do harm."""
    price = replace(DEFAULT["price_per_seat"], source=f"+{HOSTILE}", note=f"@{HOSTILE}")
    return replace(DEFAULT.bound(replace(price, status="edited")), name=HOSTILE)


def odd_scenarios() -> dict[str, tuple[Scenario, float]]:
    """Scenarios in which a figure does not exist, and the target asked for."""
    return {
        "no price": (DEFAULT.edited({"price_per_seat": 0.0}, on=TODAY), 0.95),
        "out of reach": (DEFAULT, 0.9999),
        "never pays back": (DEFAULT.edited({"error_cost": 0.0}, on=TODAY), 0.95),
        "nothing to do": (DEFAULT, 0.5),
        "nothing is uncertain": (
            replace(
                DEFAULT,
                assumptions={k: replace(a, low=None, high=None) for k, a in DEFAULT.items()},
            ),
            0.95,
        ),
    }
