"""The knowledge graph of a domain: facts as triples, each with its source.

Question to file: when are two names the same, and what does a text mention?
``names``; what do the triples say together? ``graph``; what is wrong with them?
``checks``; which facts matter for some texts? ``relevance``; how do they come in
and out as files? ``triples_file``; how is a document cut into chunks?
``documents``; does a chunk really say what was extracted? ``grounding``; where
does a name stand in the picture? ``layout``.

Nothing here asks a model, and equal input gives equal output.
"""
