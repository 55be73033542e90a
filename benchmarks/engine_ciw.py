"""Models A and B in Ciw, whose records are read afterwards. Imported only where Ciw is installed.

Ciw knows neither skills nor the longest idle: model B is a node of its own kind, as its documentation advises.
"""

import math
import random

import ciw

from benchmarks.engine_peers import (
    A_AGENTS,
    A_PATIENCE_S,
    A_PER_S,
    A_SERVICE_S,
    DAY_S,
    DRAIN_S,
    MODEL_B,
    SIGMA_B,
    WARM_S,
    Tally,
)


def play_a(calls: int, seed: int) -> Tally:
    """Model A for about so many calls."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(A_PER_S)],
        service_distributions=[ciw.dists.Exponential(1 / A_SERVICE_S)],
        number_of_servers=[A_AGENTS],
        reneging_time_distributions=[ciw.dists.Exponential(1 / A_PATIENCE_S)],
    )
    world = ciw.Simulation(network)
    world.simulate_until_max_time(calls / A_PER_S)
    return _told(world, Tally(calls=calls), WARM_S)


class Swinging(ciw.dists.Distribution):
    """Times between the calls of a queue of model B, thinned from the highest rate; none after the day."""

    def __init__(self, q: int) -> None:
        self.q, self.most = q, MODEL_B.per_day[q] / DAY_S * (1 + MODEL_B.swing)

    def sample(self, t: float, ind: object = None) -> float:
        time = t
        while time < DAY_S:
            time += random.expovariate(self.most)
            if random.random() * self.most < MODEL_B.rate(self.q, time):
                return time - t if time < DAY_S else math.inf
        return math.inf


class Person(ciw.Server):
    """One of model B's people: the queues of their team, and since when they are idle."""

    def __init__(self, node: ciw.Node, id_number: int, start_date: float = 0.0) -> None:
        super().__init__(node, id_number, start_date)
        ends = [sum(people for people, _ in MODEL_B.teams[: t + 1]) for t in range(len(MODEL_B.teams))]
        team = next(t for t, end in enumerate(ends) if id_number <= end)
        self.queues, self.since = {f"queue {q}" for q in MODEL_B.teams[team][1]}, 0.0


class Skilled(ciw.Node):
    """Who calls gets the longest idle who may; who comes free takes the best priority, then the longest wait."""

    def begin_service_if_possible_accept(self, next_individual: ciw.Individual) -> None:
        self.chosen = next_individual
        super().begin_service_if_possible_accept(next_individual)

    def begin_service_if_possible_release(
        self, next_individual: ciw.Individual, newly_free_server: Person
    ) -> None:
        newly_free_server.since = self.now
        mine = newly_free_server.queues
        waiting = (
            ind for each in self.individuals for ind in each if not ind.server and ind.customer_class in mine
        )
        self.chosen = next(waiting, None)
        super().begin_service_if_possible_release(next_individual, newly_free_server)

    def choose_next_customer(self) -> ciw.Individual | None:
        return self.chosen

    def find_free_server(self, ind: ciw.Individual) -> Person | None:
        free = (person for person in self.servers if not person.busy and ind.customer_class in person.queues)
        return min(free, key=lambda person: person.since, default=None)


def play_b(days: int, seed: int) -> Tally:
    """Independent days of model B."""
    ciw.seed(seed)
    names = [f"queue {q}" for q in range(len(MODEL_B.per_day))]
    mu = math.log(MODEL_B.service_s) - SIGMA_B * SIGMA_B / 2
    total = Tally()
    for _ in range(days):
        network = ciw.create_network(
            arrival_distributions={name: [Swinging(q)] for q, name in enumerate(names)},
            service_distributions={name: [ciw.dists.Lognormal(mu, SIGMA_B)] for name in names},
            reneging_time_distributions={
                name: [ciw.dists.Exponential(1 / MODEL_B.patience_s)] for name in names
            },
            priority_classes=dict(zip(names, MODEL_B.priority, strict=True)),
            number_of_servers=[sum(people for people, _ in MODEL_B.teams)],
        )
        world = ciw.Simulation(network, node_class=Skilled, server_class=Person)
        world.simulate_until_max_time(DAY_S + DRAIN_S)
        _told(world, total, 0.0)
    total.calls = int(total.offered)
    return total


def _told(world: ciw.Simulation, tally: Tally, warm_s: float) -> Tally:
    """Count a world's records of those who came after a warm-up."""
    for record in world.get_all_records():
        if record.arrival_date > warm_s:
            tally.add(record.waiting_time, record.record_type == "service")
    return tally
