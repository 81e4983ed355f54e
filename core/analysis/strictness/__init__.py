"""What does a strictness accept, how good is that, what does it cost, and may it be promised?

Question to file: what is known of each candidate? ``judged``; what does one
setting accept? ``knob``, with ``precision`` for how good it is and ``reach`` for
what of the anchors it covers; where to put the knob? ``recommend``; who rejects
what? ``contributions``; how far can scores be believed? ``trust``; may it be
promised? ``promise`` and ``certificate``; which score is a strictness? ``threshold``; all of it
in one answer: ``answer``.
"""
