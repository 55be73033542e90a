"""What keeps the SIP server small under a flood: how much a source may ask, and which calls were just answered.

Times come in, in seconds of any clock that never goes back. Memory is bounded by the limits.
"""

from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from releve.switchboard.sip import MOST_BYTES, Source


@dataclass(frozen=True)
class Limits:
    """How much is taken on; a centre of 5,000 agents is called about 14 times a second."""

    requests_a_second: float = 500.0  # by each source, which is an IP address; twice that at once
    refusals_a_second: float = 50.0  # 503 to each source over that; beyond them, no answer
    sources: int = 10_000  # whose rates are kept; the one that was silent longest is forgotten
    waiting: int = 2_000  # calls whose decision is awaited; others get 503
    answers: int = 50_000  # kept for retransmissions
    answer_s: float = 32.0  # so long (64 x T1)
    decision_s: float = 2.0  # a decision that takes longer is a 503
    connections: int = 2_000  # over TCP, at once
    connections_a_source: int = 100
    message_s: float = 10.0  # a message over TCP must be whole by then
    idle_s: float = 300.0  # a connection without messages is closed
    unread_bytes: int = 8 * MOST_BYTES  # answers that a connection has not read; more close it


class Verdict(Enum):
    """What a source's request is worth."""

    TAKE = "take"
    REFUSE = "refuse"  # with a 503
    DROP = "drop"


@dataclass(slots=True)
class _Allowance:
    """What is left of a rate, in requests."""

    left: float
    at: float  # when it was reckoned

    def take(self, rate: float, most: float, now: float) -> bool:
        self.left = min(most, self.left + (now - self.at) * rate)
        self.at = now
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


class Sources:
    """The rates of those who ask."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._of: OrderedDict[str, tuple[_Allowance, _Allowance]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._of)

    def judge(self, host: str, now: float) -> Verdict:
        """What a request of this source is worth now."""
        limits = self.limits
        both = self._of.get(host)
        if both is None:
            both = _Allowance(2 * limits.requests_a_second, now), _Allowance(limits.refusals_a_second, now)
            self._of[host] = both
            if len(self._of) > limits.sources:
                self._of.popitem(last=False)
        else:
            self._of.move_to_end(host)
        requests, refusals = both
        if requests.take(limits.requests_a_second, 2 * limits.requests_a_second, now):
            return Verdict.TAKE
        refuse = refusals.take(limits.refusals_a_second, limits.refusals_a_second, now)
        return Verdict.REFUSE if refuse else Verdict.DROP


class Awaited(Enum):
    """Stands for the answer of a call whose decision is not there yet."""

    DECISION = "decision"


AWAITED: Final = Awaited.DECISION
Repeated = tuple[Source, int]  # where a call came from, and the hash of its bytes


class Answered(NamedTuple):
    """An answer that was given."""

    since: float  # when
    port: int  # of its sender, where it went
    answer: bytes


class Transactions:
    """Calls that are being decided, and the answers of the last ones: a retransmission asks nobody again.

    A retransmission has the bytes of what it repeats, so it is known before it is read.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.waiting: set[Repeated] = set()
        self._answers: OrderedDict[Repeated, Answered] = OrderedDict()

    def __len__(self) -> int:
        return len(self.waiting) + len(self._answers)

    def known(self, call: Repeated, now: float) -> Answered | Awaited | None:
        """The answer that was given, AWAITED while there is none yet, None for a new call."""
        if call in self.waiting:
            return AWAITED
        answered = self._answers.get(call)
        return answered if answered and now - answered.since <= self.limits.answer_s else None

    def begin(self, call: Repeated) -> bool:
        """Note that a decision is awaited; False where too many are."""
        if len(self.waiting) >= self.limits.waiting:
            return False
        self.waiting.add(call)
        return True

    def end(self, call: Repeated, answered: Answered | None, now: float) -> None:
        """Keep its answer; None for one that may be asked again."""
        self.waiting.discard(call)
        if answered is not None:
            self._answers[call] = answered
        while self._answers and self._over(now):
            self._answers.popitem(last=False)

    def _over(self, now: float) -> bool:
        oldest = next(iter(self._answers.values()))
        return len(self._answers) > self.limits.answers or now - oldest.since > self.limits.answer_s
