"""The far end: what was addressed is worded and handed to its channel, at least once, one key."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from jiannuo.clocks.sweeping import me
from jiannuo.customers import queries as customers
from jiannuo.journey import addressing, wording
from jiannuo.kernel.moment import now
from jiannuo.manual.profile import Profile
from jiannuo.notices import failing, sending, set_up
from jiannuo.notices.acknowledging import code_of
from jiannuo.notices.channels.channel import Channel, Language, Message, NotSent
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.rules import INBOX, LEASE
from jiannuo.notices.sending import Parcel

log = logging.getLogger("jiannuo.delivering")

#: The house can be reached at; set by the site from its environment.
Address = Callable[[], str]

AT_A_TIME = 5
UNKNOWN = NotSent("渠道出错，请看日志", "the channel failed; see the log")


def outward() -> list[str]:
    """The channels that are on and lead out of the house."""
    return [code for code in set_up.ready() if code != INBOX]


def deliver(
    channel: str,
    base: str,
    *,
    urgency: int = 3,
    ends: Callable[[], bool] = lambda: False,
) -> int:
    """Send what is due by one channel; how many were tried. `base`: the house's own address, for
    links and call-backs. What cannot be tried within its lease is given back."""
    found = CHANNELS[channel]
    parcels = sending.claim(channel, me(), AT_A_TIME, urgency=urgency)
    if not parcels:
        return 0
    for person in addressing.left({parcel.person for parcel in parcels}):
        addressing.tell_others(person)
    until = time.monotonic() + LEASE.total_seconds() - found.timeout
    profile, values = customers.base_profile(now()), set_up.channel(channel).values
    for place, parcel in enumerate(parcels):
        if ends() or time.monotonic() > until:
            sending.give_back(parcels[place:])
            return place
        _send(found, parcel, dict(values), profile, base)
    return len(parcels)


def _send(
    channel: Channel, parcel: Parcel, values: dict[str, str], profile: Profile, base: str
) -> None:
    fresh = sending.again(parcel)
    if fresh is None:
        return
    if not fresh.parts:
        sending.drop(parcel)
        return
    try:
        receipt = channel.send(worded(channel, fresh, profile, base), values)
    except NotSent as why:
        log.warning("%s by %s: %s", parcel.key, channel.code, why)
        failing.failed(parcel, why)
    except Exception:
        log.exception("%s by %s", parcel.key, channel.code)
        failing.failed(parcel, UNKNOWN)
    else:
        sending.sent(parcel, receipt.reference)


def worded(channel: Channel, parcel: Parcel, profile: Profile, base: str) -> Message:
    language: Language = "en" if parcel.language == "en" else "zh"
    urgent = parcel.urgency <= 2  # one press acknowledges all of it: none goes unnamed
    text = wording.said(parcel.parts, profile, language, drill=parcel.drill, whole=urgent)
    first = wording.in_order(parcel.parts)[0]
    # Whoever reads a group is not the one who was asked.
    asks = channel.needs != "group" and any(part.ack for part in parcel.parts)
    return Message(
        key=parcel.key,
        to=parcel.address,
        name=parcel.name,
        language=language,
        title=text.title,
        text=text.text,
        link=f"{base}/a/{parcel.id}-{code_of(parcel.key)}/" if asks and base else "",
        urgency=parcel.urgency,
        kind=first.kind,
        words=wording.words_for(first.kind, first.payload, profile, language),
        callback=f"{base}/hooks/{channel.code}/" if base and channel.hear else "",
    )
