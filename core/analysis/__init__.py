"""One file per question that a user asks; each returns a frozen answer.

A question has the same name here, in the dashboard and on the command line.
"""
