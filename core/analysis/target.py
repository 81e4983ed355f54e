"""The target that an answer is asked for: a score or an accuracy."""

from core.errors import AssumptionError


def checked_target(target: float) -> float:
    """The score or accuracy wanted, strictly between 0 and 1.

    Raises
    ------
    AssumptionError
        It is 1, which nothing reaches, or no fraction at all.
    """
    if target == 1:
        raise AssumptionError(
            "a target of 1.0 cannot be proven or reached at finite cost: one wrong answer in a "
            "million would miss it; choose e.g. 0.99."
        )
    if not 0 < target < 1:
        hint = f"; if you mean {target:g} %, write {target / 100:g}" if 1 < target < 100 else ""
        raise AssumptionError(
            f"target is {target:g}; expected an accuracy strictly between 0 and 1, "
            f"such as 0.95{hint}."
        )
    return target
