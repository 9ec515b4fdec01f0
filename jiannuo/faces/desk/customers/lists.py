"""What may be chosen in the forms of a customer: his people, sites, offices, flags, numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContactCard
from jiannuo.equipment import listing as equipment
from jiannuo.faces.desk.acting.lists import People
from jiannuo.faces.desk.customers.promised import choices as numbers
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.vocabulary import CUSTOMER_ROLES
from jiannuo.manual.words import Text, word
from jiannuo.people import queries as people
from jiannuo.web.forms import Choice

#: What weighs most of all that somebody may sign, in the order in which it is told.
WEIGHTY = (
    "major_op_approved",
    "report_signed",
    "settlement_signed",
    "quote_approved",
    "application_signed",
    "execution_permitted",
    "plan_approved",
    "remote_consent",
    "inspection_signed",
    "claim_received",
    "major_op_done",
    "plan_executed",
    "rated",
)
TOLD = 3
#: Of whoever signs nothing: what he is there for.
RECEIVES = Text("一级故障后当面听汇报", "is reported to in person after a level one")


def may_sign(role: str) -> Text:
    """What a flag lets somebody sign, the weightiest first (A32)."""
    found = [kind for kind in WEIGHTY if role in kinds()[kind].by]
    if not found:
        return RECEIVES
    names = [word("action", kind) for kind in found[:TOLD]]
    zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
    more = len([kind for kind in kinds().values() if role in kind.by]) - len(names)
    return Text(zh, en) + (Text(f" 等 {more + TOLD} 项", f" and {more} more") if more else "")


@dataclass(frozen=True)
class CustomerLists(People):
    """The lists of one customer, each asked for once and only where a form needs it."""

    customer: UUID | None

    @cached_property
    def contacts(self) -> Sequence[ContactCard]:
        return customers.contacts(self.customer) if self.customer else ()

    def of(self, kind: str, field: str) -> tuple[Choice, ...]:
        lists: Mapping[str, Callable[[], Iterable[Choice]]] = {
            "roles": self._flags,
            "office": self._offices,
            "site": self._sites,
            "key": lambda: numbers(self.reader),
            "brand": lambda: self._models(0),
            "model": lambda: self._models(1),
            "category": lambda: self._models(2),
        }
        return tuple(lists[field]()) if field in lists else ()

    def _flags(self) -> list[Choice]:
        say = self.reader.say
        return [Choice(r, self.reader.word("role", r), say(may_sign(r))) for r in CUSTOMER_ROLES]

    def _offices(self) -> list[Choice]:
        return [Choice(code, name) for code, name in people.named_offices()]

    def _sites(self) -> list[Choice]:
        found = customers.sites(self.customer) if self.customer else []
        return [Choice(str(one.id), one.name, one.code) for one in found]

    def _models(self, place: int) -> list[Choice]:
        found = dict.fromkeys(row[place] for row in equipment.models() if row[place])
        return [Choice(one, one) for one in found]
