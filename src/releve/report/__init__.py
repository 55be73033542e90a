"""One self-contained HTML file from a rehearsal or a plan: it opens offline, prints, and reads on a telephone.

The only input is the mapping that summary.json holds, and for a plan what `releve plan --json` says; nothing is
computed here that is not there.
"""

from releve.report.page import render, render_plan
from releve.report.writing import write, write_plan

__all__ = ["render", "render_plan", "write", "write_plan"]
