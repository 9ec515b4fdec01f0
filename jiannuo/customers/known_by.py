"""By which words people are looked for: written beside the row whenever its words are (R-1-1)."""

from __future__ import annotations

from collections.abc import Sequence

from jiannuo.kernel.pinyin import findable


def customer(name: str, phones: Sequence[str]) -> str:
    return findable([name], phones)


def site(name: str, code: str) -> str:
    return findable([name], others=[code])


def contact(name: str, phone: str, email: str, title: str) -> str:
    return findable([name], [phone], [email, title])
