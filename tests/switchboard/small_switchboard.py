"""A small switchboard for tests: two destinations that stand in for each other, two queues, 20 % of fr moved."""

import numpy as np

from releve.routing.bucket import Key
from releve.routing.route import State
from releve.routing.table import home, take
from releve.switchboard.dialled import Dialled
from releve.switchboard.routing import Routing

SALT = "small-2025"
OLD, NEW = "sip:old.example:5080", "sip:fr@new.example"
DIALLED = Dialled({"fr": "fr", "nl": "nl", "3278150150": "fr", "1700": "nl"}, "32")


def routing(
    share: int = 2000, *, open_: tuple[int, int] = (1, 1), version: int = 1, epoch: int = 1
) -> Routing:
    """The moment at which `new` has that share of fr, whole 1/100 %; who of old and new is open."""
    table = take(home({"fr": "old", "nl": "old"}), "fr", "new", "old", share)
    state = State(np.array(open_), np.ones(2, np.int64), np.array([1, 0]))
    return Routing(
        plan="p1",
        epoch=epoch,
        version=version,
        salt=SALT,
        table=table,
        destinations=("old", "new"),
        addresses={"old": OLD, "new": NEW},
        states={"fr": state, "nl": state},
    )


class Deciding:
    """Decides by a routing, and keeps for whom it was asked."""

    def __init__(self, now: Routing) -> None:
        self.now = now
        self.asked: list[tuple[str, Key, str]] = []

    def __call__(self, queue: str, key: Key, call_id: str) -> tuple[str, ...]:
        self.asked.append((queue, key, call_id))
        return self.now.reached(queue, self.now.decide(queue, key).destination)


def invite(
    user: str = "fr",
    caller: str = "+32475123456",
    call_id: str = "c1@phone",
    branch: str = "z9hG4bK-1",
    method: str = "INVITE",
    **more: str,
) -> bytes:
    """A request as a softphone writes it; `more` are header lines by name with _ for -, an empty one takes it away."""
    lines = {
        "Via": f"SIP/2.0/UDP 127.0.0.1:5062;branch={branch};rport",
        "Max-Forwards": "70",
        "From": f'"A caller" <sip:{caller}@phone.example>;tag=a1',
        "To": f"<sip:{user}@switch.example>",
        "Call-ID": call_id,
        "CSeq": f"1 {method}",
        "Contact": f"<sip:{caller}@127.0.0.1:5062>",
        "Content-Length": "0",
    } | {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{method} sip:{user}@switch.example SIP/2.0\r\n{head}\r\n".encode()
