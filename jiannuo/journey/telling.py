"""Somebody knows now: what an acknowledgement, an answered call, a silent one sets in motion."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from uuid import UUID

from django.db import transaction

from jiannuo.cases import commands as cases
from jiannuo.cases import queries as case_queries
from jiannuo.clocks import commands as clocks
from jiannuo.customers import queries as customers
from jiannuo.journey import emergency
from jiannuo.journey.step import Done, When
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.notices import acknowledging, set_up, wording
from jiannuo.notices.acknowledging import Rang, Told
from jiannuo.notices.channels.channel import Language, Message, NotSent, Report
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.rules import ON_DUTY, Liking
from jiannuo.notices.wording import Words
from jiannuo.people import queries as people
from jiannuo.people.permits import require

log = logging.getLogger("jiannuo.telling")

#: "warn:emg_notify_<role>": the three calls of an emergency, and the broken promise of one.
CALLS = ("warn:emg_notify_", "due:emg_notify_")
REPORTED_LATE = "语音网关迟报 reported late by the gateway"


@transaction.atomic
def acknowledge(actor: Actor, bundle: UUID) -> int:
    """One of ours presses "I know" in the product; how many notices were new in that.

    It counts for the three calls of an emergency once a call was tried (A22).
    """
    if actor.id is None:
        raise Refusal("not_yours", "这条通知不是发给您的", "this notice is not yours")
    _hold(bundle, actor.id)
    return _follow(acknowledging.acknowledge(bundle, actor.id, "inbox"))


@transaction.atomic
def acknowledge_by_link(delivery: int, code: str) -> int:
    """Somebody follows the link of his message and presses "I know". Raises `Refusal` where the
    code is wrong or too old."""
    row = acknowledging.by_code(delivery, code)
    if row is None:
        raise Refusal(
            "bad_code",
            "链接不对或已过期，请登录后在收件箱确认",
            "the link is wrong or too old; sign in and acknowledge in your inbox",
        )
    _hold(row.bundle, row.person)
    return _follow(acknowledging.acknowledge(row.bundle, row.person, "link"))


@transaction.atomic
def hear(channel: str, report: Report) -> int:
    """What a gateway reports of a message: arrived, answered, a key, nobody there."""
    sent = acknowledging.sent_as(channel, report)
    if sent is not None:
        _hold(*sent)
    told, rang = acknowledging.hear(channel, report)
    if rang is not None:
        _note_silence(rang)
    return _follow(told)


def _hold(bundle: UUID, person: UUID) -> None:
    """The cases before their notices and ladders, as every step takes them: of two who took them
    the other way round the database would send one away."""
    told_of = acknowledging.subjects("case", bundle, person)
    cases.lock_all({case_queries.card_of(case).number for case in told_of})


def _follow(told: Sequence[Told]) -> int:
    """The ladder rests; a call of an emergency is done."""
    profile = customers.base_profile(now())
    hold = profile.span("notices.rest_after_ack")
    clocks.rest({one.trigger for one in told if one.trigger is not None}, hold)
    for one in told:
        if one.kind.startswith(CALLS) and (one.how in ("call", "key") or one.called):
            _notified(one)
    return len(told)


def _notified(told: Told) -> None:
    """An answered call tells the role it was made to, or the role its deputy stands in for. Each
    role counts once; a step that is refused (the case is over) keeps nothing else from counting.
    """
    role = told.kind.partition("emg_notify_")[2]
    if not _stands_for(told.person, role, told.via):
        return
    # Held since before the acknowledgement: two may answer for one role in the same moment.
    view = case_queries.view(told.subject)
    case = view.card.number
    if view.story.log.where("notified", lambda event: event.d["role"] == role):
        return
    how = "call_answered" if told.how in ("call", "key") else "acknowledged"
    _note(emergency.note_told, case, role, told.name, how, told.at)


def _note_silence(rang: Rang) -> None:
    """A call of an emergency that nobody answered stands in the log, and stops nothing (A22)."""
    for kind, via in rang.via.items():
        role = kind.partition("emg_notify_")[2]
        if kind.startswith(CALLS) and _stands_for(rang.person, role, via):
            case = case_queries.card_of(rang.subject).number
            _note(emergency.note_attempt, case, role, rang.name, "call_unanswered", rang.at)


def _stands_for(person: UUID, role: str, via: str) -> bool:
    """Does this person count for the role: the roster named him for it, or he holds it?"""
    card = people.staff_by_id(person)
    return card is not None and (via in ON_DUTY or card.holds(role))


def _note(
    step: Callable[..., Done], case: str, role: str, person: str, how: str, at: datetime
) -> None:
    """Entered when the gateway tells of it, as of when it happened."""
    try:
        with transaction.atomic():
            step(SYSTEM, case, role, person, how, When(at, why=REPORTED_LATE))
    except Refusal as refusal:
        log.warning("%s: what %s did was not noted: %s", case, person, refusal)


def configure(
    actor: Actor, channel: str, values: Mapping[str, str], *, enabled: bool = True
) -> None:
    """Set a channel up. Raises `Refusal` naming the field that cannot be."""
    require(actor, "set_up_channels")
    set_up.configure(actor, channel, values, enabled=enabled)


def send_test(actor: Actor, channel: str, to: str) -> str:
    """A real message by a channel as it is set up, on or off, now; the other side's reference.
    Raises `Refusal` in the other side's words."""
    require(actor, "set_up_channels")
    kept, profile = set_up.channel(channel), customers.base_profile(now())
    _reachable(CHANNELS[channel].needs, to)
    clock = profile.local(now()).strftime("%H:%M:%S")
    text = wording.say("test", "zh", {"person": actor.name, "time": clock})
    message = Message(f"test:{new_id()}", to, actor.name, "zh", text.title, text.text, kind="test")
    try:
        return CHANNELS[channel].send(message, kept.values).reference
    except NotSent as why:
        raise Refusal("not_sent", f"没有发出：{why.zh}", f"it did not go out: {why}") from why
    except Exception as problem:
        log.exception("a test by %s", channel)
        raise Refusal(
            "not_sent",
            f"没有发出：渠道出错（{type(problem).__name__}），请看日志",
            f"it did not go out: the channel failed ({type(problem).__name__}); see the log",
        ) from problem


#: What a test may be refused for, when the settings themselves are saved.
OF_A_TEST = ("not_sent", "bad_address")
PHONE, MAIL = re.compile(r"\+?[0-9][0-9 -]{2,19}"), re.compile(r"[^@\s]+@[^@\s]+")


def _reachable(needs: str, to: str) -> None:
    if needs == "phone" and not PHONE.fullmatch(to):
        raise Refusal("bad_address", "请填手机号", "fill in a telephone number")
    if needs == "email" and not MAIL.fullmatch(to):
        raise Refusal("bad_address", "请填邮箱", "fill in a mail address")


@transaction.atomic
def write_wording(actor: Actor, kind: str, texts: Mapping[Language, Words]) -> None:
    """The company's own words for a kind of notice, of each language that was changed: all of
    them or none. Blank ones go back to those that ship. Raises `Refusal`."""
    require(actor, "set_up_channels")
    for language, typed in texts.items():
        kept = wording.words_of(kind, language)
        if (typed.title, typed.text) != (kept.title, kept.text):
            wording.write(actor, kind, language, typed.title, typed.text)


def like(
    actor: Actor, channels: Sequence[str], quiet_from: time | None, quiet_to: time | None
) -> None:
    """How one of ours likes to be told; level one reaches him all the same. Raises `Refusal` for
    quiet hours with one end."""
    if (quiet_from is None) != (quiet_to is None):
        raise Refusal(
            "half_quiet_hours",
            "安静时段请把起止都填上，或都不填",
            "fill in both ends of the quiet hours, or none",
        )
    if actor.id is not None:
        set_up.like(actor.id, Liking(tuple(channels), quiet_from, quiet_to))
