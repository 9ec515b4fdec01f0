"""The one thing to do about a case: who, what, why, and whom to ring up for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from jiannuo.cases.view import CaseView
from jiannuo.customers.queries import ContactCard
from jiannuo.faces.desk import promises
from jiannuo.faces.desk.queue import OVER, by_engineer, owner, todo
from jiannuo.manual import holding
from jiannuo.manual.marks import judged_by
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.people import reaching
from jiannuo.people.queries import Standby
from jiannuo.web.components import NextStep
from jiannuo.web.reader import Reader


def next_step(
    reader: Reader,
    view: CaseView,
    coming: promises.Kept | None,
    contacts: list[ContactCard],
    into: str,
) -> NextStep:
    """`coming`: the promise that is due next; `into`: the case that took this one in, or ""."""
    return _Maker(reader, view).step(coming, contacts, into)


@dataclass(frozen=True)
class _Maker:
    reader: Reader
    view: CaseView

    def step(
        self, coming: promises.Kept | None, contacts: list[ContactCard], into: str
    ) -> NextStep:
        reader, card = self.reader, self.view.card
        events = self.view.story.log.events
        promise = coming.promise.code if coming else ""
        key = todo(card.status, promise, events)
        if card.status in OVER:
            key = card.status
        what = reader.word("todo", key)
        name = holding.holder(events)
        ours = by_engineer(key, events) or key == "receive" or not coming
        turn = key if coming or key in ("receive", "judge") else "other"
        on_duty = people.answering(reader.at)
        who = (name if ours else "") or owner(reader, turn, on_duty)
        told = on_duty.get(holding.TOLD.get(key, ""), "")
        waits = holding.awaited(events)
        calls = self._must_call(coming) and key != "assign"
        caller = self._caller(contacts) if calls else None
        callee = reaching.by_name([told]).get(told) if told else caller
        return NextStep(
            who="" if card.status in OVER else who,
            what=f"{what} · {told}" if told else what,
            why=self._why(coming, waits, key, nobody=not name and (ours or key == "assign")),
            last=self._last(),
            wait=bool(waits) or (coming is None and card.status not in OVER),
            over=card.status in OVER,
            phone=callee.phone if callee else "",
            verb=self._verb(callee, into),
            href=reverse("desk:case_show", args=[into]) if into else "",
        )

    def _verb(self, caller: ContactCard | Standby | None, into: str) -> str:
        if caller:
            return self.reader.say(Text(f"打给{caller.name}", f"Call {caller.name}"))
        return self.reader.say(Text(f"打开 {into}", f"Open {into}")) if into else ""

    def _must_call(self, coming: promises.Kept | None) -> bool:
        return coming is not None and coming.promise.stops == "contact" and not self.view.card.drill

    def _why(self, coming: promises.Kept | None, waits: str, key: str, *, nobody: bool) -> str:
        reader, card = self.reader, self.view.card
        parts = []
        end = judged_by(self.view.story) if key == "judge" else None
        if end is not None and end > reader.at:
            by = reader.clock(end)
            parts.append(
                reader.say(Text(f"{by} 前无人判定即按一级处理", f"Level one unless judged by {by}"))
            )
        if waits:
            what = reader.word("word", waits)
            parts.append(
                reader.say(
                    Text(f"在等{what}，承诺照走", f"Waiting for {what}; the promise runs on")
                )
            )
        if coming is not None and nobody and card.status != "received":
            parts.append(reader.say(Text("还没有人接手", "Nobody has taken it up")))
        until = self.view.story.observation_until
        if until is not None and card.status == "observing":
            at = reader.clock(until)
            parts.append(reader.say(Text(f"观察到 {at}，之后签字才可离场", f"Watch until {at}")))
        separator = "；" if reader.lang == "zh" else "; "
        return separator.join(parts)

    def _last(self) -> str:
        """What happened last, so that nobody begins from nothing."""
        events = self.view.story.log.events
        if not events:
            return ""
        event = events[-1]
        when = self.reader.clock(event.t)
        said = self.reader.say(told(self.view.profile, event).text)
        return self.reader.say(Text(f"最近：{when} {said}", f"Last: {when} {said}"))

    def _caller(self, contacts: list[ContactCard]) -> ContactCard | None:
        """Who rang, where we know his number; else the first contact with one."""
        with_phone = [c for c in contacts if c.phone]
        named = [c for c in with_phone if c.name == self.view.card.caller]
        return next(iter(named or with_phone), None)
