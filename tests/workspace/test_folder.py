"""The folder of facts: whose it is, that writes are whole, and what it says when it cannot be."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from unchanged import unchanged

from core.datasets import load_dataset
from core.errors import WorkspaceError
from core.workspace import Workspace
from core.workspace.findings import finding_id, finding_names, load_finding, save_finding
from core.workspace.folder import HOME_VARIABLE, default_folder


def test_opening_a_folder_twice_changes_nothing(workspace: Workspace) -> None:
    """The first opening makes the folder, any later one only reads it."""
    with unchanged(workspace.root):
        assert Workspace(workspace.root).root == workspace.root
    assert json.loads((workspace.root / "workspace.json").read_text("utf-8")) == {"schema": 1}


def test_the_folder_is_the_users_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A blank variable is none; without one the folder is the user's data folder."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "mine"))
    assert Workspace().root == tmp_path / "mine"
    monkeypatch.setenv(HOME_VARIABLE, "  ")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_folder() == tmp_path / "data" / "datawall"


def folder_with(folder: Path, marker: str) -> Path:
    """A folder whose marker holds this text."""
    folder.mkdir()
    (folder / "workspace.json").write_text(marker, "utf-8")
    return folder


def test_a_folder_that_cannot_be_used_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A file, a path below a file, another program's folder, a newer version, a loop of links."""
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    half = folder_with(tmp_path / "half", '{"schema": 1}')
    (half / "datasets").write_text("not a folder", "utf-8")
    cases = {
        tmp_path / "file": "is a file; expected a folder",
        tmp_path / "file" / "below": "cannot be used: Not a directory",
        Path("/proc/datawall"): "cannot be used: No such file or directory",
        half: "cannot be used: File exists",
        folder_with(tmp_path / "newer", '{"schema": 2}'): r"made by a newer version \(schema 2",
        folder_with(tmp_path / "empty", "{}"): "its workspace.json is damaged",
        folder_with(tmp_path / "torn", '{"sche'): "its workspace.json is damaged",
        folder_with(tmp_path / "odd", '{"schema": "x"}'): "its workspace.json is damaged",
        folder_with(tmp_path / "list", "[1]"): "its workspace.json is damaged",
        Path("~nobody-of-this-name/x"): "cannot be used: Could not determine home",
        tmp_path / "loop": "cannot be used",
    }
    for path, expected in cases.items():
        with unchanged(tmp_path), pytest.raises(WorkspaceError, match=expected):
            Workspace(path)


def test_no_path_leads_out_of_the_folder(workspace: Workspace, tmp_path: Path) -> None:
    """Neither dots nor links nor absolute names leave the workspace."""
    (workspace.root / "link").symlink_to(tmp_path)
    for parts in (("..",), ("datasets", "..", "..", "x"), ("/etc/passwd",), ("link", "x")):
        with pytest.raises(WorkspaceError, match="lies outside the workspace"):
            workspace.path(*parts)


@contextmanager
def no_room() -> Iterator[None]:
    """No file may grow beyond four bytes: what a full disk does, even to the superuser."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_failed_write_leaves_the_old_file_whole(workspace: Workspace) -> None:
    """Where there is no room the old text stays, no part of the new one, and the reason is said."""
    target = workspace.path("scenarios", "current.toml")
    workspace.write_text(target, "old")
    with (
        unchanged(workspace.root),
        pytest.raises(WorkspaceError, match="workspace stays as it was"),
        no_room(),
    ):
        workspace.write_text(target, "a longer new text")
    with unchanged(workspace.root), pytest.raises(UnicodeEncodeError):
        workspace.write_text(target, "half of it, then what UTF-8 cannot say: \ud800")


def test_a_dataset_that_finds_no_room_leaves_no_trace(workspace: Workspace, tmp_path: Path) -> None:
    """A full disk is the workspace's trouble, not the file's."""
    path = tmp_path / "a.csv"
    path.write_text("text,intent\nhello,a\nbye,b\n", "utf-8")
    with unchanged(workspace.root), pytest.raises(WorkspaceError, match="cannot write"), no_room():
        load_dataset(workspace, path)


def test_json_has_no_infinities(workspace: Workspace) -> None:
    """What JSON cannot say is refused before anything is written."""
    with unchanged(workspace.root), pytest.raises(ValueError, match="not JSON compliant"):
        workspace.write_json(workspace.path("reports", "x.json"), {"a": float("inf")})


def test_facts_of_another_folder_are_added_and_none_replaced(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Copying a sample in keeps what is there already."""
    other = Workspace(tmp_path / "other")
    other.write_text(other.path("scenarios", "a.toml"), "theirs")
    other.write_text(other.path("scenarios", "b.toml"), "theirs")
    workspace.write_text(workspace.path("scenarios", "a.toml"), "mine")
    workspace.copy_from(other.root)
    texts = {p.name: p.read_text("utf-8") for p in workspace.path("scenarios").iterdir()}
    assert texts == {"a.toml": "mine", "b.toml": "theirs"}


def test_a_finding_follows_from_its_inputs(workspace: Workspace) -> None:
    """Equal inputs have one name in any order; the finding is read back equal, or is not there."""
    name = finding_id(data="d1:ab", target=0.9, by=["a"])
    assert name == finding_id(by=["a"], target=0.9, data="d1:ab")
    assert name != finding_id(by=["a"], target=0.91, data="d1:ab")
    found = {"score": 0.5, "names": [1, 2]}
    assert load_finding(workspace, "audits", name, dict) is None
    save_finding(workspace, "audits", name, found)
    assert load_finding(workspace, "audits", name, dict) == found
    assert finding_names(workspace, "audits") == [name]


@pytest.mark.parametrize("damage", [b'{"sc', b"[1, 2]", b"\xff\xfe", b""], ids=repr)
def test_a_damaged_finding_is_named_and_not_replaced(workspace: Workspace, damage: bytes) -> None:
    """The file at fault is named with what to do; nothing is overwritten."""
    workspace.path("audits", "abc.json").write_bytes(damage)
    said = r"audits/abc\.json is damaged .*delete it and run"
    with unchanged(workspace.root), pytest.raises(WorkspaceError, match=said):
        load_finding(workspace, "audits", "abc", dict)
