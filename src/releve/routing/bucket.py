"""The bucket of a customer: which of 65,536 lots a key falls into, the same at every edge and for ever."""

import hashlib
import re
from dataclasses import dataclass

from releve.base.errors import wrong

SEPARATORS = re.compile(r"[\s./()\-\u2010-\u2015]+")
NUMBER = re.compile(r"(\+?)([0-9]+)")
LEAST_DIGITS = 7  # an extension or a short code is no subscriber's number
MOST_DIGITS = 15  # ITU-T E.164


@dataclass(frozen=True, slots=True)
class Key:
    """What a bucket is computed from, and whether the same customer will come with it again."""

    text: str
    sticky: bool  # False: a withheld number; such contacts stay outside the repeat metric


def bucket_of(key: str, salt: str) -> int:
    """The bucket of a key, 0 to 65535: the first 16 bits of md5("salt:key") in UTF-8.

    MD5 because every edge has it; nothing secret depends on it.
    """
    digest = hashlib.md5(f"{salt}:{key}".encode(), usedforsecurity=False).digest()
    return digest[0] << 8 | digest[1]


def key_of(
    *, customer: str = "", phone: str = "", email: str = "", call_id: str = "", country: str = "32"
) -> Key:
    """The key of a contact: the customer's id, else the telephone number, else the address, else the call.

    `country` is the calling code that a number written with a leading 0 belongs to. What is not a number
    ("anonymous") or not an address counts as not given. A contact with none of the first three is known by
    the MD5 of its Call-ID and is not sticky. Raises InputError when nothing at all is given.
    """
    known = customer.strip() or digits_of(phone, country) or _address_of(email)
    if known:
        return Key(known, sticky=True)
    if not call_id.strip():
        raise wrong("contact-without-key", "nothing", "a customer id, number, address or Call-ID")
    return Key(hashlib.md5(call_id.strip().encode(), usedforsecurity=False).hexdigest(), sticky=False)


def digits_of(phone: str, country: str = "32") -> str:
    """A telephone number as E.164 digits without the plus; "" when it is none.

    +32 475.., 0032 475.., +32 (0)475.. and 0475.. are one caller where `country` is 32. Digits that begin
    with neither + nor 0 already start with their country code, as trunks deliver them. A `sip:` or `tel:`
    address is read up to its host or parameters.
    """
    plain = re.split("[@;]", re.sub(r"^\s*(sips?|tel):", "", phone, flags=re.IGNORECASE))[0]
    match = NUMBER.fullmatch(SEPARATORS.sub("", plain.replace("(0)", "")))
    if match is None:
        return ""
    plus, digits = match.groups()
    if not plus and digits.startswith("00"):
        digits = digits[2:]
    elif not plus and digits.startswith("0"):
        digits = country + digits[1:]
    return digits if LEAST_DIGITS <= len(digits) <= MOST_DIGITS and digits[0] != "0" else ""


def _address_of(email: str) -> str:
    address = email.strip().lower()
    return address if re.fullmatch(r"[^@\s]+@[^@\s]+", address) else ""
