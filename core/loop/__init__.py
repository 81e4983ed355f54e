"""The engine that runs a plan: concurrency, budget, retries, resume. The only asyncio.

Question to file: how is a run driven? ``engine``, one call at a time each by
``session``, in batches by ``batch_session``; what does a session work with?
``surroundings`` and ``connection``; what is already settled? ``standing``.

How is one question asked until it is answered? ``caller`` (in batches:
``batched``, ``tickets``, ``open_batches``); how many at once? ``gate``; is
there anyone at all? ``alone``; may it be paid? ``budget`` and ``costing``; was it
paid for before? ``cache``; which row of the ledger does it become? ``attempts``;
when does a fact count? ``commits``.

What is asked? ``proposing``, ``judging`` and ``asking``; what do rejected
candidates teach? ``lessons``; in which order is judged? ``order``; when is it
enough? ``stops``; how is it going? ``live``; who may interrupt? ``signals``.
"""
