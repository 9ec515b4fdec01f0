"""The list of open cases by time to breach, by the page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from jiannuo.cases import queries as cases
from jiannuo.cases.queries import Only, OpenCase
from jiannuo.faces.api import cursors
from jiannuo.faces.api.saying import both
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require

NOBODY = "none"
Levels = Literal["L1", "L2", "L3", "L4", "consult", "other", "none"]
Open = Literal[
    "received",
    "confirmed",
    "answered",
    "phone",
    "remote",
    "onsite",
    "on_loaner",
    "resolved",
    "observing",
]

After = Annotated[
    str | None,
    Field(
        max_length=400,
        description=both("上一页的 next，一字不改", "`next` of the page before, as it was given"),
    ),
]


class Wanted(Schema):
    """What of the list is asked for; what is left out narrows nothing."""

    limit: int = Field(100, ge=1, le=500, description=both("一页的条数", "how many a page"))
    after: After = None
    late: bool | None = Field(
        None,
        description=both("只看已过期的，或只看其余的", "only those past due, or only the others"),
    )
    level: Levels | None = Field(
        None, description=both("等级；none 为尚未定级", "the level; none: not set yet")
    )
    customer: UUID | None = Field(None, description=both("客户的标识", "the id of the customer"))
    engineer: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description=both("工程师的姓名；none 为尚未指派", "who has it, by name; none: nobody yet"),
    )
    status: Open | None = Field(None, description=both("状态", "the status"))
    drill: bool | None = Field(
        None, description=both("只看演练，或不看演练", "only drills, or none")
    )

    @property
    def only(self) -> Only:
        level, engineer = ("" if v == NOBODY else v for v in (self.level, self.engineer))
        return Only(level, self.customer, engineer, self.status, self.drill)

    @property
    def named(self) -> str:
        """The list itself, whatever its page."""
        return f"cases {self.late} {self.only}"


class CaseRow(Schema):
    """An open case as lists show it."""

    number: str
    customer: str | None
    site: str | None
    text: str
    level: str | None
    kind: str
    status: str
    assignee: str
    next_promise: str
    next_due_at: datetime | None
    drill: bool


class CaseList(Schema):
    """Open cases, the one whose promise ends first on top, those without a running promise last.
    `next`: what to ask the following page with; null at the end. A case whose promise moves while
    you turn pages may come twice or be passed over; every other one comes once."""

    cases: list[CaseRow]
    next: str | None


def open_cases(actor: Actor, wanted: Wanted) -> CaseList:
    require(actor, "read_cases")
    after = cursors.spot(wanted.named, wanted.after)
    asked: dict[str, Any] = {"only": wanted.only, "after": after}
    found = cases.open_cases(actor, wanted.limit + 1, wanted.late, now(), **asked)
    page = found[: wanted.limit]
    more = len(found) > len(page)
    return CaseList(
        cases=[_row(case) for case in page],
        next=cursors.of_spot(wanted.named, page[-1].spot) if more else None,
    )


def _row(case: OpenCase) -> CaseRow:
    return CaseRow(**{name: getattr(case, name) for name in CaseRow.model_fields})
