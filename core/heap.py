"""How the process keeps memory for arrays of draws."""

import ctypes
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Names of the settings in ``malloc.h``."""

KEPT_BYTES = 256 << 20
TAKEN_BYTES = 64 << 20
"""Asked of the system at once."""

LARGEST_BYTES = 32 << 20
"""Blocks below it come from the heap; glibc allows no more."""


def keep_arrays() -> bool:
    """Let the process keep up to ``KEPT_BYTES`` of freed arrays; whether that took effect.

    By default glibc hands an array of a few megabytes back to the system when it is freed, and
    getting the next one costs more than the arithmetic on it: a margin curve takes twice as
    long. Elsewhere than on glibc nothing is changed.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    settings = (
        (_TRIM_THRESHOLD, KEPT_BYTES),
        (_TOP_PAD, TAKEN_BYTES),
        (_MMAP_THRESHOLD, LARGEST_BYTES),
    )
    return all([bool(mallopt(name, size)) for name, size in settings])
