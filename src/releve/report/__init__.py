"""One self-contained HTML file from a rehearsal: it opens offline, prints, and reads on a telephone.

The only input is the mapping that summary.json holds; nothing is computed here that is not there.
"""

from releve.report.page import render
from releve.report.writing import write

__all__ = ["render", "write"]
