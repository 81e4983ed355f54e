"""Does a loop that eats its own output collapse: in theory, in simulation, in a real loop.

Question to file: what is simulated? ``settings``; which results of the field?
``presets``; all chains at once? ``chains``, with a file per model; with theory
beside them? ``lab``; what became of it? ``verdicts``.
"""
