"""What several parts of a contact's way need: chances, the lines of line groups, the seats of a person."""

from releve.base.draws import bits, uniform
from releve.engine.compiled import compiled
from releve.engine.heaps import add_end
from releve.engine.queues import stop_idling


@compiled
def happens(contact, purpose, chance):
    """Whether something of this chance happens to a contact; what is certain costs no draw."""
    if chance <= 0.0 or chance >= 1.0:
        return chance > 0.0
    return uniform(bits(contact["key"], contact["attempt"], purpose)) < chance


@compiled
def takes_trunk(h, contact, group):
    """Take a line of a line group, if one is free."""
    trunk = h.trunks[group]
    if trunk["used"] >= trunk["size"]:
        return False
    trunk["used"] += 1
    contact["holds"] = 1
    return True


@compiled
def gives_trunk(h, contact):
    """Give the line of the line group back, if it holds one."""
    if contact["holds"]:
        contact["holds"] = 0
        h.trunks[h.queues[contact["queue"]]["trunk"]]["used"] -= 1


@compiled
def hold_others(h, agent):
    """The person's other seats, which are free, wait until this one is."""
    other = h.agents[agent]["sibling"]
    while other != agent:
        h.agents[other]["held"] = 1
        if h.agents[other]["idle"]:
            stop_idling(h, other)
        other = h.agents[other]["sibling"]


@compiled
def let_others(h, agent, time):
    """What took the whole person is over: the other seats are free as of now."""
    other = h.agents[agent]["sibling"]
    while other != agent:
        person = h.agents[other]
        if person["held"]:
            person["held"] = 0
            if not person["ending"]:
                add_end(h, other, time)
        other = person["sibling"]


@compiled
def busy_part(h, agent):
    """The part of a person that the contact of a seat takes."""
    person = h.agents[agent]
    if person["sibling"] < 0 or not h.queues[h.contacts[person["contact"]]["queue"]]["several"]:
        return 1.0
    return person["part"]
