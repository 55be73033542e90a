"""Whether a destination can take contacts, from what edges report of it; with hysteresis, so that it does not flap.

Two failures within ten seconds, and it is down; it is up again after a minute of successes and no failure. So one
that comes and goes every two seconds is down once, and stays down. Times are of a clock that never goes back.
"""

from dataclasses import dataclass, replace

from releve.journal.entries import Alarmed, Health
from releve.switchboard.changes import Entries, Said, head
from releve.switchboard.live import Live, fold

DOWN_FAILURES = 2  # J
DOWN_WITHIN_S = 10.0  # J
UP_AFTER_S = 60.0  # J: reports of success for so long, and none of failure


@dataclass(frozen=True)
class Pulse:
    """What is known of one destination."""

    healthy: bool = True
    failures: tuple[float, ...] = ()  # when the last of them were
    good_since: float | None = None  # the first success since the last failure


def report(pulse: Pulse, works: bool, now_s: float) -> Pulse:
    """After a report that a contact could be given there, or not."""
    if not works:
        recent = tuple(at for at in pulse.failures if now_s - at <= DOWN_WITHIN_S)
        failures = (*recent, now_s)[-DOWN_FAILURES:]
        return Pulse(pulse.healthy and len(failures) < DOWN_FAILURES, failures)
    good_since = now_s if pulse.good_since is None else pulse.good_since
    up = pulse.healthy or now_s - good_since >= UP_AFTER_S
    return replace(pulse, healthy=up, good_since=good_since)


class Pulses:
    """Of every destination, as this switchboard's edges see it."""

    def __init__(self) -> None:
        self._of: dict[str, Pulse] = {}

    def report(self, destination: str, *, works: bool, now_s: float) -> bool:
        """Count a report; whether the destination is healthy now."""
        pulse = self._of[destination] = report(self._of.get(destination, Pulse()), works, now_s)
        return pulse.healthy


def changed(live: Live, destination: str, healthy: bool, said: Said) -> Entries:
    """A destination went down or came back: the entries, with an alarm; nothing where that is known."""
    if healthy != (destination in live.down):
        return ()
    entry = Health(**head(live, said), destination=destination, healthy=healthy)
    after = fold(live, entry)
    word, rule = (
        ("takes contacts again", "destination-up") if healthy else ("takes no contacts", "destination-down")
    )
    found: list[Alarmed] = [Alarmed(**head(live, said, why=f"'{destination}' {word}"), rule=rule)]
    found += [
        Alarmed(
            **head(
                live, said, why=f"no destination of '{queue}' takes contacts: each goes where its bucket says"
            ),
            rule="all-down",
        )
        for queue in _lost(after, said) - _lost(live, said)
    ]
    return (entry, *found)


def _lost(live: Live, said: Said) -> set[str]:
    """The queues that are open now and whose destinations are all down."""
    routing = live.routing(said.at)
    up = [name not in live.down for name in routing.destinations]
    return {
        queue for queue, state in routing.states.items() if state.open.any() and not (state.open * up).any()
    }
