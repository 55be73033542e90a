"""Alarms on their way to people: by web-hook and by mail, each tried again until it is through or too old.

An alarm stands in the journal before it is sent. That one way does not get through is said in the log, with the way and
never with a secret of it, and does not keep the others from going.
"""

import asyncio
import logging
import os
import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from http.client import HTTPException
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from msgspec import Struct, json

from releve.journal.entries import Alarmed
from releve.operation.alarm import Alarm, MailAlarm, WebHook
from releve.switchboard.logs import say

TRIES = 6  # J
FIRST_WAIT_S = 1.0  # J: before the second try; five times as long before each next one, half an hour in all
ANSWERS_S = 10.0  # J: that a mail server or web-hook may take
MOST_WAITING = 1_000  # J: alarms under way; who has so many has been told


class Told(Struct, frozen=True):
    """What a web-hook is given."""

    transition: str
    rule: str
    wave: str  # "": the whole transition
    why: str
    at: str  # UTC
    plan: str
    epoch: int


class Alarms:
    """Sends alarms without keeping anybody waiting: `tell`, and `close` at the end."""

    def __init__(
        self, transition: str, ways: Sequence[Alarm] = (), wait_s: Callable[[int], float] | None = None
    ) -> None:
        """ways: who is told, as the move says. wait_s: seconds before a next try, by its number."""
        self.transition = transition
        self.ways = tuple(ways)
        self._wait_s = wait_s or (lambda tried: FIRST_WAIT_S * 5.0 ** (tried - 1))
        self._under_way: set[asyncio.Task[None]] = set()

    def tell(self, alarm: Alarmed) -> None:
        """Send an alarm by every way."""
        say("alarm", logging.WARNING, rule=alarm.rule, wave=alarm.wave, why=alarm.why)
        for way in self.ways if len(self._under_way) < MOST_WAITING else ():
            task = asyncio.get_running_loop().create_task(self._send(way, alarm))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def close(self, patience_s: float = ANSWERS_S) -> None:
        """Let what is under way get through for a while, and stop."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=patience_s)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _send(self, way: Alarm, alarm: Alarmed) -> None:
        for tried in range(1, TRIES + 1):
            try:
                await self._by(way, alarm)
            except (OSError, HTTPException, smtplib.SMTPException) as error:
                kind = type(error).__name__
                say("alarm-not-sent", logging.ERROR, rule=alarm.rule, way=_name(way), tried=tried, error=kind)
            else:
                return
            if tried < TRIES:
                await asyncio.sleep(self._wait_s(tried))

    async def _by(self, way: Alarm, alarm: Alarmed) -> None:
        if isinstance(way, WebHook):
            await asyncio.to_thread(_post, way, json.encode(self._told(alarm)))
        else:
            await asyncio.to_thread(_mail, way, self._message(way, alarm))

    def _told(self, alarm: Alarmed) -> Told:
        at = alarm.at.isoformat().replace("+00:00", "Z")
        return Told(self.transition, alarm.rule, alarm.wave, alarm.why, at, alarm.plan, alarm.epoch)

    def _message(self, way: MailAlarm, alarm: Alarmed) -> EmailMessage:
        message = EmailMessage()
        about = f" '{_one_line(alarm.wave)}'" if alarm.wave else ""
        message["Subject"] = f"Releve: {_one_line(alarm.rule)}{about}, {_one_line(self.transition)}"
        message["From"], message["To"] = way.from_, ", ".join(way.to)
        message["Date"], message["Message-ID"] = format_datetime(alarm.at), make_msgid(domain="releve")
        told = self._told(alarm)
        message.set_content(
            f"{alarm.why}\n\nTransition: {told.transition}\nAt: {told.at}\nPlan: {told.plan}, epoch {told.epoch}\n"
            "What stands now: releve wave list\n"
        )
        return message


def _post(way: WebHook, body: bytes) -> None:
    """Give a web-hook a body; waits for its answer, and raises OSError where that is an error."""
    request = Request(way.url, body, {"content-type": "application/json"})
    urlopen(request, timeout=ANSWERS_S).close()


def _mail(way: MailAlarm, message: EmailMessage) -> None:
    """Hand a message to the mail server; waits for its answer."""
    secret = ssl.create_default_context()
    if way.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(way.host, way.port, timeout=ANSWERS_S, context=secret)
    else:
        server = smtplib.SMTP(way.host, way.port, timeout=ANSWERS_S)
    try:
        if way.security == "starttls":
            server.starttls(context=secret)
        if way.user is not None:
            server.login(way.user, os.environ.get(way.password_env or "", ""))
        server.send_message(message)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _name(way: Alarm) -> str:
    """A way for the log: a web-hook's path may be a secret."""
    return (
        f"webhook {urlsplit(way.url).hostname}" if isinstance(way, WebHook) else f"mail {', '.join(way.to)}"
    )
