"""What do people say of candidates, and what may be concluded from it?

Question to file: which candidates are labelled next? ``drawing``; how is one
judged, taken back, settled? ``labelling``; who may label? ``labellers``; what is
settled, what contested, how far do two agree? ``settled``; how far is one?
``standing``; which real examples stand beside a candidate? ``reference``;
labels from and to files: ``files``, with ``rows`` for reading them and
``sheets`` for writing.
"""
