"""The file edge: a signed share table as JSON and CSV, for systems that import one.

Three files in a folder: `shares.json`, `shares.csv` with the same content, and `shares.sig`, the HMAC-SHA256 of both.
Each is put beside its place and renamed, the signature last: whoever finds that they do not fit together reads again.
"""

import csv
import hashlib
import hmac
import io
import os
from dataclasses import asdict
from pathlib import Path

import msgspec

from releve.base.errors import wrong
from releve.operation.shape import listed
from releve.switchboard.edges.table import EdgeRow, EdgeTable

ALGORITHM = "HMAC-SHA256"
LEAST_KEY_BYTES = 16
JSON, CSV, SIGNATURE = "shares.json", "shares.csv", "shares.sig"
COLUMNS = (
    "epoch",
    "version",
    "plan",
    "salt",
    "queue",
    "lo",
    "hi",
    "named",
    "share",
    "destination",
    "addresses",
)


class Shares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`shares.json`. Its ranges: buckets lo <= bucket < hi of the queue; share in whole 1/100 %."""

    format: int
    plan: str
    epoch: int
    version: int
    salt: str
    calling_code: str
    numbers: dict[str, str]
    rows: list[EdgeRow]


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`shares.sig`."""

    format: int
    algorithm: str
    epoch: int
    version: int
    files: dict[str, str]  # name -> HMAC of the name, a line feed and the bytes, hex


def read_key(path: Path) -> bytes:
    """The key in a file, without white space at its ends. Raises InputError where there is none to speak of."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        why = f"{path}: {error.strerror}"
        raise wrong("key-unreadable", why, "a file with the key", f"openssl rand -hex 32 > {path}") from error
    if len(key) < LEAST_KEY_BYTES:
        mend = f"openssl rand -hex 32 > {path}"
        raise wrong("key-short", f"{len(key)} bytes in {path}", f"at least {LEAST_KEY_BYTES}", mend)
    return key


def write(table: EdgeTable, folder: Path, key: bytes) -> list[Path]:
    """Write a table and its signature. Raises InputError over a later table of the same key."""
    if (folder / SIGNATURE).exists():
        there = verify(folder, key)
        if (there.epoch, there.version) > (table.epoch, table.version):
            raise wrong(
                "table-older",
                f"epoch {table.epoch}, version {table.version}",
                f"at least epoch {there.epoch}, version {there.version}, which is in {folder}",
                "write it into another folder",
            )
    folder.mkdir(parents=True, exist_ok=True)
    files = {JSON: _json(table), CSV: _csv(table)}
    macs = {name: _mac(key, name, content) for name, content in files.items()}
    signed = Signed(1, ALGORITHM, table.epoch, table.version, macs)
    files[SIGNATURE] = msgspec.json.format(msgspec.json.encode(signed), indent=1) + b"\n"
    return [put(folder / name, content) for name, content in files.items()]


def verify(folder: Path, key: bytes) -> EdgeTable:
    """The table of a folder, once its signature is right. Raises InputError for a file that is not as it was signed."""
    signed = _signed(folder)
    for name in (JSON, CSV):
        mac = _mac(key, name, _bytes(folder / name))
        if not hmac.compare_digest(mac, signed.files.get(name, "")):
            mend = "do not use it: take the folder anew from where it was made, or look whether the key is the same"
            raise wrong("signature-wrong", name, "the bytes that were signed with this key", mend, file=name)
    read = msgspec.json.decode(_bytes(folder / JSON), type=Shares)
    content = {name: getattr(read, name) for name in ("plan", "epoch", "version", "salt", "calling_code")}
    return EdgeTable(**content, numbers=tuple(read.numbers.items()), rows=tuple(read.rows))


def _signed(folder: Path) -> Signed:
    try:
        signed = msgspec.json.decode(_bytes(folder / SIGNATURE), type=Signed)
    except msgspec.MsgspecError as error:
        raise wrong("signature-unreadable", error, "what releve edge file wrote", file=SIGNATURE) from error
    if signed.format != 1 or signed.algorithm != ALGORITHM:
        found = f"format {signed.format}, {signed.algorithm}"
        raise wrong("signature-unreadable", found, f"format 1, {ALGORITHM}", file=SIGNATURE)
    return signed


def _json(table: EdgeTable) -> bytes:
    content = asdict(table) | {"numbers": dict(table.numbers)}
    return msgspec.json.format(msgspec.json.encode({"format": 1} | content), indent=1) + b"\n"


def _csv(table: EdgeTable) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    of_all = (table.epoch, table.version, table.plan, table.salt)
    for row in table.rows:
        writer.writerow(
            (
                *of_all,
                row.queue,
                row.lo,
                row.hi,
                row.named,
                row.share,
                row.destination,
                " ".join(row.addresses),
            )
        )
    return text.getvalue().encode()


def _mac(key: bytes, name: str, content: bytes) -> str:
    return hmac.new(key, name.encode() + b"\n" + content, hashlib.sha256).hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        allowed = f"the files {listed((JSON, CSV, SIGNATURE))}"
        raise wrong("table-unreadable", f"{path}: {error.strerror}", allowed, "write them first") from error


def put(path: Path, content: bytes) -> Path:
    """Put a file beside its place and rename it: it is there whole or not at all. Returns the path."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
