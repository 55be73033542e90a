"""What a setting says about itself: its meaning, unit, mark and source stand beside its type.

Every field of the models carries a `Says`; `releve explain` prints it and the reference page is made from it.
Marks: S read in a public source, D derived by arithmetic from S, M from memory and unverified, J a judgement.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

NAME_PATTERN = r"^[a-z0-9][a-z0-9.-]*$"
DIALLED_PATTERN = r"^(\+[1-9][0-9]{6,14}|[0-9*#]{2,6})$"
CALLING_CODE_PATTERN = "^[1-9][0-9]{0,2}$"

FIRST_YEAR, LAST_YEAR = 1900, 2199
MOST = 1_000_000_000  # of whatever has no limit of its own: seconds of a working life, cents of a year's work
MOST_DAYS = 1_100  # as long as a transition may be

Mark = Literal["S", "D", "M", "J"]


@dataclass(frozen=True, slots=True)
class Says:
    """What a setting means; `mark` and `source` speak of its default, where it has one that is a number."""

    meaning: str
    unit: str = ""
    mark: Mark | None = None
    source: str = ""


class Record(BaseModel):
    """A frozen record read from a file: an unknown key is an error, never ignored, and so is no number at all."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


_BARE_NUMBER = re.compile(r"^\s*-?[\d.]+\s*$")
_SHORT_HOUR = re.compile(r"^\d:\d\d")


def _no_bare_number(kind: str) -> BeforeValidator:
    """A bare number is no date and no time; pydantic alone would read 800 as 00:13:20."""

    def check(written: Any) -> Any:
        if isinstance(written, int | float) or (isinstance(written, str) and _BARE_NUMBER.match(written)):
            raise PydanticCustomError(f"{kind}_parsing", "a bare number")
        return written

    return BeforeValidator(check)


def _two_digit_hour(written: Any) -> Any:
    """A spreadsheet writes 8:30 where 08:30 stood."""
    return f"0{written}" if isinstance(written, str) and _SHORT_HOUR.match(written) else written


def _whole_hundredth(percent: float) -> float:
    if abs(percent * 100 - round(percent * 100)) > 1e-9:
        raise ValueError("a share is a whole 1/100 %, for example 12.5 or 33.33")
    return percent


def _in_measure(number: float) -> float:
    """Beyond this a number is a slip of the hand, and what is reckoned with it would be no number any more."""
    if number > MOST:
        raise ValueError(f"at most {MOST:,}")
    return number


def in_our_time(written: date) -> date:
    """A day that calendars reach from, with room to count; 9999-12-31 is how other programs write 'no end'."""
    if not FIRST_YEAR <= written.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR}; where there is no end, leave it out")
    return written


def without_offset(written: date) -> date:
    """A local time has no offset: the zone is the client's or the site's, as the file says."""
    if isinstance(written, datetime) and written.tzinfo is not None:
        raise PydanticCustomError("datetime_offset", "a local time has no offset")
    return written


Day = Annotated[date, AfterValidator(in_our_time), _no_bare_number("date")]
LocalTime = Annotated[
    datetime, AfterValidator(in_our_time), AfterValidator(without_offset), _no_bare_number("datetime")
]
Clock = Annotated[time, BeforeValidator(_two_digit_hour), _no_bare_number("time")]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Dialled = Annotated[str, Field(pattern=DIALLED_PATTERN)]
Chance = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0), AfterValidator(_in_measure)]
Positive = Annotated[float, Field(gt=0), AfterValidator(_in_measure)]
Patience = Annotated[float, Field(gt=0, allow_inf_nan=True)]  # inf: for ever
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]
Points = Annotated[float, Field(ge=-100, le=100)]
Spread = Annotated[float, Field(ge=0, le=100)]
Percent = Annotated[float, Field(ge=0, le=100)]
SharePercent = Annotated[float, Field(ge=0, le=100), AfterValidator(_whole_hundredth)]
Cents = Annotated[int, Field(ge=0), AfterValidator(_in_measure)]
