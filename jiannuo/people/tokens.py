"""Keys of programs: what one looks like, and what is kept of it. Pure."""

from __future__ import annotations

import hashlib
import secrets

#: In front of every key, so that one that strays into a file or a chat is known for what it is.
MARK = "jn_"


def new_token() -> str:
    """256 bits that nobody guesses: a plain hash is enough to keep of them."""
    return MARK + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
