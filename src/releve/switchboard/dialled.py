"""Of a call: which queue the number that was dialled means, and which SIP addresses its destinations have."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from sipmessage import URI

from releve.base.errors import wrong
from releve.operation.centre import Operation
from releve.routing.bucket import digits_of

WRITTEN = re.compile(r"[0-9A-Za-z+*#._\-]{1,64}")  # what a number or a queue's name is written with


@dataclass(frozen=True)
class Dialled:
    """The numbers of an operation."""

    numbers: Mapping[str, str]  # as `plain` writes them -> queue
    country: str  # the calling code that a number with a leading 0 belongs to

    def queue_of(self, user: str) -> str | None:
        """The queue of a request's user part; None for a number that nobody has."""
        return self.numbers.get(plain(user, self.country)) if WRITTEN.fullmatch(user) else None


def dialled_in(operation: Operation) -> Dialled:
    """The numbers of all queues. A queue is also reached by its name, so that a softphone needs no number."""
    country = operation.calling_code
    by_name = {queue.name: queue.name for queue in operation.queues}
    by_number = {plain(number, country): queue.name for queue in operation.queues for number in queue.dialled}
    return Dialled(by_name | by_number, country)


def plain(number: str, country: str) -> str:
    """One spelling of a dialled number: E.164 digits without the plus; a short code or a name in small letters."""
    return digits_of(number, country) or number.lower()


def addresses_in(operation: Operation) -> dict[str, str]:
    """Destination -> its address as a SIP URI; one without a user part keeps the number that was dialled.

    Raises InputError for an address that no SIP request can be sent to.
    """
    return {each.name: sip_address(each.address or each.name) for each in operation.destinations}


@lru_cache(maxsize=256)
def sip_address(written: str) -> str:
    """A SIP URI as it is, a host's name as `sip:NAME`. Raises InputError for anything else."""
    address = written if re.match(r"sips?:", written) else f"sip:{written}"
    try:
        uri = URI.parse(address)
    except ValueError:
        uri = None
    if uri is None or uri.scheme not in ("sip", "sips"):
        allowed = "a SIP URI as sip:queue@acd.example:5060, or the name of a host"
        raise wrong("address-not-sip", repr(written), allowed, "mend the destination's address")
    return str(uri)


def contacts(addresses: Iterable[str], user: str) -> list[str]:
    """Addresses with the dialled number where they have no user part, each once, in their order."""
    return list(dict.fromkeys(with_user(sip_address(address), user) for address in addresses))


def with_user(address: str, user: str) -> str:
    """A SIP URI with the dialled number where it has no user part."""
    scheme, _, rest = address.partition(":")
    return address if "@" in rest else f"{scheme}:{quote(user, safe='+*')}@{rest}"
