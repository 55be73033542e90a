"""Test 12: SIP messages with something wrong in them, over UDP and over TCP, and streams split at every byte.

    python -m chaos.mutated_sip [--messages 100000]

A message is broken as a bad network, a bad program or a bad person would: bytes changed, cut out, doubled or swapped,
lines dropped, doubled or exchanged, a long or strange value put in. Whatever comes: the server stays, answers nothing
that is no SIP request, its answers are whole and repeat no control characters, the messages between them that are
good get their 302, and memory does not grow.
"""

import argparse
import asyncio
import random
import re
import sys
import tracemalloc
from collections.abc import Callable
from typing import NamedTuple

from chaos.calling import DIALLED, SipPhone, for_everybody, good, started
from chaos.told import Told, tell
from releve.switchboard.sip import answer
from releve.switchboard.sip_server import Stream

GROWTH_MOST = 150_000  # bytes, over the second half of the messages
EVERY = 100  # one in so many is good
A_STREAM = 4  # of them go into one connection
ANSWER = re.compile(
    rb"SIP/2\.0 (200|302|400|404|405|416|420|480|481|482|483|503) [A-Za-z/ ]+\r\n"
    rb"([A-Za-z-]+: [^\x00-\x08\x0a-\x1f\x7f]*\r\n)+Content-Length: 0\r\n\r\n"
)
VALUES = (
    b"",
    b"0",
    b"-1",
    b"99999999999999999999",
    b"\x00",
    b"\xff\xfe",
    b"%00",
    b"a" * 3_000,
    b";" * 500,
    b'"',
    b"<" * 99,
)


class Broken(NamedTuple):
    """What came of so many messages."""

    sent: int
    answered: int
    bad_answers: int  # that are not whole, or repeat what they must not
    to_junk: int | None  # answers to what is no request; over a network nobody can tell to what an answer is
    good: int  # messages that nothing was done to
    good_answered: int  # of these, with 302
    growth: int  # bytes of memory over the second half


def mutated(message: bytes, chance: random.Random) -> bytes:
    """A message with one to four things wrong in it."""
    for _ in range(chance.randint(1, 4)):
        message = chance.choice(WAYS)(message, chance)
    return message


def _bytes(message: bytes, chance: random.Random) -> bytes:
    changed = bytearray(message)
    for _ in range(chance.randint(1, 5)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(message: bytes, chance: random.Random) -> bytes:
    low, high = sorted(chance.randrange(len(message) + 1) for _ in range(2))
    return message[:low] + message[high:]


def _doubled(message: bytes, chance: random.Random) -> bytes:
    low, high = sorted(chance.randrange(len(message) + 1) for _ in range(2))
    return message[:high] + message[low:high] + message[high:]


def _lines(message: bytes, chance: random.Random) -> bytes:
    lines = message.split(b"\r\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    what = chance.randrange(3)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(other, lines[at])
    else:
        lines[at], lines[other] = lines[other], lines[at]
    return b"\r\n".join(lines)


def _value(message: bytes, chance: random.Random) -> bytes:
    lines = message.split(b"\r\n")
    at = chance.randrange(len(lines))
    name, colon, value = lines[at].partition(b":")
    put = chance.choice(VALUES)
    lines[at] = name + colon + (put if chance.random() < 0.5 else value + put)
    return b"\r\n".join(lines)


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_bytes, _cut, _doubled, _lines, _value)


def in_core(count: int, seed: int = 12) -> Broken:
    """Messages to the core itself, each held against what may be answered."""
    chance = random.Random(seed)
    answered = bad = junk = asked = told = before = 0
    tracemalloc.start()
    for number in range(count):
        if number == count // 2:
            before = tracemalloc.get_traced_memory()[0]
        whole = number % EVERY == 0
        message = good(number) if whole else mutated(good(number), chance)
        said = answer(message, for_everybody, DIALLED)
        asked += whole
        told += whole and said is not None and said.startswith(b"SIP/2.0 302 ")
        if said is not None:
            answered += 1
            bad += ANSWER.fullmatch(said) is None
            junk += b" SIP/2.0\r\n" not in message
    growth = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return Broken(count, answered, bad, junk, asked, told, growth)


async def _over(count: int, seed: int, *, tcp: bool) -> Broken:
    chance = random.Random(seed)
    asked = told = answered = bad = 0
    async with started() as server:
        for number in range(count // EVERY):
            async with SipPhone(server.port, tcp=tcp) as phone:
                for each in range(EVERY - 1):
                    await phone.says(mutated(good(number * EVERY + each), chance))
                    if tcp and each % A_STREAM == 0:
                        await phone.again()  # a stream that could not be followed is closed
                if tcp:
                    await phone.again()
                await phone.says(good(-number - 1))
                asked += 1
                said = await phone.hears_of(f"c{-number - 1}@")
                told += said.startswith(b"SIP/2.0 302 ")
                for one in phone.heard:
                    answered += 1
                    bad += ANSWER.fullmatch(one) is None
    return Broken(count, answered, bad, None, asked, told, 0)


def over_udp(count: int, seed: int = 13) -> Broken:
    """Datagrams to a server on loopback."""
    return asyncio.run(_over(count, seed, tcp=False))


def over_tcp(count: int, seed: int = 14) -> Broken:
    """Streams to a server on loopback."""
    return asyncio.run(_over(count, seed, tcp=True))


def split_everywhere() -> int:
    """How many cuts of a stream of three messages gave others than these three, or never gave them."""
    messages = [good(number) for number in range(3)]
    written = b"\r\n".join(messages)
    wrong = 0
    for cut in range(len(written) + 1):
        stream = Stream()
        wrong += [*stream.feed(written[:cut]), *stream.feed(written[cut:])] != messages
    stream = Stream()
    wrong += [each for byte in written for each in stream.feed(bytes([byte]))] != messages
    return wrong


def _told(where: str, broken: Broken) -> Told:
    passed = (
        not broken.bad_answers
        and not broken.to_junk
        and broken.good == broken.good_answered
        and broken.growth < GROWTH_MOST
    )
    junk = "" if broken.to_junk is None else f"{broken.to_junk} to junk, "
    figures = (
        f"{broken.answered:,} answered, {broken.bad_answers} badly, {junk}"
        f"{broken.good_answered:,} of {broken.good:,} good ones with 302, memory +{broken.growth / 1e6:.1f} MB"
    )
    return Told(
        12,
        f"{broken.sent:,} messages, {where}",
        "none badly, none to junk, all good ones, flat memory",
        figures,
        passed,
    )


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--messages", type=int, default=100_000)
    count = asked.parse_args().messages
    wrong = split_everywhere()
    return tell(
        _told("in the core", in_core(count)),
        _told("over UDP", over_udp(count // 4)),
        _told("over TCP", over_tcp(count // 4)),
        Told(12, "a stream split at every byte", "all whole", f"{wrong} wrong", wrong == 0),
    )


if __name__ == "__main__":
    sys.exit(main())
