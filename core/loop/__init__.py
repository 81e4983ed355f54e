"""The engine that runs a plan: concurrency, budget, retries, resume. The only asyncio.

Question to file: how is a run driven? ``engine``; what is already settled?
``standing``; how is one question asked until it is answered? ``caller``; may it
be paid? ``budget``; when does a fact count? ``commits``.
"""
