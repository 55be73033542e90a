"""The operations of the HTTP API, as a table."""

from typing import Annotated

from msgspec import Meta, Struct

from releve.routing.bucket import key_of
from releve.switchboard.api import Call, Operation, Reply
from releve.switchboard.board import Switchboard
from releve.switchboard.node import Sent

Id = Annotated[str, Meta(pattern="^[!-~]{1,200}$", description="visible ASCII; says nothing of who it is")]
Text = Annotated[str, Meta(max_length=320)]


class Contact(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact that asks where to go. One of customer, phone, email and call_id says whose it is, in this order."""

    id: Id
    queue: Text
    customer: Text = ""
    phone: Text = ""
    email: Text = ""
    call_id: Text = ""


async def _decide(board: Switchboard, call: Call) -> Reply:
    asked: Contact = call.body
    key = key_of(customer=asked.customer, phone=asked.phone, email=asked.email, call_id=asked.call_id)
    return Reply(await board.node.decide(asked.id, asked.queue, key, call.token.name))


OPERATIONS = (
    Operation(
        "POST",
        "/v1/contacts",
        "contacts",
        _decide,
        "Ask where a contact goes. The answer is durable, and the same for the same request again.",
        Sent,
        Contact,
    ),
)
