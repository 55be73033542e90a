"""What the kernel counts in a cell: an interval of arrival, the line that the bucket named, who answered."""

import numpy as np

# The destination that answered; the last stands for nobody.
CELL = np.dtype(
    [
        ("offered", "f8"),  # contacts, every attempt counts
        ("retried", "f8"),  # of those, new tries after abandoning
        ("repeated", "f8"),  # of those, customers who come back days later
        ("blocked", "f8"),  # of those, found every line of their line group taken
        ("answered", "f8"),  # contacts taken by a person
        ("within", "f8"),  # answered within the target's threshold
        ("waited", "f8"),  # answered after a wait
        ("wait_s", "f8"),  # seconds waited by the answered
        ("abandoned", "f8"),  # left unanswered, whatever the reason
        ("left", "f8"),  # customers who left so, once each: not again for a new try of the same interval
        ("left_within", "f8"),  # of the abandoned, left of their own accord within the target's threshold
        ("short", "f8"),  # of the abandoned, left so within the gate's short limit: not counted by gates
        ("abandon_wait_s", "f8"),  # seconds waited by those who left
        ("called_back", "f8"),  # took the offer of a callback instead of waiting on
        ("completed", "f8"),  # contacts talked to the end
        ("handled_s", "f8"),  # talk and wrap-up, the part of this day; without talks that were cut off
        ("capped_s", "f8"),  # talk and wrap-up of the completed, whole, each at most its queue's `longest_s`
        ("log_s", "f8"),  # the sum of their natural logarithms, under 1 s as of 1 s
        ("resolved", "f8"),  # completed and resolved
        ("returning", "f8"),  # not helped, and will come back within seven days
        ("surveys", "f8"),  # answered the survey
        ("satisfied", "f8"),  # and were satisfied
    ]
)
MEASURES: tuple[str, ...] = CELL.names or ()
K = len(MEASURES)

# The histogram of waits: bin 0 holds waits under 1 s; then every doubling has so many bins of equal width.
WAIT_PARTS = 32
WAIT_OCTAVES = 17  # the last ends at 2**17 s, a day and a half
WAIT_BINS = 1 + WAIT_PARTS * WAIT_OCTAVES


def wait_edges() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The lower edge of every bin of the histogram of waits, and the upper edge of the last, in seconds: [B + 1]."""
    octave, part = np.divmod(np.arange(WAIT_PARTS * WAIT_OCTAVES + 1), WAIT_PARTS)
    return np.concatenate([[0.0], 2.0**octave * (1.0 + part / WAIT_PARTS)])
