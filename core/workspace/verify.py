"""Does a run's ledger still say what was written, and do its sums follow from its rows?

Nothing here trusts a stored total or hash: each is derived again from the rows
and the texts.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.formats import money
from core.records import Call
from core.workspace import ledger
from core.workspace.exchanges import Exchanges, digest
from core.workspace.folder import Workspace
from core.workspace.run_folder import file_hash, packed_facts, run_folder

_CENT_DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must hold."""

    name: str
    ok: bool
    found: str


def verify_files(workspace: Workspace, run_id: str) -> list[Check]:
    """The journal is whole, and packed files are those that were packed."""
    folder = run_folder(workspace, run_id)
    damage = ledger.damage(workspace, run_id)
    checks = [Check(name="journal", ok=not damage, found=damage or "every line can be read")]
    packed = packed_facts(folder)
    files = packed.get("files") if packed else None
    if files is None:
        note = "not packed yet" if packed is None else "packed by a version that kept no hashes"
        return [*checks, Check(name="files", ok=True, found=note)]
    changed = [
        name
        for name, known in files.items()
        if not (folder / name).exists() or file_hash(folder / name) != known
    ]
    found = f"changed since they were packed: {', '.join(changed)}" if changed else ""
    return [
        *checks,
        Check(name="files", ok=not changed, found=found or f"{len(files)} files have their hashes"),
    ]


def verify_sums(workspace: Workspace, run_id: str, calls: Sequence[Call]) -> list[Check]:
    """The totals follow from the rows, and no answer is paid for twice or for nothing."""
    packed = packed_facts(run_folder(workspace, run_id))
    now = ledger.totals(workspace, run_id)
    stored = (packed or {}).get("totals") or now
    off = [name for name, value in now.items() if abs(value - stored.get(name, 0)) > _CENT_DUST]
    total = math.fsum(call.cost_usd for call in calls)
    right = not off and abs(total - now["cost_usd"]) <= _CENT_DUST
    found = (
        f"{', '.join(off)} differ from the rows"
        if off
        else f"{len(calls)} calls, {money(total)} in all"
    )
    twice = [name for name, times in Counter(c.call_id for c in calls).items() if times > 1]
    return [
        Check(name="totals", ok=right, found=found),
        Check(
            name="each call once",
            ok=not twice,
            found=f"recorded twice: {', '.join(twice[:5])}" if twice else "no call is there twice",
        ),
        _reserved(workspace, run_id, calls),
        _used(workspace, run_id, calls),
    ]


def _reserved(workspace: Workspace, run_id: str, calls: Sequence[Call]) -> Check:
    """No call cost more than was set aside for it."""
    reserved = ledger.reserved_usd(workspace, run_id)
    sent = [call for call in calls if not _is_recalled(call)]
    missing = [c.call_id for c in sent if c.call_id not in reserved]
    over = [c.call_id for c in sent if c.cost_usd > reserved.get(c.call_id, 0.0) + _CENT_DUST]
    found = f"all {len(sent)} calls were reserved, none cost more"
    if missing:
        found = f"sent without being reserved: {', '.join(missing[:5])}"
    elif over:
        found = f"dearer than was reserved: {', '.join(over[:5])}"
    return Check(name="reserved before sent", ok=not missing and not over, found=found)


def _is_recalled(call: Call) -> bool:
    """Whether it was answered from before: it has an answer and, not being sent, no price."""
    return bool(call.outcome == "cached" or call.saved_usd) or (
        bool(call.response_hash) and not call.price_source
    )


def _used(workspace: Workspace, run_id: str, calls: Sequence[Call]) -> Check:
    """Every readable answer gave the candidate or the verdict that it was paid for."""
    known = {c.call_id for c in ledger.candidates(workspace, run_id)}
    known |= {c.call_id for c in ledger.critiques(workspace, run_id)}
    good = [call.call_id for call in calls if call.outcome in ("ok", "cached")]
    unused = [name for name in good if name not in known]
    found = f"without a candidate or a verdict: {', '.join(unused[:5])}" if unused else ""
    return Check(
        name="every answer used", ok=not unused, found=found or f"{len(good)} answers, all used"
    )


def verify_texts(workspace: Workspace, calls: Sequence[Call], policy: str) -> Check:
    """Texts that are kept give the hashes that the ledger holds."""
    hashed = [call for call in calls if call.response_hash]
    if policy != "keep":
        kind = "hashes" if hashed else "neither texts nor hashes"
        return Check(name="texts", ok=True, found=f"the policy keeps {kind}")
    exchanges, wrong, gone = Exchanges(workspace), [], 0
    try:
        for call in hashed:
            found = exchanges.find(call.request_key)
            if found is None:
                gone += 1
            elif (digest(found.request), digest(found.response)) != (
                call.request_key,
                call.response_hash,
            ):
                wrong.append(call.call_id)
    finally:
        exchanges.close()
    said = f"{len(hashed) - gone} texts give their hashes"
    if gone:
        said += f", {gone} are no longer kept"
    if wrong:
        said = f"changed texts of {', '.join(wrong[:5])}"
    return Check(name="texts", ok=not wrong, found=said)
