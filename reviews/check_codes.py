"""The code by which a document is checked: long enough that nobody guesses one, and easy to read out."""

from __future__ import annotations

import secrets

# Without I, L, O and U, which are taken for something else: 20 of these are 100 bits.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
GROUP = 5
_MEANT = str.maketrans({"I": "1", "L": "1", "O": "0"})


def fresh() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def spelled(code: str) -> str:
    """As it is printed: in four groups of five."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def understood(typed: str) -> str:
    """What was meant by what somebody typed, or nothing where it cannot be a code."""
    letters = "".join(each for each in typed.upper() if each.isalnum()).translate(_MEANT)
    return letters if len(letters) == LENGTH and set(letters) <= set(LETTERS) else ""
