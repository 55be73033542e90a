"""The name of a contact, `queue:date:number@replication`: the same in every run with the same file and seed."""

import re
from dataclasses import dataclass
from datetime import date

from releve.base.errors import wrong
from releve.operation.shape import did_you_mean, listed
from releve.rehearsal.lone_stage import LoneStage

FORM = "queue:date:number@replication, as in calls:2026-01-05:17@0"
PARTS = re.compile(r"([^:@]+):(\d{4}-\d\d-\d\d)(?::(\d{1,9}))?(?:@(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class ContactName:
    """A customer's contact, by where and when it first came."""

    queue: str
    day: date
    number: int | None  # in the order of arrival on that day, from 1; none: no one in particular
    replication: int  # from 0

    def __str__(self) -> str:
        number = "" if self.number is None else f":{self.number}"
        return f"{self.queue}:{self.day}{number}@{self.replication}"


def contact_name(written: str) -> ContactName:
    """Read a name; the replication is 0 unless it is said. Raises InputError."""
    parts = PARTS.fullmatch(written)
    day = _day(parts[2]) if parts else None
    if parts is None or day is None:
        mend = "without a number, QUEUE:DATE lists contacts of that day that are worth a look"
        raise wrong("bad-contact", f"'{written}'", FORM, mend)
    return ContactName(parts[1], day, int(parts[3]) if parts[3] else None, int(parts[4] or 0))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def refuse_elsewhere(name: ContactName, stage: LoneStage, replications: int) -> None:
    """Raise InputError for a contact that no run of these days and replications can have."""
    queues = [queue.name for queue in stage.operation.queues]
    if name.queue not in queues:
        mend = did_you_mean(name.queue, queues, "name the queue in which the customer first came")
        raise wrong("no-contact", f"no queue '{name.queue}'", listed(queues), mend)
    if name.day not in stage.days:
        allowed = f"{stage.days[0]} to {stage.days[-1]}, the days that are played"
        raise wrong("no-contact", f"{name.day}", allowed, "choose one of them, or ask for more --days")
    if name.replication >= replications:
        allowed = "0" if replications == 1 else f"0 to {replications - 1}"
        raise wrong("no-contact", f"replication {name.replication}", allowed, "ask for more --replications")
