"""What was found as rows in the reader's language. Each row is a link and carries the ids of what
it shows, so that a form can take it over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from jiannuo.kernel.grams import Snippet, asked, snippet
from jiannuo.knowledge.queries import ArticleCard
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.oversight import finding
from jiannuo.oversight.finding import (
    GROUPS,
    CaseHit,
    ContactHit,
    ContractHit,
    CustomerHit,
    Device,
    Found,
    Said,
    SiteHit,
    StaffHit,
)
from jiannuo.web.components import LevelBadge, PageState, level_badge
from jiannuo.web.reader import Reader

LIVE, PAGE, WHOLE = 4, 10, 50  # rows of a group: while typing, on the page, of one alone
SEVERAL = 3  # texts of one case that are looked through to show the case once
#: What a form may take over.
PICKED = ("customer", "contact", "site", "device")

TITLES: Mapping[str, Text] = {
    "cases": Text("工单", "Cases"),
    "contacts": Text("联系人", "Contacts"),
    "customers": Text("客户", "Customers"),
    "devices": Text("设备", "Devices"),
    "sites": Text("地点", "Sites"),
    "contracts": Text("合同", "Contracts"),
    "articles": Text("知识", "Knowledge"),
    "staff": Text("同事", "Our people"),
    "texts": Text("写过的话", "What was written"),
}
SUBJECTS: Mapping[str, Text] = {
    "article": Text("知识", "Knowledge"),
    "claim": Text("索赔", "Claim"),
    "complaint": Text("投诉", "Complaint"),
    "inspection": Text("巡检", "Inspection"),
    "repair_order": Text("返修单", "Repair order"),
    "roster": Text("值班表", "Roster"),
    "stock": Text("库房", "Stores"),
    "training": Text("培训", "Training"),
}
ELSE = Text("其它", "Other")


@dataclass(frozen=True, slots=True)
class Tag:
    """A word beside a row; `look` is a component's own."""

    word: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A hit. `ids`: what it carries, by name; `href` "" where no page shows it yet."""

    id: str
    href: str
    main: Snippet
    small: str = ""
    mono: bool = False
    level: LevelBadge | None = None
    tags: tuple[Tag, ...] = ()
    at: str = ""
    phone: str = ""
    ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    rows: tuple[Row, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Finds:
    """The page or the list under the box. `typed` as it was typed, `every` where all of it is;
    `pick`: the form that takes a row over; `only`: the one group that is shown."""

    typed: str
    groups: tuple[Group, ...]
    every: str
    pick: str = ""
    only: str = ""
    state: PageState | None = None
    unread: int = 0
    exact: str = ""


def finds(
    actor: Actor,
    reader: Reader,
    typed: str,
    *,
    limit: int = PAGE,
    groups: Collection[str] = GROUPS,
    after: str = "",
    pick: str = "",
    brief: bool = False,
) -> Finds:
    """What holds what was typed; `brief`: of what was written each case once. `pick`: the address
    of a form of ours; each row then leads there with the ids that it carries, and rows that carry
    none are left out."""
    wanted = [g for g in TITLES if g in groups and (not pick or g in CARRY)]
    deep = limit * (SEVERAL if brief else 1)
    found = finding.find(actor, typed, deep, groups=wanted, after=after)
    if brief:
        found = _brief(found, limit)
    desk = _Desk(reader, found, pick)
    only = wanted[0] if len(wanted) == 1 else ""
    exact = next((c.number for c in found.cases if c.number.lower() == found.query), "")
    return Finds(
        typed=typed,
        groups=tuple(desk.groups(wanted)),
        every=address(typed, all=1),
        pick=pick,
        only=reader.say(TITLES[only]) if only else "",
        state=_nothing(reader, typed, found),
        unread=found.unread[0],
        exact=exact,
    )


def _brief(found: Found, limit: int) -> Found:
    """Each group up to the limit, each case once among the texts: with its newest hit."""
    once = {said.case.id if said.case else said.uid: said for said in reversed(found.texts)}
    newest = sorted(once.values(), key=lambda said: (said.at, said.event), reverse=True)
    cut = {group: getattr(found, group)[:limit] for group in GROUPS}
    return replace(found, **{**cut, "texts": tuple(newest[:limit]), "more": ()})


def address(typed: str, **more: object) -> str:
    return f"{reverse('desk:finding_list')}?{urlencode({'q': typed, **more})}"


def _nothing(reader: Reader, typed: str, found: Found) -> PageState | None:
    if found:
        return None
    hint = Text(
        "可以打名称、拼音首字母、序列号或单号的一段、电话或尾号、写过的任何两个字。",
        "Type part of a name, pinyin initials, part of a serial or case number, a telephone "
        "number or its tail, any two characters that were written.",
    )
    if not found.query:
        return PageState(
            "empty", reader.say(Text("想找什么", "What are you looking for")), reader.say(hint)
        )
    short = typed if len(typed) <= 40 else typed[:40] + "…"
    fact = Text(f"没有找到「{short}」", f"Nothing holds “{short}”")
    return PageState("empty", reader.say(fact), reader.say(hint))


@dataclass(frozen=True)
class _Desk:
    reader: Reader
    found: Found
    pick: str

    def groups(self, wanted: Iterable[str]) -> Iterator[Group]:
        further = dict(self.found.more)
        for key in wanted:
            rows = tuple(map(self.row, getattr(self.found, key)))
            if rows:
                more = ""
                if key in further:
                    more = address(self.found.query, **{"in": key, "after": further[key]})
                yield Group(key, self.reader.say(TITLES[key]), rows, more)

    def row(self, hit: Any) -> Row:
        return _ROWS[type(hit)](self, hit)

    def marked(self, text: str) -> Snippet:
        """A name with what was typed of it marked; as it is, where it was typed otherwise."""
        found = snippet(asked(self.found.query), [text], around=200)
        return found or Snippet(text, "", "")

    def leads(self, href: str, ids: tuple[tuple[str, str], ...]) -> str:
        if not self.pick:
            return href
        return f"{self.pick}{'&' if '?' in self.pick else '?'}{urlencode(ids)}"

    def say(self, zh: str, en: str) -> str:
        return self.reader.say(Text(zh, en))

    # -- the rows ---------------------------------------------------------------------------

    def case(self, hit: CaseHit) -> Row:
        return Row(
            f"case-{hit.id}",
            reverse("desk:case_show", args=[hit.number]),
            self.marked(hit.number),
            _joined(hit.text, hit.customer_name, hit.site_name),
            mono=True,
            level=level_badge(self.reader, hit.level) if hit.level else None,
            tags=self.standing(hit),
            at=self.reader.clock(hit.reported_at),
        )

    def standing(self, hit: CaseHit) -> tuple[Tag, ...]:
        word = self.reader.word("status", hit.status)
        if hit.into:
            word = self.say(f"并入 {hit.into}", f"merged into {hit.into}")
        drill = (Tag(self.say("演练", "Drill"), "warn"),) if hit.drill else ()
        return (*drill, Tag(word, "br" if hit.open else ""))

    def contact(self, hit: ContactHit) -> Row:
        ids = (("customer", str(hit.customer)), ("contact", str(hit.id)))
        return Row(
            f"contact-{hit.id}",
            self.leads(address(hit.phone or hit.name, all=1), ids),
            self.marked(hit.name),
            _joined(hit.title, hit.customer_name),
            phone=hit.phone,
            ids=ids,
        )

    def customer(self, hit: CustomerHit) -> Row:
        ids = (("customer", str(hit.id)),)
        return Row(
            f"customer-{hit.id}",
            self.leads(address(hit.name, all=1), ids),
            self.marked(hit.name),
            phone=next(iter(hit.phones), ""),
            ids=ids,
        )

    def site(self, hit: SiteHit) -> Row:
        ids = (("customer", str(hit.customer)), ("site", str(hit.id)))
        return Row(
            f"site-{hit.id}",
            self.leads(address(hit.name, all=1), ids),
            self.marked(hit.name),
            _joined(hit.code, hit.customer_name),
            ids=ids,
        )

    def device(self, found: Device) -> Row:
        hit = found.hit
        carried = (("customer", hit.customer), ("site", hit.site), ("device", hit.serial))
        ids = tuple((name, str(value)) for name, value in carried if value)
        return Row(
            f"device-{hit.id}",
            self.leads(address(hit.serial, all=1), ids),
            self.marked(hit.serial),
            _joined(
                f"{hit.brand} {hit.model}".strip(), hit.category, hit.customer_name, hit.site_name
            ),
            mono=True,
            tags=(*self.cover(found), *self.under_way(found)),
            ids=ids,
        )

    def cover(self, found: Device) -> Iterator[Tag]:
        hit = found.hit
        if hit.retired:
            yield Tag(self.say("已换下", "replaced"))
        elif hit.role == "loaner":
            yield Tag(self.say("备用机", "loaner"))
        elif hit.entitled:
            word, end = self.reader.word("entitlement", hit.entitled), hit.covered_until
            until = self.say(f" 到 {end}", f" to {end}") if hit.entitled == "in_warranty" else ""
            yield Tag(word + until, "ok" if hit.covered else "")

    def under_way(self, found: Device) -> Iterator[Tag]:
        if found.open_cases:
            first, more = found.open_cases[0], len(found.open_cases) - 1
            word = self.say(f"未结 {first}", f"open {first}")
            yield Tag(f"{word} +{more}" if more else word, "br")

    def contract(self, hit: ContractHit) -> Row:
        ids = (("customer", str(hit.customer)),)
        return Row(
            f"contract-{hit.id}",
            self.leads(address(hit.number, all=1), ids),
            self.marked(hit.number),
            hit.customer_name,
            mono=True,
            ids=ids,
        )

    def article(self, hit: ArticleCard) -> Row:
        return Row(
            f"article-{hit.id}",
            reverse("desk:article_show", args=[hit.number]),
            self.marked(hit.title),
            _joined(hit.number, *hit.models),
        )

    def staff(self, hit: StaffHit) -> Row:
        roles = self.reader.listed(self.reader.word("role", role) for role in hit.roles)
        href = address(hit.name, all=1)
        return Row(f"staff-{hit.id}", href, self.marked(hit.name), roles, phone=hit.phone)

    def text(self, hit: Said) -> Row:
        what, id_ = self.reader.word("action", hit.kind), f"text-{hit.event}"
        at = self.reader.clock(hit.at)
        if hit.case is None:
            of = self.reader.say(SUBJECTS.get(hit.subject_kind, ELSE))
            return Row(
                id_, "", hit.snippet, _joined(f"{of} {hit.ref}".strip(), what, hit.by), at=at
            )
        return Row(
            id_,
            f"{reverse('desk:case_show', args=[hit.case.number])}#e-{hit.uid}",
            hit.snippet,
            _joined(hit.case.number, hit.case.customer_name, what),
            tags=self.standing(hit.case),
            at=at,
        )


#: Groups whose rows carry ids that a form can take over.
CARRY = frozenset({"contacts", "customers", "sites", "devices", "contracts"})
_ROWS: Mapping[type, Callable[[_Desk, Any], Row]] = {
    CaseHit: _Desk.case,
    ContactHit: _Desk.contact,
    CustomerHit: _Desk.customer,
    SiteHit: _Desk.site,
    Device: _Desk.device,
    ContractHit: _Desk.contract,
    ArticleCard: _Desk.article,
    StaffHit: _Desk.staff,
    Said: _Desk.text,
}


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
