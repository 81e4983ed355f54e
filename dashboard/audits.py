"""What audits have measured, as they store it, sized once for every target."""

import streamlit as st

from core.analysis.audit import AuditAnswer, audit_at, measurements
from core.audit.measurement import Measurement
from dashboard.home import workspace

_ENTRIES = 64


def stamp() -> int:
    """Changes whenever an audit stores what it measured."""
    files = workspace().path("audits").glob("*.json")
    return max((path.stat().st_mtime_ns for path in files), default=0)


def newest(fingerprint: str, label: str | None = None) -> Measurement | None:
    """What was measured last of this data, and of this label if one is given."""
    return _newest(stamp(), fingerprint, label)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False)
def _newest(changed: int, fingerprint: str, label: str | None) -> Measurement | None:
    of_data = (m for m in measurements(workspace()) if m.fingerprint == fingerprint)
    return next((m for m in of_data if label in (None, m.label)), None)


def _state(measured: Measurement) -> tuple[str, int, bool, int]:
    return measured.name, measured.repeats_done, measured.is_complete, len(measured.fixes)


@st.cache_data(max_entries=_ENTRIES, show_spinner=False, hash_funcs={Measurement: _state})
def sized(measured: Measurement, target: float) -> AuditAnswer:
    """What was measured, sized for a target."""
    return audit_at(measured, target)
