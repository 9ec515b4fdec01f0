"""What somebody else proposed and he has to say yes or no to, told in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse

from jiannuo.cases.queries import OpenCase
from jiannuo.faces.desk.acting.looks import look
from jiannuo.faces.desk.knowledge.matter import address
from jiannuo.faces.desk.queue import place
from jiannuo.faces.desk.work.items import Item, Me
from jiannuo.faces.desk.work.turns import Cases, deed
from jiannuo.knowledge import queries as knowledge
from jiannuo.knowledge.queries import ArticleCard
from jiannuo.manual.events import Event
from jiannuo.manual.words import Text, word
from jiannuo.people import queries as people
from jiannuo.people.permits import allowed
from jiannuo.people.queries import SwapCard
from jiannuo.people.rules import role_of
from jiannuo.web.components import Press, level_badge

DECIDERS = ("duty_manager", "subcentre_head")


def decisions(known: Cases) -> Iterator[Item]:
    for case in known.open.values():
        yield from _assignment(known, case)
        if allowed(known.me.actor, "exclusion_accepted"):
            yield from _exclusions(known, case)
    yield from _swaps(known.me)
    yield from _articles(known.me)


def _assignment(known: Cases, case: OpenCase) -> Iterator[Item]:
    """Named for a case, and he has not said yet whether he takes it."""
    last = None
    for event in known.told.get(case.id, ()):
        if event.kind == "assigned":
            last = event
        elif event.kind in ANSWERED:
            last = None
    me = known.me
    if last is None or last.d["engineer"] != me.actor.name:
        return
    named = me.say(Text(f"{last.by.name}把它交给你", f"{last.by.name} gave it to you"))
    facts = [(Text("为什么是你", "Why you"), last.d.get("why"))]
    yield _card(
        known,
        case,
        Text("接不接这一单", "Take this case or not"),
        named,
        facts,
        Press(me.say(look("assignment_accepted").verb), deed(case.number, "assignment_accepted")),
        Press(me.say(look("assignment_declined").verb), deed(case.number, "assignment_declined")),
    )


#: Whoever does one of these has answered.
ANSWERED = (
    "assignment_accepted",
    "assignment_declined",
    "assignment_lapsed",
    "engineer_contact",
    "contact_attempt",
    "arrived",
)


def _exclusions(known: Cases, case: OpenCase) -> Iterator[Item]:
    """Proposed that the cause is not ours (7.4 B 9), and neither accepted nor declined."""
    waiting: dict[str, Event] = {}
    informed = set()
    for event in known.told.get(case.id, ()):
        if event.kind == "exclusion_proposed":
            waiting[event.d["code"]] = event
        elif event.kind in ("exclusion_accepted", "exclusion_declined"):
            waiting.pop(event.d["code"], None)
        elif event.kind == "customer_acknowledged":
            informed.add(event.d["what"])
    for code, event in waiting.items():
        yield _exclusion(known, case, event, told=code in informed)


def _exclusion(known: Cases, case: OpenCase, event: Event, *, told: bool) -> Item:
    me, code = known.me, event.d["code"]
    cause = word("cause", code)
    informed = Text("已认可", "has taken note") if told else Text("还没有认可", "has not yet")
    facts = [
        (Text("原因", "Cause"), me.say(cause)),
        (Text("证据", "Evidence"), me.reader.listed(event.d["evidence"])),
        (Text("提出", "Proposed"), f"{event.by.name} · {me.reader.clock(event.t)}"),
        (Text("客户", "Customer"), me.say(informed)),
        (
            Text("批准后", "Once accepted"),
            me.say(
                Text("费用由客户承担，时限不计考核", "the customer pays; no promise is counted")
            ),
        ),
    ]
    return _card(
        known,
        case,
        Text("认定不是我方责任", "Accept that the cause is not ours"),
        _as_decider(me),
        facts,
        Press(me.say(Text("认定", "Accept")), deed(case.number, "exclusion_accepted", code=code)),
        Press(
            me.say(Text("不认定", "Decline")), deed(case.number, "exclusion_declined", code=code)
        ),
    )


def _as_decider(me: Me) -> str:
    chief = me.deputy_for(DECIDERS)
    if chief:
        return me.say(Text(f"你代{chief}审批", f"You decide for {chief}"))
    role = next((role for role in DECIDERS if role in me.actor.roles), DECIDERS[0])
    name = me.reader.word("role", role)
    return me.say(Text(f"要{name}审批", f"It takes the {name}"))


def _card(
    known: Cases,
    case: OpenCase,
    what: Text,
    why: str,
    facts: Sequence[tuple[Text, object]],
    press: Press,
    other: Press,
) -> Item:
    me, clock = known.me, known.first(case)
    return Item(
        what=me.say(what),
        title=case.text,
        why=why,
        press=Press(press.verb, press.href, within=True),
        where=place(me.reader, case),
        number=case.number,
        href=reverse("desk:case_show", args=[case.number]),
        due=clock.due if clock else None,
        chip=known.chip(clock),
        promise=known.promised(clock),
        level=level_badge(me.reader, case.level),
        drill=case.drill,
        facts=tuple((me.say(name), str(value)) for name, value in facts if value),
        other=Press(other.verb, other.href, within=True),
    )


# -- shifts --------------------------------------------------------------------------------------


def _swaps(me: Me) -> Iterator[Item]:
    """A colleague would change shifts with him."""
    if not allowed(me.actor, "swap_accepted"):
        return
    for swap in people.open_swaps(me.reader.at):
        if swap.other == me.actor.name:
            yield _swap(me, swap)


def _swap(me: Me, swap: SwapCard) -> Item:
    facts = (
        (Text("你来值", "You take"), _stretch(me, swap.desk, swap.start, swap.end)),
        (
            Text("他替你值", "He takes"),
            _stretch(me, swap.back_desk, swap.back_start, swap.back_end),
        ),
        (Text("理由", "Reason"), swap.reason),
    )
    return Item(
        what=me.say(Text("同不同意调班", "Swap shifts or not")),
        title=me.say(Text(f"{swap.person}想和你调班", f"{swap.person} would swap with you")),
        why=me.say(Text("要你本人同意", "It is for you to agree")),
        press=Press(
            me.say(look("swap_accepted").verb),
            reverse("desk:swap_open", args=[swap.id]),
            within=True,
        ),
        due=min(swap.start, swap.back_start),
        facts=tuple((me.say(name), value) for name, value in facts if value),
    )


def _stretch(me: Me, desk: str, start: datetime, end: datetime) -> str:
    role, clock = me.reader.word("role", role_of(desk)), me.reader.clock
    return f"{role} {clock(start)} – {clock(end)}"


# -- knowledge ----------------------------------------------------------------------------------


def _articles(me: Me) -> Iterator[Item]:
    """Written by others, and to be approved; or his own, and sent back."""
    if allowed(me.actor, "article_approved"):
        for card in knowledge.waiting():
            if card.author != me.actor.id:
                yield _article(me, card)
    if me.actor.id is not None and allowed(me.actor, "article_changed"):
        for card in knowledge.sent_back_to(me.actor.id):
            yield _to_mend(me, card)


def _article(me: Me, card: ArticleCard) -> Item:
    texts = (
        (Text("现象", "Symptom"), card.symptom),
        (Text("原因", "Cause"), card.cause),
        (Text("处理步骤", "Steps"), card.steps),
        (Text("检查与预防", "Check and prevent"), card.checks),
        (Text("来自工单", "From case"), card.source),
        (Text("版本", "Version"), str(card.version)),
    )
    role = me.reader.word("role", "expert")
    return Item(
        what=me.say(Text("批准知识文章", "Approve an article")),
        title=card.title,
        why=me.say(Text(f"{card.author_name}写的，要{role}批准", f"By {card.author_name}; {role}")),
        press=Press(
            me.say(look("article_approved").verb), _of(card, "article_approved"), within=True
        ),
        number=card.number,
        href=reverse("desk:article_show", args=[card.number]),
        facts=tuple((me.say(name), value) for name, value in texts if value),
        other=Press(
            me.say(look("article_sent_back").verb), _of(card, "article_sent_back"), within=True
        ),
    )


def _to_mend(me: Me, card: ArticleCard) -> Item:
    by = card.decided_by
    return Item(
        what=me.say(Text("改知识文章", "Mend an article")),
        title=card.title,
        why=me.say(Text(f"{by}退回：{card.reason}", f"{by} sent it back: {card.reason}")),
        press=Press(
            me.say(look("article_changed").verb), _of(card, "article_changed"), within=True
        ),
        number=card.number,
        href=reverse("desk:article_show", args=[card.number]),
    )


def _of(card: ArticleCard, kind: str) -> str:
    """The form of the step; it leads back here."""
    return address(card.number, kind, card.version, work="1")
