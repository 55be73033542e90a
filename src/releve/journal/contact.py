"""One contact in the journal: its decision, what came of it, and what other nodes said of it too."""

from typing import NamedTuple

from releve.base.errors import wrong
from releve.journal.books import first_of
from releve.journal.entries import Decision, Outcome, id_of_decision, id_of_outcome
from releve.journal.replay import Recorded
from releve.journal.store import Store

HAPPENINGS = ("answered", "abandoned", "ended", "resolved", "returned", "survey")


class OfContact(NamedTuple):
    """What the journal has of a contact."""

    facts: tuple[Recorded, ...]  # the decision, if it is there, and the outcomes by instant: what counts
    again: tuple[Recorded, ...]  # what other nodes said too while they could not see these

    @property
    def decision(self) -> Decision | None:
        """What was decided; None: only outcomes have come home yet."""
        return next((each.entry for each in self.facts if isinstance(each.entry, Decision)), None)


def of_contact(store: Store, contact: str) -> OfContact:
    """What is known of a contact. Raises InputError for one that the journal does not have."""
    ids = [id_of_decision(contact), *(id_of_outcome(contact, what) for what in HAPPENINGS)]
    known = store.known(ids)
    if not known:
        mend = "give the id that the edge gave; what a spool holds is not here before it comes home"
        raise wrong("unknown-contact", repr(contact), f"a contact of {store.name}", mend)
    again = [(id_, place) for id_, place in store.twice() if id_ in known]
    facts, others = (
        tuple(Recorded(place, first_of(store, id_, place)) for id_, place in places)
        for places in (known.items(), again)
    )
    return OfContact(tuple(sorted(facts, key=_order)), others)


def _order(recorded: Recorded) -> tuple[bool, object]:
    return isinstance(recorded.entry, Outcome), recorded.entry.at
