"""What a folder holds, to the byte, and that nothing of it changed."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def bytes_of(folder: Path) -> dict[str, str]:
    """Every path below a folder with a hash of its bytes; folders and links count too."""
    return {str(path.relative_to(folder)): _hash(path) for path in sorted(folder.rglob("*"))}


def _hash(path: Path) -> str:
    if path.is_symlink() or path.is_dir():
        return "link" if path.is_symlink() else "folder"
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Fail when the block adds, removes or changes anything below *folder*."""
    before = bytes_of(folder)
    yield
    assert bytes_of(folder) == before
