"""One file of test vectors for every edge: a caller has one key and one bucket, however the number is written.

The buckets in callers.csv were computed with md5sum.
"""

import csv
from pathlib import Path
from typing import NamedTuple

from releve.routing.bucket import bucket_of
from releve.switchboard.sip import read
from tests.switchboard.small_switchboard import DIALLED, SALT, invite


class Caller(NamedTuple):
    from_user: str  # as it stands in From
    call_id: str
    key: str
    sticky: bool
    bucket: int

    @property
    def invite(self) -> bytes:
        """The call."""
        who = f"sip:{self.from_user}@" if self.from_user else "sip:"
        return invite(From=f"<{who}gateway.example>;tag=a", call_id=self.call_id, branch="z9hG4bK-1")


def callers() -> list[Caller]:
    """The vectors."""
    with (Path(__file__).parent / "callers.csv").open(encoding="utf-8", newline="") as file:
        return [
            Caller(row["from_user"], row["call_id"], row["key"], row["sticky"] == "1", int(row["bucket"]))
            for row in csv.DictReader(file)
        ]


def test_the_built_in_server_knows_every_caller_by_the_same_key() -> None:
    for caller in callers():
        asked = read(caller.invite, DIALLED, ("127.0.0.1", 5060))
        assert asked is not None, caller
        assert asked.caller is not None
        assert (asked.caller.text, asked.caller.sticky) == (caller.key, caller.sticky), caller
        assert bucket_of(asked.caller.text, SALT) == caller.bucket
