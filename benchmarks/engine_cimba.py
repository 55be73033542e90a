"""Model A in Cimba: one process a call, a timer for its patience. Imported only where Cimba is installed."""

import cimba as cb
import numpy as np
from cimba import inputs

from benchmarks.engine_peers import A_AGENTS, A_PATIENCE_S, A_PER_S, A_SERVICE_S, THRESHOLD_S, WARM_S, Tally

LEAVES = 7  # the signal of a timer that ends a wait


class Call(cb.Model):
    """One call of the centre."""

    centre: cb.Ref["Centre"]

    @cb.process
    def live(self):  # type: ignore[no-untyped-def]
        """Wait for a person, or leave; then talk."""
        came = cb.now()
        cb.this_process().timer_set(self.centre.patience.next(), LEAVES)
        signal = self.centre.people.acquire(1)
        cb.this_process().timers_clear()
        counted = came > WARM_S
        if counted:
            self.centre.counts[0] += 1
        if signal != 0:
            if counted:
                self.centre.counts[1] += 1
        else:
            if counted and cb.now() - came <= THRESHOLD_S:
                self.centre.counts[2] += 1
            cb.hold(self.centre.service.next())
            self.centre.people.release(1)


class Centre(cb.Model):
    """People, and calls that come to them."""

    between: cb.Input[float] = inputs.dist.exponential(mean=1 / A_PER_S)
    service: cb.Input[float] = inputs.dist.exponential(mean=A_SERVICE_S)
    patience: cb.Input[float] = inputs.dist.exponential(mean=A_PATIENCE_S)
    people: cb.Resource = cb.Resource(capacity=A_AGENTS)
    counts: cb.Array[int] = cb.Array(3)  # offered, abandoned, answered within the threshold
    offered: cb.Output[float]
    abandoned: cb.Output[float]
    within: cb.Output[float]

    @cb.process
    def arrivals(self):  # type: ignore[no-untyped-def]
        """Calls, one after the other."""
        while True:
            cb.hold(self.between.next())
            cb.spawn(Call, centre=self)

    @cb.on_end
    def report(self):  # type: ignore[no-untyped-def]
        """Tell what was counted."""
        self.offered = float(self.counts[0])
        self.abandoned = float(self.counts[1])
        self.within = float(self.counts[2])


def play(calls: int, seed: int) -> Tally:
    """Model A for about so many calls."""
    model = Centre()
    window = cb.Window(warmup=0.0, duration=calls / A_PER_S)
    result = cb.Experiment(model, replications=1, window=window, seed=seed).run()[model]
    return Tally(
        calls, *(float(np.asarray(x).mean()) for x in (result.offered, result.abandoned, result.within))
    )
