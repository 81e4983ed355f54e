"""The door of every calculator: numbers become float64 arrays, impossible ones are refused."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import AssumptionError

Floats = NDArray[np.float64]


def checked(
    name: str,
    values: ArrayLike,
    unit: str,
    *,
    low: float = 0.0,
    high: float = np.inf,
    above: bool = False,
) -> Floats:
    """The values as float64.

    Parameters
    ----------
    name
        The parameter, as its caller knows it.
    values
        What was given.
    unit
        Its unit, for the message.
    low, high
        The closed range that every value must lie in.
    above
        Whether *low* itself is excluded.

    Raises
    ------
    AssumptionError
        Values outside the range, or not numbers; the message counts them and
        names the first.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise AssumptionError(f"{name} must be numbers in {unit}; found {values!r}.") from None
    bad = ~((array > low if above else array >= low) & (array <= high))
    if bad.any():
        opening, closing = "(" if above else "[", ")" if np.isinf(high) else "]"
        raise AssumptionError(
            f"{name} must be in {opening}{low:g}, {high:g}{closing} {unit}; "
            f"{int(bad.sum())} of {array.size} values are not, first {array[bad].flat[0]:g}."
        )
    return array


def fraction(name: str, values: ArrayLike) -> Floats:
    """The values as float64, each in [0, 1]."""
    return checked(name, values, "fraction", high=1.0)
