"""Alarms reach people: by a real mail server and a real web-hook, also when these do not answer at first."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from io import StringIO

from releve.journal.entries import Alarmed
from releve.operation.alarm import MailAlarm, WebHook
from releve.switchboard.alarms import Alarms
from releve.switchboard.logs import JsonLines
from tests.switchboard.sinks import HookSink, MailSink
from tests.switchboard.worlds import MONDAY

ALARM = Alarmed(
    v=1, at=MONDAY, who="releve", why="'tenth', roll back, brake: nothing answered", epoch=1, plan="3",
    rule="roll-back", wave="tenth",
)  # fmt: skip


def mail(sink: MailSink) -> MailAlarm:
    return MailAlarm(
        kind="mail",
        to=("desk@example.org", "mia@example.org"),
        from_="releve@example.org",
        host="127.0.0.1",
        port=sink.port,
    )


def at_once(_tried: int) -> float:
    return 0.0


def run(world: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await world()

    asyncio.run(bounded())


def test_everybody_who_is_named_gets_a_mail_that_says_what_and_why() -> None:
    async def world() -> None:
        async with MailSink() as sink:
            alarms = Alarms("From old to new", [mail(sink)], at_once)
            alarms.tell(ALARM)
            await alarms.close()
            assert sink.recipients == ["desk@example.org", "mia@example.org"]
            (message,) = sink.messages
            assert "Subject: Releve: roll-back 'tenth', From old to new" in message
            assert "'tenth', roll back, brake: nothing answered" in message
            assert "At: 2025-10-13T08:00:00Z" in message

    run(world)


def test_a_web_hook_gets_the_alarm_as_json() -> None:
    async def world() -> None:
        async with HookSink() as sink:
            alarms = Alarms("small", [WebHook(kind="webhook", url=sink.url)], at_once)
            alarms.tell(ALARM)
            await alarms.close()
            assert [json.loads(body) for body in sink.bodies] == [
                {
                    "transition": "small",
                    "rule": "roll-back",
                    "wave": "tenth",
                    "why": "'tenth', roll back, brake: nothing answered",
                    "at": "2025-10-13T08:00:00Z",
                    "plan": "3",
                    "epoch": 1,
                }
            ]

    run(world)


def test_what_is_busy_is_tried_again() -> None:
    async def world() -> None:
        async with MailSink(refusals=2) as post, HookSink(refusals=3) as hook:
            alarms = Alarms("small", [mail(post), WebHook(kind="webhook", url=hook.url)], at_once)
            alarms.tell(ALARM)
            await alarms.close()
            assert (len(post.messages), len(hook.bodies)) == (1, 1)

    run(world)


def test_one_way_that_is_gone_keeps_no_other_from_being_told_and_no_secret_is_logged() -> None:
    log = StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(JsonLines())

    async def world() -> None:
        async with HookSink() as gone:
            url = gone.url
        async with MailSink() as sink:
            alarms = Alarms("small", [WebHook(kind="webhook", url=url), mail(sink)], at_once)
            alarms.tell(ALARM)
            await alarms.close()
            assert len(sink.messages) == 1

    logger = logging.getLogger("releve.switchboard")
    logger.addHandler(handler)
    try:
        run(world)
    finally:
        logger.removeHandler(handler)
    assert '"way":"webhook 127.0.0.1"' in log.getvalue()
    assert "a-secret" not in log.getvalue()
