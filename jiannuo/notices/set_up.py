"""How channels are set up, what people like: rows with their history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.notices.channels.channel import Setting
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.models import ChannelSetUp, Preference
from jiannuo.notices.rules import INBOX, Liking


@dataclass(frozen=True, slots=True)
class Kept:
    """A channel as it is set up. `values` hold its secrets: never shown."""

    channel: str
    enabled: bool
    values: Mapping[str, str]
    set_at: datetime | None = None
    set_by: str = ""


def channel(code: str) -> Kept:
    """The newest set-up of a channel; one that never was set up is off."""
    row = ChannelSetUp.objects.filter(channel=code).order_by("-id").first()
    if row is None:
        return Kept(code, code == INBOX, {})
    return Kept(code, row.enabled, row.values, row.set_at, row.set_by)


def ready() -> dict[str, str]:
    """The channels that are on, and what of a person each needs."""
    rows = ChannelSetUp.objects.order_by("channel", "-id").distinct("channel")
    on = {row.channel for row in rows if row.enabled and row.channel in CHANNELS}
    return {code: CHANNELS[code].needs for code in CHANNELS if code in on or code == INBOX}


def configure(actor: Actor, code: str, values: Mapping[str, str], *, enabled: bool = True) -> None:
    """Set up a channel. A secret left blank stays what it was. Raises `Refusal` naming the field.

    The caller asked whether he may.
    """
    found = CHANNELS.get(code)
    if found is None:
        raise Refusal("no_channel", f"没有「{code}」这一渠道", f"there is no channel {code}")
    before, kept = channel(code).values, dict[str, str]()
    for one in found.settings:
        value = values.get(one.name, "").strip()
        if not value:
            value = before.get(one.name, "") if one.secret else one.default
        if not value and one.required and enabled:
            raise Refusal(
                "setting_missing",
                f"请填写「{one.zh}」",
                f"fill in {one.en}",
                reasons=(one.name,),
            )
        if value and one.choices:
            _chosen(one, value)
        if value and one.check is not None:
            _checked(one.name, one.zh, one.en, value, one.check)
        kept[one.name] = value
    ChannelSetUp.objects.create(
        channel=code, enabled=enabled, values=kept, set_at=now(), set_by=actor.name
    )


def _chosen(one: Setting, value: str) -> None:
    allowed = [code for code, _, _ in one.choices]
    if value not in allowed:
        raise Refusal(
            "bad_setting",
            f"「{one.zh}」只能是 {'、'.join(allowed)}",
            f"{one.en}: one of {', '.join(allowed)}",
            reasons=(one.name,),
        )


def _checked(name: str, zh: str, en: str, value: str, check: Callable[[str], None]) -> None:
    try:
        check(value)
    except ValueError as problem:
        said_zh, _, said_en = str(problem).partition(" | ")
        raise Refusal(
            "bad_setting",
            f"「{zh}」不能用：{said_zh}",
            f"{en}: {said_en or said_zh}",
            reasons=(name,),
        ) from problem


def likings(people: Iterable[UUID]) -> dict[UUID, Liking]:
    rows = Preference.objects.filter(person__in=list(people))
    return {row.person: Liking(tuple(row.channels), row.quiet_from, row.quiet_to) for row in rows}


def like(person: UUID, liking: Liking) -> None:
    """Keep how a person likes to be told; level one reaches him all the same."""
    unknown = [code for code in liking.channels if code not in CHANNELS]
    if unknown:
        raise Refusal("no_channel", f"没有「{unknown[0]}」这一渠道", f"no channel {unknown[0]}")
    Preference.objects.update_or_create(
        person=person,
        defaults={
            "channels": list(liking.channels),
            "quiet_from": liking.quiet_from,
            "quiet_to": liking.quiet_to,
            "set_at": now(),
        },
    )
