"""Secrets and personal data in a text: known shapes, and check digits where there are any.

Nothing is looked up. What documents use as examples on purpose — addresses at
example.com, the numbers 555-01xx, addresses of networks kept for texts — is nobody's.

References
----------
ISO/IEC 7812-1 (card numbers, Luhn), ISO 13616 (IBAN, ISO 7064 mod 97-10),
RFC 2606 and RFC 6761 (example domains), RFC 5737 and RFC 3849 (example networks).
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_SHOWN, _LEAST_HIDDEN = 2, 6


@dataclass(frozen=True, slots=True)
class Found:
    """One secret or personal datum, where it stands in the text."""

    kind: str
    value: str
    is_secret: bool
    """A key or password, which opens something; else it points at a person."""
    is_checked: bool
    """Its check digits are right, or its shape leaves no doubt."""

    @property
    def masked(self) -> str:
        """The kind with the first letters alone, fit to be shown."""
        length = len(self.value)
        start = self.value[:_SHOWN] if length >= _LEAST_HIDDEN else ""
        return f"{self.kind} {start}… ({length} characters)"


@dataclass(frozen=True, slots=True)
class _Shape:
    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]
    """Whether what the pattern finds is really one."""
    hint: str
    """Letters without which there is none: any of them. Most texts are passed over by it."""
    is_secret: bool = False
    is_checked: bool = False


def found_in(text: str) -> Iterator[Found]:
    """Every secret and personal datum of a text; of overlapping ones the first kind listed."""
    taken: list[tuple[int, int]] = []
    for shape in _SHAPES:
        if not any(letters in text for letters in shape.hint.split(" ")):
            continue
        for match in shape.pattern.finditer(text):
            value = _kept(match[0], shape)
            start, end = match.start(), match.start() + len(value)
            if not value or any(start < b and a < end for a, b in taken):
                continue
            taken.append((start, end))
            yield Found(shape.kind, value, shape.is_secret, shape.is_checked)


def _kept(written: str, shape: _Shape) -> str:
    """What of a match is really one: the words after a number may look like more of it."""
    while written and not shape.holds(written):
        written = written.rpartition(" ")[0]
    return written


def luhn(number: str) -> bool:
    """Whether the last digit of a card number is its check digit."""
    digits = [int(c) for c in reversed(number) if c.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(digits) > 1 and (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def iban(written: str) -> bool:
    """Whether the two check digits of an account number are right."""
    plain = re.sub(r"\s", "", written).upper()
    if not 15 <= len(plain) <= 34 or not (plain.isascii() and plain.isalnum()):
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _card(written: str) -> bool:
    digits = re.sub(r"\D", "", written)
    known = digits[0] in "3456" or 2221 <= int(digits[:4]) <= 2720
    return 13 <= len(digits) <= 19 and known and len(set(digits)) > 1 and luhn(digits)


def _phone(written: str) -> bool:
    digits = re.sub(r"\D", "", written)
    return 9 <= len(digits) <= 15 and not re.search(r"555\D*01\d\d$", written)


def _network(written: str) -> bool:
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return False
    return address.is_global


def _mail(written: str) -> bool:
    domain = written.rpartition("@")[2].casefold()
    ends = domain.rpartition(".")[2]
    is_example = re.search(r"(^|\.)example\.(com|net|org)$", domain)
    return not is_example and ends not in ("example", "test", "invalid", "localhost")


def _always(written: str) -> bool:
    return True


def _mixed(written: str) -> bool:
    """Digits and letters both: words joined by dashes are no key."""
    return any(c.isdigit() for c in written) and any(c.isalpha() for c in written)


def _secret(
    kind: str, pattern: str, hint: str, holds: Callable[[str], bool] = _always, flags: int = 0
) -> _Shape:
    return _Shape(kind, re.compile(pattern, flags), holds, hint, is_secret=True, is_checked=True)


_DIGITS = "0 1 2 3 4 5 6 7 8 9"
_SHAPES = (
    _secret(
        "private key",
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----.*?"
        r"(?:-----END (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|\Z)",
        "-----BEGIN",
        flags=re.DOTALL,
    ),
    _secret(
        "web token",
        r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
        "eyJ",
    ),
    _secret(
        "access key",
        r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
        "AKIA ASIA ABIA ACCA",
    ),
    _secret(
        "access token",
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}|glpat-[\w-]{20,}|"
        r"xox[abeoprs]-[\w-]{10,}|AIza[\w-]{35}|hf_[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{36})",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- xox AIza hf_ npm_",
    ),
    _secret(
        "API key",
        r"(?<![\w-])(?:sk|rk|pk)[-_](?:live_|test_|proj-|ant-|or-)?[\w-]{20,}",
        "sk- sk_ rk_ rk- pk_ pk-",
        _mixed,
    ),
    _secret(
        "password in an address",
        r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]{3,}@[\w.-]+",
        "://",
        flags=re.IGNORECASE,
    ),
    _Shape(
        "e-mail address",
        re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}\b"),
        _mail,
        "@",
    ),
    _Shape(
        "account number (IBAN)",
        re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}(?!\w)"),
        iban,
        _DIGITS,
        is_checked=True,
    ),
    _Shape(
        "card number",
        re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-])"),
        _card,
        _DIGITS,
        is_checked=True,
    ),
    _Shape(
        "social security number",
        re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
        _always,
        "-",
        is_checked=True,
    ),
    _Shape(
        "network address",
        re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)"),
        _network,
        ".",
    ),
    _Shape(
        "network address",
        re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{1,4}(?![\w:])"),
        _network,
        ":",
    ),
    _Shape(
        "phone number",
        re.compile(
            r"(?<![\w.-])(?:\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}|"
            r"\(\d{2,5}\) ?\d{3,4}[ .-]?\d{3,4}|\d{3}[ .-]\d{3}[ .-]\d{4}|"
            r"0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,5})(?![\w-])"
        ),
        _phone,
        _DIGITS,
    ),
)
