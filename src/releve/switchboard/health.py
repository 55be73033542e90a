"""Whether a destination can take contacts, from what edges report of it; with hysteresis, so that it does not flap.

Two failures within ten seconds, and it is down; it is up again when nothing has failed for a minute. So one that comes
and goes every two seconds is down once, and stays down. Times are of a clock that never goes back.
"""

from dataclasses import dataclass, replace

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
