"""A refusal: what the product will not do, why, by which duty, and what to do instead."""

from __future__ import annotations

from collections.abc import Sequence


class Refusal(Exception):
    """Raised by a command that will not act; nothing has been written.

    `code` is stable and lower case, `requirement` names the duty behind it ("" when it is a
    matter of plain sense), `zh` and `en` are whole sentences for the person who asked. `soft`: a
    written reason would let it pass.
    """

    def __init__(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        requirement: str = "",
        reasons: Sequence[str] = (),
        soft: bool = False,
    ) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.requirement = requirement
        self.zh = zh
        self.en = en
        self.reasons = tuple(reasons)
        self.soft = soft
