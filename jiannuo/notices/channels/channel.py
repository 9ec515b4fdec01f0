"""What every channel is: how it is set up, what it sends, what it hears back. No database here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Language = Literal["zh", "en"]

#: What of a person a channel needs to reach him; "login": our own pages; "group": nobody's own
#: address, the channel's settings say where to.
Needs = Literal["phone", "email", "login", "group"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person, worded. `key` is the same on every try: whoever receives it
    twice has received it once."""

    key: str
    to: str
    name: str
    language: Language
    title: str
    text: str
    #: Where he acknowledges with one press; "" where nothing is asked of him.
    link: str = ""
    #: 1 and 2: fault levels one and two, at any hour; 3: the rest.
    urgency: int = 3
    #: What it is about: the kind of notice, and the words its template was filled with.
    kind: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    #: Where a gateway reports that it arrived, was answered, which key was pressed.
    callback: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side took it. `reference` is its own name for the message."""

    reference: str = ""


class NotSent(Exception):
    """It did not go out. `again`: worth another try; `after`: seconds the other side asked for."""

    def __init__(self, zh: str, en: str, *, again: bool = True, after: float | None = None) -> None:
        super().__init__(en)
        self.zh, self.en, self.again, self.after = zh, en, again, after


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a channel's set-up. A secret is never shown again once it is kept."""

    name: str
    zh: str
    en: str
    required: bool = True
    secret: bool = False
    default: str = ""
    #: The only values there are, each with its name in Chinese and English.
    choices: tuple[tuple[str, str, str], ...] = ()
    #: Raises `ValueError` with what is allowed ("中文 | English") for a value that cannot be.
    check: Callable[[str], None] | None = None


Reported = Literal["delivered", "failed", "answered", "unanswered", "key"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a gateway tells afterwards about a message, by our key; or, where it does not know
    that, by its own name `of` the message."""

    key: str
    what: Reported
    #: The key that was pressed on the telephone.
    digit: str = ""
    #: The gateway's own name of this report, or of the call: the same again is nothing new.
    reference: str = ""
    #: When it happened, where the gateway says so.
    at: datetime | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach people.

    `send` hands one message over, at most once a key where the other side knows keys; it returns
    within `timeout` seconds and raises `NotSent`. `hear` reads a call-back (headers in lower case,
    the raw body) and raises `NotSent` with again=False for one that is not genuine.
    """

    code: str
    zh: str
    en: str
    needs: Needs
    settings: tuple[Setting, ...]
    send: Callable[[Message, Mapping[str, str]], Receipt]
    hear: Callable[[Mapping[str, str], bytes, Mapping[str, str]], tuple[Report, ...]] | None = None
    #: The last part of the address given to a service that reports and signs nothing; "": none.
    reports_to: Callable[[Mapping[str, str]], str] = lambda _: ""
    #: An answered message counts as told (a call); others need an acknowledgement.
    answered: bool = False
    timeout: float = 10.0
