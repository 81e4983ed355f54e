"""Critics: what is wrong with a candidate, as a score in [0, 1] and a reason.

Critics learn from anchors, never from what was accepted, and never delete.
Question to file: what is a critic? ``critic``; has it the right form?
``format`` (``language``); does it give away secrets or real records? ``leakage``
(``patterns``, ``runs_of_words``); is it a copy? ``duplicate`` (``near_texts``,
``bands``); has it drifted off the slice? ``drift``; has a whole set? ``shift``; does
it carry its label? ``agreement``; is it hard for the model? ``hard``; what does a
model say? ``judge``; which critics judge a kind? ``panel``.
"""
