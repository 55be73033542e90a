"""Contacts that came in the world, put before the compiled routing as arrivals in a rehearsal are."""

from releve.engine.compiled import entry
from releve.engine.contacts import lines_of


@entry
def routed(h, queue, bucket, lines):
    """Where contacts go in a house as it stands. queue, bucket: [n]. Fills lines, [n, 2]: the line that each bucket
    names, and the line that takes the contact, -1 where none does."""
    for n in range(len(queue)):
        lines[n, 0], lines[n, 1] = lines_of(h, queue[n], bucket[n])
