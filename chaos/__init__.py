"""What must hold when things break: `make chaos` runs each script here, in its long form, and it prints its pass line
and figures. The tests import the short forms.

A test has the number that the reliability tests have in docs/explanation/reliability.md.
"""
