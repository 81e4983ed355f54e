"""What was concluded: audits, evidence and so on; one JSON file each, named by its inputs."""

import hashlib
import json
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from core.errors import WorkspaceError
from core.workspace.folder import Workspace

FindingKind = Literal["audits", "evidence", "certificates", "exports", "monitors", "snapshots"]
Finding = TypeVar("Finding")


def finding_id(**inputs: Any) -> str:
    """The name of a finding that follows from these inputs: equal inputs, equal name."""
    payload = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(payload.encode()).hexdigest()[:12]


def save_finding(workspace: Workspace, kind: FindingKind, name: str, finding: Any) -> None:
    """Record a finding; an earlier one of the same name followed from the same inputs."""
    text = TypeAdapter(type(finding)).dump_json(finding, indent=1).decode()
    workspace.write_text(workspace.path(kind, f"{name}.json"), text)


def load_finding(
    workspace: Workspace, kind: FindingKind, name: str, shape: type[Finding]
) -> Finding | None:
    """The finding of this name, or None when there is none yet."""
    path = workspace.path(kind, f"{name}.json")
    try:
        return TypeAdapter(shape).validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise WorkspaceError(
            f"{path} is damaged or was written by another version ({error.error_count()} fields do "
            "not fit); delete it and run the step again."
        ) from error


def finding_names(workspace: Workspace, kind: FindingKind) -> list[str]:
    """Names of all findings of a kind, newest first."""
    files = sorted(
        workspace.path(kind).glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True
    )
    return [path.stem for path in files]


def readable_findings(
    workspace: Workspace, kind: FindingKind, shape: type[Finding]
) -> list[Finding]:
    """All findings of a kind that this version can read, newest first."""
    found = []
    for name in finding_names(workspace, kind):
        try:
            finding = load_finding(workspace, kind, name, shape)
        except WorkspaceError:
            continue
        if finding is not None:
            found.append(finding)
    return found
