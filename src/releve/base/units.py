"""Units with meaning: a share is a whole number of hundredths of a percent, money is whole cents."""

from datetime import date, timedelta

WHOLE = 10_000  # the share that is everything: 100 % in hundredths of a percent
BUCKETS = 65_536  # how many buckets customers fall into
DAY_S = 86_400
INTERVAL_S = 1_800  # contacts are counted, and queues are open or closed, by half-hours


def share_text(share: int) -> str:
    """A share for people: 1250 -> '12.5 %'."""
    return f"{share / 100:g} %"


def part_digits(difference: float) -> int:
    """The decimals, 1 or 2, with which two parts of a whole are written in percent so that they differ as they do.

    What is under 0.01 points is noise, and reads as 0.
    """
    return 1 if abs(difference) >= 0.001 or abs(difference) < 0.00005 else 2


def date_text(day: date) -> str:
    """A date for people: 13 Oct 2025."""
    return f"{day.day} {day:%b %Y}"


def days(count: int) -> timedelta:
    """A number of civil days, for date arithmetic that reads aloud."""
    return timedelta(days=count)
