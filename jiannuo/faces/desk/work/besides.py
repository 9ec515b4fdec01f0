"""What waits for him beside cases: shifts to take over, claims, measures, the stores, drafts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from jiannuo.cases import directory, drafts
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.acting.looks import look
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.faces.desk.customers.claims import NEXT_OF_CLAIM, NEXT_OF_COMPLAINT
from jiannuo.faces.desk.queue import place
from jiannuo.faces.desk.stores.waiting import waiting
from jiannuo.faces.desk.work.items import Item, Me
from jiannuo.faces.desk.work.turns import Cases, deed
from jiannuo.inspections import queries as inspections
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.words import Text
from jiannuo.people import handing
from jiannuo.people.permits import allowed
from jiannuo.web.components import Press, level_badge

MANY = 50
#: A hand-over that nobody took for so long is history.
FRESH = timedelta(hours=24)
#: How far ahead an inspection is named.
AHEAD = timedelta(days=7)


def besides(known: Cases) -> Iterator[Item]:
    me = known.me
    yield from _hand_overs(me)
    yield from _measures(known)
    yield from _inspections(me)
    yield from _claims(me)
    yield from _complaints(me)
    if "warehouse" in me.actor.roles:
        yield from _stores(known)
    if allowed(me.actor, "reported"):
        yield from _calls(me)


def _hand_overs(me: Me) -> Iterator[Item]:
    for card in handing.handovers():
        fresh = me.reader.at - card.written_at < FRESH
        if card.to == me.actor.name and not card.taken_by and fresh:
            yield Item(
                what=me.say(Text("接班", "Take the shift over")),
                title=me.say(Text(f"{card.by}把班交给你", f"{card.by} hands over to you")),
                why=me.say(Text("要你看过并确认", "It is for you to read and confirm")),
                press=Press(
                    me.say(Text("看交班", "Read it")),
                    reverse("desk:handover_show", args=[card.id]),
                ),
                due=me.reader.at,
                note=me.reader.clock(card.written_at),
            )


def _measures(known: Cases) -> Iterator[Item]:
    """What he was to do after an emergency (7.5 B 5)."""
    me = known.me
    for case in known.open.values():
        agreed = {}
        for event in known.told.get(case.id, ()):
            if event.kind == "action_agreed":
                agreed[event.d["action"]] = event
            elif event.kind == "action_done":
                agreed.pop(event.d["action"], None)
        for action, event in agreed.items():
            if event.d["owner"] == me.actor.name:
                day = event.d["due"]
                yield Item(
                    what=me.say(Text("完成整改措施", "Finish a measure")),
                    title=action,
                    why=me.say(Text("责任人是你", "You own it")),
                    press=Press(
                        me.say(look("action_done").verb),
                        deed(case.number, "action_done", action=action),
                        within=True,
                    ),
                    where=place(me.reader, case),
                    number=case.number,
                    href=reverse("desk:case_show", args=[case.number]),
                    due=_end_of(me, day),
                    note=me.say(Text(f"{day:%m-%d} 前", f"by {day:%m-%d}")),
                    level=level_badge(me.reader, case.level),
                    drill=case.drill,
                )


def _end_of(me: Me, day: object) -> datetime | None:
    midnight = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=me.reader.zone)
    return midnight + timedelta(days=1)


def _inspections(me: Me) -> Iterator[Item]:
    """Those he is planned for, of this week or not done."""
    today = me.reader.today
    found = inspections.planned_for(me.actor.name, today + AHEAD)
    names = customers.names({one.customer for one in found})
    for one in found:
        day = me.reader.weekday(one.planned_on) if one.planned_on else ""
        yield Item(
            what=me.say(Text("做季度巡检", "Inspect")),
            title=names.get(one.customer, ""),
            why=me.say(Text("排的是你", "You are planned")),
            press=Press(
                me.say(Text("打开巡检", "Open")),
                reverse("desk:inspection_show", args=[one.contract, one.quarter]),
            ),
            due=_end_of(me, one.planned_on),
            note=day,
        )


def _claims(me: Me) -> Iterator[Item]:
    found = [
        one
        for one in directory.claims_page(MANY, over=False)
        if _next_is_his(me, NEXT_OF_CLAIM.get(one.status, ""), one.owner)
    ]
    texts = directory.texts_of([one.id for one in found], [])
    names = customers.names({one.customer for one in found})
    for one in found:
        kind = NEXT_OF_CLAIM[one.status]
        ground = me.reader.word("ground", one.ground)
        yield _answer(
            me, kind, one.number, texts[one.id], names.get(one.customer, ""), ground, "claim"
        )


def _complaints(me: Me) -> Iterator[Item]:
    found = [
        one
        for one in directory.complaints_page(MANY, over=False)
        if _next_is_his(me, NEXT_OF_COMPLAINT.get(one.status, ""), "")
    ]
    texts = directory.texts_of([], [one.id for one in found])
    names = customers.names({one.customer for one in found if one.customer})
    for one in found:
        kind = NEXT_OF_COMPLAINT[one.status]
        whose = names.get(one.customer, "") if one.customer else ""
        yield _answer(me, kind, one.number, texts[one.id], whose, "", "complaint")


def _next_is_his(me: Me, kind: str, owner: str) -> bool:
    if not kind or voice(me.actor, kind) == NOBODY:
        return False
    if owner:
        return owner == me.actor.name
    return bool(kinds()[kind].by & me.actor.roles)


def _answer(me: Me, kind: str, number: str, text: str, whose: str, ground: str, of: str) -> Item:
    """A claim or a complaint, in the customer's words: what is said to it is his."""
    ways = sorted(kinds()[kind].by & me.actor.roles)
    chief = me.deputy_for(ways)
    role = me.reader.word("role", ways[0]) if ways else ""
    why = Text(f"你代{chief}决定", f"You decide for {chief}")
    if not chief:
        why = Text(f"要{role}办", f"It takes the {role}")
    facts = [(Text("客户的话", "The customer says"), text), (Text("依据", "Ground"), ground)]
    return Item(
        what=_begun(me.reader.word("action", kind)),
        title=whose,
        why=me.say(why),
        press=Press(
            me.say(look(kind).verb), reverse(f"desk:{of}_open", args=[number, kind]), within=True
        ),
        number=number,
        href=reverse(f"desk:{of}_show", args=[number]),
        facts=tuple((me.say(name), value) for name, value in facts if value),
    )


def _begun(words: str) -> str:
    """As a title begins."""
    return words[:1].upper() + words[1:]


def _stores(known: Cases) -> Iterator[Item]:
    """What the counter has waiting, as its own page tells it."""
    me = known.me
    for group in waiting(me.actor, me.reader, known.doubt):
        for one in group.rows:
            yield Item(
                what=group.title,
                title=one.what,
                why=me.as_role("warehouse"),
                press=one.press,
                where=one.where,
                number=one.number,
                href=reverse("desk:case_show", args=[one.number]) if one.number else "",
                chip=one.chip,
                due=_at(one.chip.due) if one.chip else None,
                level=one.level,
                note=one.note,
            )
        if group.more:
            said = Text(f"还有 {group.more} 件{group.title}", f"{group.title}: {group.more} more")
            href = group.href or reverse("desk:store_show")
            press = Press(me.say(Text("去库房", "Go there")), href)
            yield Item(group.title, me.say(said), me.as_role("warehouse"), press)


def _at(millis: int | None) -> datetime | None:
    return datetime.fromtimestamp(millis / 1000).astimezone() if millis is not None else None


def _calls(me: Me) -> Iterator[Item]:
    """Calls that he began to take down and did not confirm."""
    for card in drafts.in_hand(me.actor):
        said = card.fields
        who = said.get("caller") or said.get("phone") or me.say(Text("未问到名字", "no name yet"))
        href = f"{reverse('desk:hotline_show')}?{urlencode({'draft': str(card.id)})}"
        yield Item(
            what=me.say(Text("把来电记完", "Finish the call")),
            title=" · ".join(part for part in (who, said.get("text", "")) if part),
            why=me.say(Text("你开了头，没有确认", "You began it and did not confirm")),
            press=Press(me.say(Text("接着填", "Go on")), href),
            due=me.reader.at,
            note=me.reader.ago(card.started_at),
        )
