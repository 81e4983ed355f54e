"""What is compared: the rows of every arm, checked, and how often each is trained."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.analysis.evidence.corpora import Corpus
from core.analysis.evidence.real import Real, of_slice
from core.analysis.evidence.unseen import near_held_out, refuse_what_the_run_saw
from core.audit.examples import Examples
from core.audit.holdout import content_keys
from core.errors import DataError
from core.evidence.arms import Stock
from core.evidence.corpus import Injectable, injectable, refuse_nothing_left
from core.evidence.trainers.trainer import Trainer
from core.workspace import Workspace
from core.workspace.datasets import Dataset
from core.workspace.findings import finding_id

_METHOD = 2  # raise when the same inputs would give another answer
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An experiment, ready to run."""

    data: Dataset
    stock: Stock
    trainer: Trainer
    corpus: str
    repeats: int
    seed: int
    controls: bool
    """Whether to train what a sceptic asks for as well."""
    notes: tuple[str, ...]
    not_trained: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name that the evidence is stored under: equal for equal contents and settings."""
        stock = self.stock
        contents = content_keys(stock.rows.frame[[*stock.rows.columns, stock.rows.label]])
        named = {
            "train": stock.train,
            "accepted": stock.accepted,
            "every": stock.every,
            "held back": stock.held_back,
            **{f"{tau:g}": of for tau, of in stock.by_strictness},
        }
        return finding_id(
            data=self.data.fingerprint,
            label=stock.rows.label,
            text=stock.rows.text,
            slice=stock.slice_name,
            repeats=self.repeats,
            seed=self.seed,
            controls=self.controls,
            trainer=self.trainer.identity,
            rows={name: sorted(contents[i] for i in rows) for name, rows in named.items()},
            method=_METHOD,
        )


def trial_of(
    workspace: Workspace,
    data: Dataset,
    real: Real,
    corpus: Corpus,
    trainer: Trainer,
    slice_name: str,
    *,
    repeats: int,
    seed: int,
    controls: bool,
) -> Trial:
    """Real and synthetic rows in one table, what must not train left out.

    Raises
    ------
    DataError
        The corpus does not fit the data, or its generator saw what is held out.
    """
    rows, tests = real.rows, real.tests
    if corpus.run_id is not None:
        refuse_what_the_run_saw(workspace, corpus.run_id, data, rows, tests)
    made = _checked(real, corpus, slice_name)
    accepted = corpus.accepted[_any(corpus)]
    if not accepted.any():
        raise DataError(
            f"{corpus.name} holds no accepted sample; lower the strictness or generate more."
        )
    refuse_nothing_left(made, accepted, rows.text, corpus.name)
    place, frames = _placed(rows, made, real, slice_name)
    together = _together(rows, frames)
    stock = Stock(
        rows=together,
        slice_name=slice_name,
        train=np.flatnonzero(real.trains),
        test=np.flatnonzero(tests),
        accepted=place[accepted & made.usable],
        every=place[made.usable] if corpus.run_id is not None else place[:0],
        held_back=np.append(
            real.held_back, np.arange(len(together.frame))[len(rows.frame) + len(made.frame) :]
        ),
        by_strictness=tuple(
            (tau, place[mask[_any(corpus)] & made.usable]) for tau, mask in corpus.by_strictness
        ),
    )
    return Trial(
        data=data,
        stock=stock,
        trainer=trainer,
        corpus=corpus.name,
        repeats=repeats,
        seed=seed,
        controls=controls,
        notes=(*real.notes, *made.notes(accepted), *_shown(corpus, real, rows)),
        not_trained=_not_trained(stock, trainer, controls=controls),
    )


def _checked(real: Real, corpus: Corpus, slice_name: str) -> Injectable:
    """The rows of the corpus, copies and near copies of the test marked."""
    made = injectable(real.rows, real.tests, corpus.rows[_any(corpus)], slice_name, corpus.name)
    near = near_held_out(real.rows, real.trains, real.tests, made.frame)
    return replace(made, near=near & ~made.copied)


def _any(corpus: Corpus) -> _Mask:
    """Rows that are used at all: for a file those that are accepted, for a run every one."""
    return np.ones(len(corpus.rows), bool) if corpus.run_id is not None else corpus.accepted


def _placed(
    rows: Examples, made: Injectable, real: Real, slice_name: str
) -> tuple[NDArray[np.int64], list[pd.DataFrame]]:
    """Where each synthetic row stands in the table, and the frames to put below the real ones.

    Ordered by content, so that the order of the corpus decides nothing.
    """
    keys = np.array(content_keys(made.frame))
    order = np.argsort(keys, kind="stable")
    place = np.empty(order.size, dtype=np.int64)
    place[order] = len(rows.frame) + np.arange(order.size)
    frames = [made.frame.iloc[order]]
    if real.further is not None:
        of = real.further
        frames.append(of.frame[of.usable & of_slice(of, rows.label, slice_name)])
    else:
        frames.append(made.frame.iloc[:0])
    return place, frames


def _together(rows: Examples, frames: list[pd.DataFrame]) -> Examples:
    columns = [*rows.columns, rows.label]
    both = pd.concat([rows.frame[columns], *(f[columns] for f in frames)], ignore_index=True)
    content = pd.Series(content_keys(both[list(rows.columns)]))
    return replace(
        rows,
        frame=both,
        labels=both[rows.label].astype(str).to_numpy(dtype=str),
        group=content.factorize()[0].astype(np.int64),
    )


def _shown(corpus: Corpus, real: Real, rows: Examples) -> tuple[str, ...]:
    """Whether the generator of the corpus was shown rows that are held back here."""
    if corpus.run_id is None or not real.held_back.size:
        return ()
    return (
        "The run's generator may have been shown the real examples that are held back here: the "
        "corpus then knows more than its anchors, and the gain is that of all of them.",
    )


def _not_trained(stock: Stock, trainer: Trainer, *, controls: bool) -> tuple[str, ...]:
    if not controls:
        reason = f"{trainer.name} costs minutes or money" if trainer.is_costly else "not asked for"
        return (f"Only without and with the corpus was trained; the other arms: {reason}.",)
    found = []
    if stock.every.size <= stock.accepted.size:
        found.append(
            "Unfiltered: the corpus is a file, or everything was accepted; what critics rejected "
            "is not known here."
        )
    if not stock.held_back.size:
        found.append(
            "More real data: none is held back; name a file with --more-real, or train on fewer "
            "with --anchors."
        )
    return tuple(found)
