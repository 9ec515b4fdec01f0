"""Somebody knows now: what an acknowledgement, an answered call, a silent one sets in motion."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import time
from uuid import UUID

from django.db import transaction

from jiannuo.cases import commands as cases
from jiannuo.cases import queries as case_queries
from jiannuo.clocks import commands as clocks
from jiannuo.customers import queries as customers
from jiannuo.journey import emergency
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.notices import acknowledging, set_up, wording
from jiannuo.notices.acknowledging import Rang, Told
from jiannuo.notices.channels.channel import Language, Message, NotSent, Report
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.rules import Liking
from jiannuo.people import queries as people
from jiannuo.people.permits import require

log = logging.getLogger("jiannuo.telling")

#: "warn:emg_notify_<role>": the three calls of an emergency, and the broken promise of one.
CALLS = ("warn:emg_notify_", "due:emg_notify_")


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
    sent = acknowledging.sent_as(channel, report.key)
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
    person = people.staff(told.name)
    if person is None or not person.holds(role):
        return
    # Held since before the acknowledgement: two may answer for one role in the same moment.
    view = case_queries.view(told.subject)
    case = view.card.number
    if view.story.log.where("notified", lambda event: event.d["role"] == role):
        return
    try:
        with transaction.atomic():
            emergency.tell(SYSTEM, case, role=role, person=told.name, how="call_answered")
    except Refusal as refusal:
        log.warning("%s: %s was not noted as told: %s", case, told.name, refusal)


def _note_silence(rang: Rang) -> None:
    """A call of an emergency that nobody answered stands in the log, and stops nothing (A22)."""
    for kind in dict.fromkeys(k for k in rang.kinds if k.startswith(CALLS)):
        role = kind.partition("emg_notify_")[2]
        person = people.staff(rang.name)
        if person is None or not person.holds(role):
            continue
        case = case_queries.card_of(rang.subject).number
        try:
            with transaction.atomic():
                emergency.try_to_tell(
                    SYSTEM, case, role=role, person=rang.name, how="call_unanswered"
                )
        except Refusal as refusal:
            log.warning("%s: the call to %s was not noted: %s", case, rang.name, refusal)


def configure(
    actor: Actor, channel: str, values: Mapping[str, str], *, enabled: bool = True
) -> None:
    """Set a channel up. Raises `Refusal` naming the field that cannot be."""
    require(actor, "set_up_channels")
    set_up.configure(actor, channel, values, enabled=enabled)


def send_test(actor: Actor, channel: str, to: str) -> str:
    """A real message by a channel, now; the other side's reference. Raises `Refusal` in the
    other side's words."""
    require(actor, "set_up_channels")
    kept, profile = set_up.channel(channel), customers.base_profile(now())
    if not kept.enabled:
        raise Refusal("channel_off", "这一渠道没有启用，请先启用", "the channel is off; turn it on")
    clock = profile.local(now()).strftime("%H:%M:%S")
    text = wording.say("test", "zh", {"person": actor.name, "time": clock})
    message = Message(f"test:{new_id()}", to, actor.name, "zh", text.title, text.text, kind="test")
    try:
        return CHANNELS[channel].send(message, kept.values).reference
    except NotSent as why:
        raise Refusal("not_sent", f"没有发出：{why.zh}", f"it did not go out: {why}") from why


def write_wording(actor: Actor, kind: str, language: Language, title: str, text: str) -> None:
    """The company's own words for a kind of notice; blank goes back to those that ship."""
    require(actor, "set_up_channels")
    wording.write(actor, kind, language, title, text)


def like(
    actor: Actor, channels: Sequence[str], quiet_from: time | None, quiet_to: time | None
) -> None:
    """How one of ours likes to be told; level one reaches him all the same."""
    if actor.id is not None:
        set_up.like(actor.id, Liking(tuple(channels), quiet_from, quiet_to))
