"""Files of labelled examples: recognised by their bytes, checked, and brought in.

What a file may be is in ``recognise``; ``load`` brings it into the workspace,
``excel`` by way of CSV; ``faults`` says what is wrong with one that cannot be
read. What the workspace then knows of it is in ``core.workspace.datasets``.
"""

from core.datasets.load import dataset_for, load_dataset

__all__ = ["dataset_for", "load_dataset"]
