"""The small journal of `chaos`, where the long forms play with it too: a few contacts of one morning in Liege."""

from chaos.small_journal import (
    CELL,
    MONDAY,
    NOON,
    Desk,
    Door,
    all_entries,
    answered,
    chain,
    contacts,
    decision,
    hold,
    keep,
)

__all__ = [
    "CELL",
    "MONDAY",
    "NOON",
    "Desk",
    "Door",
    "all_entries",
    "answered",
    "chain",
    "contacts",
    "decision",
    "hold",
    "keep",
]
