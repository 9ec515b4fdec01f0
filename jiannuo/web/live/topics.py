"""What a page may listen to, and which news are about it. A stream says the name of a topic and
nothing else: what is new, the page asks for by its own address, with its own permits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from jiannuo.cases import queries as cases
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require

#: Kinds of news beside the kinds of subjects that events have: somebody was told something; a
#: message to him; somebody came, went or began to write.
TOLD, INBOX, HERE = "told", "inbox", "here"

#: A board has news when one of these kinds of subjects has.
BOARDS: dict[str, frozenset[str]] = {
    "queue": frozenset({"case"}),
    "emergency": frozenset({"case"}),
    "dispatch": frozenset({"case", "roster", "shift", "inspection"}),
    "wall": frozenset({"case", "roster", "shift"}),
}
CASE = "case:"


@dataclass(frozen=True, slots=True)
class News:
    """Something happened to a subject; `subject` is its id, or what a page is about."""

    kind: str
    subject: UUID | str


@dataclass(frozen=True, slots=True)
class Topic:
    """What is listened to, by the name that the page gave it: all subjects of some kinds, or
    single ones."""

    name: str
    kinds: frozenset[str] = frozenset()
    ones: frozenset[News] = frozenset()

    def hears(self, found: Collection[News]) -> bool:
        """Is any of these about it?"""
        return not self.ones.isdisjoint(found) or any(one.kind in self.kinds for one in found)


def topics(actor: Actor, name: str) -> tuple[Topic, ...]:
    """What stands behind a name. Raises `Refusal` ("not_permitted", "no_case", "no_such_page")."""
    if name == INBOX and actor.id is not None:
        require(actor, "read_inbox")
        return (Topic(name, ones=frozenset({News(INBOX, actor.id)})),)
    require(actor, "read_cases")
    if name in BOARDS:
        return (Topic(name, BOARDS[name]),)
    if name.startswith(CASE):
        case = cases.id_for(actor, name.removeprefix(CASE))
        return (
            Topic(name, ones=frozenset({News("case", case), News(TOLD, case)})),
            Topic(f"{HERE}:{name}", ones=frozenset({News(HERE, name)})),
        )
    raise Refusal("no_such_page", "没有这一项", "there is no such thing")
