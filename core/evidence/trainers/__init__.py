"""Who trains the model an experiment tests: a learner inside, a script, a service.

Question to file: what must a trainer do? ``trainer``; which are inside?
``embedded``; with an endpoint's embeddings? ``embeddings``; the user's own
script? ``command``; a fine-tuning service? ``finetuning``.
"""

from core.evidence.trainers.embedded import default_trainer

__all__ = ["default_trainer"]
