"""What a strictness yields: cost and information of what is accepted.

Acceptance rate and precision from a critic's error rates are those of any
verifier, see ``verification``. Information is that of labels with symmetric
noise: an upper bound, for systematic errors carry none however many there are.

References
----------
.. [1] Y. Feng et al., "Beyond Model Collapse: Scaling Up with Synthesized Data
   Requires Verification", ICLR 2025.
"""

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked, fraction


def cost_per_accepted_sample(
    candidate_cost: ArrayLike, acceptance_rate: ArrayLike, downstream_cost: ArrayLike = 0.0
) -> Floats:
    """Spend per sample that is accepted: rejected candidates are paid for too.

    Parameters
    ----------
    candidate_cost
        Generating and judging one candidate. [USD/candidate]
    acceptance_rate
        Accepted of those proposed. [fraction]
    downstream_cost
        What each accepted sample costs besides. [USD/sample]

    Returns
    -------
    Cost; ``inf`` where nothing is accepted. [USD/sample]

    References
    ----------
    Expected number of trials to a success; Feng et al. 2025 [1]_.
    """
    cost = checked("candidate_cost", candidate_cost, "USD/candidate")
    accepted = fraction("acceptance_rate", acceptance_rate)
    besides = checked("downstream_cost", downstream_cost, "USD/sample")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(accepted > 0, cost / accepted + besides, np.inf)


def cost_per_good_sample(cost_per_accepted: ArrayLike, precision: ArrayLike) -> Floats:
    """Spend per accepted sample that is truly good.

    Parameters
    ----------
    cost_per_accepted
        Spend per accepted sample. [USD/sample]
    precision
        Good of those accepted. [fraction]

    Returns
    -------
    Cost; ``inf`` where none is good. [USD/sample]

    References
    ----------
    Feng et al. 2025 [1]_.
    """
    cost = checked("cost_per_accepted", cost_per_accepted, "USD/sample")
    good = fraction("precision", precision)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(good > 0, cost / good, np.inf)


def good_lost_per_accepted(
    base_rate: ArrayLike, recall: ArrayLike, acceptance_rate: ArrayLike
) -> Floats:
    """Good candidates thrown away for each sample accepted.

    Parameters
    ----------
    base_rate
        Good of those proposed. [fraction]
    recall
        Accepted of the good ones. [fraction]
    acceptance_rate
        Accepted of those proposed. [fraction]

    Returns
    -------
    Good candidates lost; ``inf`` where nothing is accepted. [1]

    References
    ----------
    Feng et al. 2025 [1]_.
    """
    lost = fraction("base_rate", base_rate) * (1 - fraction("recall", recall))
    accepted = fraction("acceptance_rate", acceptance_rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(accepted > 0, lost / accepted, np.inf)


def retained_information(precision: ArrayLike, positive_share: ArrayLike = 0.5) -> Floats:
    """Clean samples that one sample with a wrong label now and then is worth.

    Parameters
    ----------
    precision
        Labels that are right; wrong ones fall at random. [fraction]
    positive_share
        True share of the positive label. [fraction]

    Returns
    -------
    Worth of a sample; 0 at a precision of one half and below. [fraction]

    References
    ----------
    Fisher information about a share seen through a binary symmetric channel.
    """
    right = fraction("precision", precision)
    theta = fraction("positive_share", positive_share)
    clarity = np.maximum(2 * right - 1, 0.0)
    seen = (1 - right) + clarity * theta
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = clarity**2 * theta * (1 - theta) / (seen * (1 - seen))
    return np.where(clarity == 0, 0.0, np.where(right == 1, 1.0, worth))


def information_per_candidate(acceptance_rate: ArrayLike, precision: ArrayLike) -> Floats:
    """Clean samples' worth of information per candidate proposed: what strictness maximises.

    Parameters
    ----------
    acceptance_rate
        Accepted of those proposed. [fraction]
    precision
        Good of those accepted; a NaN, where nothing is accepted, is worth nothing. [fraction]

    Returns
    -------
    A (2P − 1)², and 0 where P is one half or less. [1]

    References
    ----------
    Labels through a binary symmetric channel; Feng et al. 2025 [1]_ for P > 1/2.
    """
    accepted = fraction("acceptance_rate", acceptance_rate)
    known = np.nan_to_num(np.asarray(precision, dtype=np.float64), nan=0.5)
    return np.asarray(accepted * np.maximum(2 * fraction("precision", known) - 1, 0.0) ** 2)


def information_threshold(
    precision: ArrayLike, value_per_cost: ArrayLike = 0.0, downstream_cost: ArrayLike = 0.0
) -> Floats:
    """Probability of being good from which on accepting adds information for its cost.

    At the best strictness the threshold and the precision it gives satisfy this
    equation; without a downstream cost it lies between 1/2 and 3/4.

    Parameters
    ----------
    precision
        Good of those accepted, above one half. [fraction]
    value_per_cost
        Information per dollar at the best strictness. [1]
    downstream_cost
        What each accepted sample costs besides. [USD/sample]

    Returns
    -------
    Threshold, at most 1; NaN for a precision of one half or less. [fraction]

    References
    ----------
    First-order condition of A (2P − 1)² over cost (Dinkelbach's ratio form).
    """
    clarity = 2 * fraction("precision", precision) - 1
    kappa = checked("value_per_cost", value_per_cost, "1")
    besides = checked("downstream_cost", downstream_cost, "USD/sample")
    with np.errstate(divide="ignore", invalid="ignore"):
        at = (clarity * (2 + clarity) + kappa * besides) / (4 * clarity)
    return np.where(clarity > 0, np.minimum(at, 1.0), np.nan)


def value_threshold(value: ArrayLike, harm: ArrayLike, downstream_cost: ArrayLike = 0.0) -> Floats:
    """Probability of being good from which on accepting pays, in dollars.

    Parameters
    ----------
    value
        Worth of a good sample. [USD/sample]
    harm
        Damage of a bad one. [USD/sample]
    downstream_cost
        What each accepted sample costs besides. [USD/sample]

    Returns
    -------
    Threshold; above 1 where accepting never pays, NaN where nothing is at stake. [fraction]

    References
    ----------
    Expected value of accepting set to zero.
    """
    gain = checked("value", value, "USD/sample")
    loss = checked("harm", harm, "USD/sample")
    besides = checked("downstream_cost", downstream_cost, "USD/sample")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((loss + besides) / (gain + loss))


def odds_multiplier(recall: ArrayLike, false_acceptance: ArrayLike) -> Floats:
    """By how much accepting multiplies the odds of being good.

    Parameters
    ----------
    recall
        Accepted of the good ones. [fraction]
    false_acceptance
        Accepted of the bad ones. [fraction]

    Returns
    -------
    Likelihood ratio TPR / FPR; ``inf`` where no bad one is accepted, NaN where none is
    accepted at all. [1]

    References
    ----------
    Bayes' rule in odds: odds(P) = odds(g) · TPR / FPR.
    """
    kept, passed = fraction("recall", recall), fraction("false_acceptance", false_acceptance)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(kept / passed)


def effective_samples(accepted: ArrayLike, precision: ArrayLike) -> Floats:
    """Clean samples that those accepted are worth, were their errors chance.

    Parameters
    ----------
    accepted
        How many are accepted. [samples]
    precision
        Good of those accepted. [fraction]

    Returns
    -------
    Effective samples; 0 at a precision of one half and below. [samples]

    References
    ----------
    ``retained_information`` at balance: n (2P − 1)².
    """
    return np.asarray(checked("accepted", accepted, "samples") * retained_information(precision))


def rate_ratio(minority: ArrayLike, majority: ArrayLike) -> Floats:
    """How much of the rare kind's good ones is kept, against the frequent kind's.

    Parameters
    ----------
    minority, majority
        Accepted of the good ones of either kind. [fraction]

    Returns
    -------
    Ratio, 1 for equal treatment; NaN where neither is accepted. [1]

    References
    ----------
    Ratio of true positive rates (equal opportunity).
    """
    rare, frequent = fraction("minority", minority), fraction("majority", majority)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(rare / frequent)
