"""Whether a wave's step finds people: where it goes, on the way back, and at who has its customers now."""

from releve.demand.needed import Floats, Needs, Room, shares_after
from releve.operation.plan import RollbackSite, Wave
from releve.routing.table import Table, share_of


class Rooms:
    """Of every wave of a move, on each of some days."""

    def __init__(self, needs: Needs) -> None:
        self.needs = needs
        self.waves = needs.stage.move.transition.waves
        self.planned = {
            wave.name: shares_after(needs.stage, self.waves[: place + 1])
            for place, wave in enumerate(self.waves)
        }

    def there(self, wave: Wave, destination: str, present: Floats) -> Room:
        """People for the wave's queues at a destination once the wave has opened. present: by team, [N, T]."""
        return self.needs.room(destination, wave.queues, self.planned[wave.name], present)

    def ways_back(self, wave: Wave) -> list[RollbackSite]:
        """The sites that a wave's contacts may go back to, in order."""
        return [
            site for site in self.needs.stage.move.transition.rollback if site.destination != wave.destination
        ]

    def back(self, wave: Wave, destination: str, present: Floats) -> Room:
        """People at a rollback site to take a wave's step back, beside what is left there. present: [N, T]."""
        after = self.planned[wave.name]
        before = shares_after(self.needs.stage, self.waves[: self.waves.index(wave)])
        shares = dict(after)
        for queue in wave.queues:
            step = after[queue, wave.destination] - before.get((queue, wave.destination), 0)
            shares[queue, destination] = after.get((queue, destination), 0) + step
        return self.needs.room(destination, wave.queues, shares, present)

    def carrying(self, wave: Wave, table: Table, present: Floats) -> Room:
        """People at a wave's donor for the customers whom it has now, by the share table. present: [N, T]."""
        shares = {
            (queue, wave.donor): share_of(table, queue, wave.donor) for queue in self.needs.stage.queues
        }
        return self.needs.room(wave.donor, wave.queues, shares, present)
