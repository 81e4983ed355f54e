"""Files of labelled examples: recognised by their bytes, checked, and brought in.

What a file may be is in ``formats_of_files``; ``load`` brings it into the
workspace; what the workspace then knows of it is in ``core.workspace.datasets``.
"""

from core.datasets.load import load_dataset

__all__ = ["load_dataset"]
