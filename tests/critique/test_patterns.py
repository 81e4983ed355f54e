import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.critique.patterns import found_in, iban, luhn

# Written in two parts, so that no scanner of this repository takes them for real ones.
AWS = "AKIA" + "IOSFODNN7EXAMPLE"[:16].replace("7", "Z")
GITHUB = "ghp_" + "a1B2" * 9
OPENAI = "sk-" + "proj-" + "Ab3" * 12
JWT = "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0NTYifQ." + "dozjgNryP4J3jVmN"
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1111", "378282246310005", "5555-5555-5555-4444"]
)
def test_the_check_digit_of_a_card_is_found_right(number: str) -> None:
    """Published test numbers of three companies; another last digit is wrong."""
    assert luhn(number)
    assert not luhn(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("number", ["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"])
def test_the_check_digits_of_an_account_are_found_right(number: str) -> None:
    """Examples of the standard; two digits exchanged are wrong."""
    assert iban(number)
    assert not iban(number[:2] + number[3] + number[2] + number[4:])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"use {AWS} for the bucket", "access key"),
        (f"my token is {GITHUB}", "access token"),
        (f"export KEY={OPENAI}", "API key"),
        (f"Bearer {JWT}", "web token"),
        (KEY, "private key"),
        ("postgres://admin:hunter22@db.internal/x", "password in an address"),
        ("write to jane.roe+x@mail.acme.co.uk, please", "e-mail address"),
        ("my iban is gb82 west 1234 5698 7654 32 ok", "account number (IBAN)"),
        ("card 4111-1111-1111-1111 was charged", "card number"),
        ("ssn 078-05-1120", "social security number"),
        ("it came from 8.8.4.4.", "network address"),
        ("it came from 2a00:1450:4001:81b::200e", "network address"),
        ("call +44 20 7946 0958 now", "phone number"),
        ("call (212) 867-5309", "phone number"),
    ],
)
def test_a_planted_datum_is_found_and_never_shown_whole(text: str, kind: str) -> None:
    """One of each kind; what is shown of it are two letters."""
    (found,) = found_in(text)
    assert found.kind == kind
    assert found.value not in found.masked
    assert found.masked.startswith(f"{kind} {found.value[:2]}…")


@pytest.mark.parametrize(
    "text",
    [
        "card 4111-1111-1111-1112 was charged",
        "GB82 WEST 1234 5698 7654 33",
        "my reading is 93027 and the account 1234567890",
        "order 20260102-1234 of 2026-01-02 12:30:45",
        "version 10.0.0.1 of 192.168.0.7 and 203.0.113.9",
        "write to help@example.com",
        "call 212 555 0123",
        "sk-ip the step-by-step-instructions-of-the-manual",
        "from 12.5 to 13.75 and 1.000.000",
        "00:1a:2b:3c:4d:5e",
        "a 16 digit number 1234567890123456",
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    """Wrong check digits, dates, readings, private networks, addresses kept for examples."""
    assert list(found_in(text)) == []


@settings(derandomize=True, max_examples=100)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is written, what is found stands in it."""
    assert all(found.value in text for found in found_in(text))
