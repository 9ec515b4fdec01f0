"""One-time codes that people read out, type off paper or follow as a link. Pure.

Only `hashed` is ever stored: who reads the table cannot use what he finds there, and a code made
for one purpose opens nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

#: No 0 O, 1 I L, 2 Z, 5 S, 8 B: each looks like another one on paper or over the telephone.
LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"
SHORTEST = 6


def make(length: int) -> str:
    """A fresh code of so many characters, 4.6 bits each: 8 for one that is typed within minutes
    and few tries, 28 for a link that stays. Raises ValueError below six."""
    if length < SHORTEST:
        raise ValueError(f"a code of fewer than {SHORTEST} characters is guessed")
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def hashed(code: str, purpose: str, key: str = "") -> str:
    """What to store of a code: a keyed SHA-256, 64 hexadecimal characters.

    `purpose` keeps the codes of one use from opening another. Give `key` (the installation's
    secret) to short codes: without one, who has the table could try all of them in an hour.
    Small letters, spaces and hyphens count as the code they were meant to be.
    """
    secret = hashlib.sha256(f"{len(purpose)}:{purpose}:{key}".encode()).digest()
    return hmac.new(secret, _plain(code).encode(), hashlib.sha256).hexdigest()


def same(stored: str, offered: str) -> bool:
    """Are two hashes equal? Takes as long for a near miss as for a wild guess."""
    return hmac.compare_digest(stored.encode(), offered.encode())


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()
