"""Buckets equal those of another md5; one caller has one key, however the number is written."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2_contingency, chisquare

from releve.base.errors import InputError
from releve.routing.bucket import bucket_of, key_of
from releve.routing.route import IntArray

Drawn = dict[str, IntArray]

KEYS = [f"customer-{number}" for number in range(200_000)]


@pytest.fixture(scope="module")
def buckets() -> Drawn:
    return {salt: np.array([bucket_of(key, salt) for key in KEYS]) for salt in ("first", "second")}


def test_buckets_are_those_of_md5sum() -> None:
    with (Path(__file__).parent / "buckets.csv").open(encoding="utf-8", newline="") as file:
        vectors = list(csv.DictReader(file))
    assert len(vectors) == 33
    for row in vectors:
        assert bucket_of(row["key"], row["salt"]) == int(row["bucket"]), row


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_bucket_is_one_of_65536_and_stays(key: str, salt: str) -> None:
    assert 0 <= bucket_of(key, salt) <= 65_535
    assert bucket_of(key, salt) == bucket_of(key, salt)


def test_a_hundred_shares_of_one_percent_get_their_part_of_the_customers(buckets: Drawn) -> None:
    ends = np.array([round(percent * 655.36) for percent in range(1, 101)])
    counts = np.bincount(np.searchsorted(ends, buckets["first"], side="right"), minlength=100)
    expected = np.diff(ends, prepend=0) / 65_536 * len(KEYS)
    assert chisquare(counts, expected).pvalue > 0.001


def test_two_salts_overlap_as_the_product(buckets: Drawn) -> None:
    tenth = {salt: drawn < 6_554 for salt, drawn in buckets.items()}
    both = int((tenth["first"] & tenth["second"]).sum())
    assert binomtest(both, len(KEYS), (6_554 / 65_536) ** 2).pvalue > 0.001
    table = np.histogram2d(buckets["first"], buckets["second"], bins=10)[0]
    assert chi2_contingency(table).pvalue > 0.001


@pytest.mark.parametrize(
    "written",
    [
        "+32475123456",
        "0032475123456",
        "0475123456",
        "32475123456",
        "+32 475 12 34 56",
        "0475/12.34.56",
        "+32 (0)475 12-34-56",
        "+32\u00a0475\u00a012\u201134\u201156",
        "tel:+32-475-12-34-56",
        "sip:+32475123456@gateway.example;user=phone",
    ],
)
def test_one_caller_has_one_key(written: str) -> None:
    assert key_of(phone=written).text == "32475123456"
    assert key_of(phone=written).sticky


def test_a_national_number_belongs_to_the_country_given() -> None:
    assert key_of(phone="0522 33 44 55", country="212").text == "212522334455"


def test_the_customer_id_comes_before_the_number_and_the_number_before_the_address() -> None:
    everything = {"customer": " K-17 ", "phone": "0475123456", "email": "A@B.be", "call_id": "x"}
    assert key_of(**everything).text == "K-17"
    assert key_of(**everything | {"customer": ""}).text == "32475123456"
    assert key_of(**everything | {"customer": "", "phone": ""}).text == "a@b.be"


@pytest.mark.parametrize(
    "phone", ["", "anonymous", "sip:anonymous@anonymous.invalid", "1001", "+0475123456", "+" + "9" * 16]
)
def test_a_withheld_number_is_known_by_its_call_and_is_not_sticky(phone: str) -> None:
    key = key_of(phone=phone, email="none", call_id="a84b4c76e66710@pc33.example")
    assert not key.sticky
    assert key.text == "b5086996e22ac5de50abfc843e61cf22"  # by md5sum
    assert key != key_of(phone=phone, call_id="another")


def test_a_contact_without_anything_is_refused() -> None:
    with pytest.raises(InputError, match="contact-without-key"):
        key_of(phone="anonymous")
