"""Stable stand-ins for secrets and personal data, keyed, and of the form of what they stand for.

A plain hash of a phone number is the phone number to whoever tries all of them, so each stand-in comes from
an HMAC under a key that belongs to one recording and is written nowhere.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable

#: Numbers that card networks and processors publish for tests; no account stands behind any of them.
TEST_CARDS = (
    "4111111111111111", "4012888888881881", "4242424242424242", "4000056655665556", "4222222222222",
    "5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222",
    "6011111111111117", "6011000990139424", "378282246310005", "371449635398431",
    "30569309025904", "38520000023237", "3530111333300000", "3566002020360505",
)  # fmt: skip
_HEX = re.compile(r"(?=.*[0-9])(?:[0-9a-f-]{8,}|[0-9A-F-]{8,})\Z", re.DOTALL)
_DIGITS, _LOWER, _UPPER = "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Pseudonyms:
    """Gives the same stand-in for the same text, whatever kind it was first met as.

    Args:
        secret: At least 16 random bytes of one recording, kept in memory only.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("a pseudonym key needs 16 bytes or more")
        self._secret = secret
        self._made: dict[str, str] = {}
        self._given: set[str] = set()
        self._kinds: dict[str, Callable[[str], str]] = {
            "email": self._email,
            "phone": self._phone,
            "card": self._card,
            "upi": self._upi,
            "cvv": self._cvv,
        }

    def __repr__(self) -> str:
        return "<pseudonyms>"

    def of(self, kind: str, text: str) -> str:
        """Give the stand-in of a text: of its kind where it looks like it, else of its shape."""
        if text not in self._made:
            made = self._kinds.get(kind, self.shaped)(text)
            self._made[text] = made
            self._given.add(made)
        return self._made[text]

    def fixed(self, text: str, stand_in: str) -> None:
        """Have a text always stand for another one, as a key for the test key of its role."""
        self._made[text] = stand_in
        self._given.add(stand_in)

    def gave(self, text: str) -> bool:
        """Say whether a text is one of our own stand-ins."""
        return text in self._given

    def shaped(self, text: str) -> str:
        """Give a text of the same length whose digits, letters and other signs stand where they stood."""
        stream = self._stream("shape", text)
        lower, upper = (_LOWER[:6], _UPPER[:6]) if _HEX.match(text) else (_LOWER, _UPPER)
        made = [self._like(letter, next(stream), lower, upper, at == 0) for at, letter in enumerate(text)]
        if "".join(made) == text:
            # By chance, or since nothing in it can change; a short text may still be changed by one step.
            made = [self._like(letter, next(stream) + 1, lower, upper, True) for letter in text]
        return "".join(made)

    def _like(self, letter: str, chance: int, lower: str, upper: str, first: bool) -> str:
        if "0" <= letter <= "9":
            # A number must not begin with a nought that it did not begin with, and may where it did.
            if first:
                return letter if letter == "0" else _DIGITS[1 + chance % 9]
            return _DIGITS[chance % 10]
        if "a" <= letter <= "z":
            return lower[chance % len(lower)]
        if "A" <= letter <= "Z":
            return upper[chance % len(upper)]
        return "é" if letter.isalnum() and not letter.isascii() else letter

    def _stream(self, kind: str, text: str) -> _Chances:
        return _Chances(self._secret, f"{kind}\0{text}".encode("utf-8", "surrogatepass"))

    def _word(self, kind: str, text: str, size: int) -> str:
        stream = self._stream(kind, text)
        return "".join((_LOWER[:16] + _DIGITS)[next(stream) % 26] for _ in range(size))

    def _email(self, text: str) -> str:
        if "@" not in text:
            return self.shaped(text)
        # Long enough to be distinct, and no longer than the address where that may be too long for a field.
        return f"p{self._word('email', text, 9)}@example.com"

    def _upi(self, text: str) -> str:
        name, at, handle = text.rpartition("@")
        return f"{self.shaped(name)}@{handle}" if at and handle.isalpha() else self.shaped(text)

    def _phone(self, text: str) -> str:
        made = list(self.shaped(text))
        digits = [at for at, letter in enumerate(text) if "0" <= letter <= "9"]
        # The country code and the sort of number are no person's; schemas and gateways look at them.
        national = digits[-10:] if len(digits) > 10 else digits
        for at in digits[: len(digits) - len(national)]:
            made[at] = text[at]
        if national and text[national[0]] in "6789":
            made[national[0]] = "6789"[int(made[national[0]]) % 4]
        return "".join(made)

    def _card(self, text: str) -> str:
        digits = [letter for letter in text if "0" <= letter <= "9"]
        if len(digits) < 12 or len(digits) > 19:
            return self.shaped(text)
        chosen = iter(self._test_card("".join(digits)))
        return "".join(next(chosen) if "0" <= letter <= "9" else letter for letter in text)

    def _test_card(self, number: str) -> str:
        fitting = [card for card in TEST_CARDS if len(card) == len(number)]
        stream = self._stream("card", number)
        if fitting:
            same = [card for card in fitting if card[0] == number[0]] or fitting
            return same[next(stream) % len(same)]
        # 9999 is assigned to no issuer (ISO/IEC 7812); the last digit makes the sum right.
        body = "9999" + "".join(_DIGITS[next(stream) % 10] for _ in range(len(number) - 5))
        return body + next(digit for digit in _DIGITS if luhn(body + digit))

    def _cvv(self, text: str) -> str:
        return "1234567890"[: len(text)] if text.isdigit() and len(text) <= 4 else self.shaped(text)


class _Chances:
    """Numbers from 0 to 65535 out of a keyed stream."""

    def __init__(self, secret: bytes, label: bytes) -> None:
        self._secret, self._label, self._block, self._count = secret, label, b"", 0

    def __next__(self) -> int:
        if len(self._block) < 2:
            self._block = hmac.digest(self._secret, self._count.to_bytes(4, "big") + self._label, "sha256")
            self._count += 1
        made, self._block = int.from_bytes(self._block[:2], "big"), self._block[2:]
        return made


def luhn(digits: str) -> bool:
    """Say whether a card number's last digit fits the others."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = ord(digit) - 48
        if at % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def is_test_card(digits: str) -> bool:
    """Say whether a number is published for tests, or begins as no issuer's does."""
    return digits in TEST_CARDS or digits.startswith("9999") or len(set(digits)) == 1
