"""How one of ours likes to be told. Level one reaches him all the same, and the page says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.telling.naming import channel
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.notices import set_up
from jiannuo.notices.rules import INBOX, NO_LIKING
from jiannuo.people import queries as people
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order: what stands there, and what may."""

    name: str
    label: str
    chosen: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mine:
    """`addresses`: where he is reached; `house`: what holds where he says nothing."""

    places: tuple[Place, ...]
    quiet_from: str
    quiet_to: str
    house_order: str
    house_quiet: str
    urgent: str
    addresses: tuple[tuple[str, str], ...]
    error: str = ""


def mine(
    actor: Actor,
    reader: Reader,
    typed: Mapping[str, str] | None = None,
    refused: Refusal | None = None,
) -> Mine:
    """`typed`: what he wrote and was `refused`: it stays on the page."""
    require(actor, "read_inbox")
    person = people.person(actor.id) if actor.id else None
    ready = {code: needs for code, needs in set_up.ready().items() if code != INBOX}
    liking = set_up.likings([actor.id]).get(actor.id, NO_LIKING) if actor.id else NO_LIKING
    profile = customers.base_profile(reader.at)
    usual = [code for code in profile.value("notices.usual") if code in ready]
    urgent = [code for code in profile.value("notices.level_1") if code in ready]
    chosen = order(typed) if typed is not None else liking.channels
    hours = {
        "quiet_from": f"{liking.quiet_from:%H:%M}" if liking.quiet_from else "",
        "quiet_to": f"{liking.quiet_to:%H:%M}" if liking.quiet_to else "",
        **{
            name: said for name, said in (typed or {}).items() if name in ("quiet_from", "quiet_to")
        },
    }
    choices = tuple((code, channel(reader, code)) for code in ready)
    places = tuple(
        Place(
            f"place{n}",
            reader.say(_nth(n)),
            chosen[n] if n < len(chosen) else "",
            choices,
        )
        for n in range(len(choices))
    )
    none = reader.say(Text("没有登记", "none on record"))
    quiet = f"{profile.value('notices.quiet_from')}–{profile.value('notices.quiet_to')}"
    return Mine(
        places=places,
        **hours,
        urgent=reader.listed(channel(reader, code) for code in urgent),
        house_order=reader.listed(channel(reader, code) for code in usual),
        house_quiet=quiet,
        addresses=(
            (reader.say(Text("手机", "Telephone")), (person.phone if person else "") or none),
            (reader.say(Text("邮箱", "Mail")), (person.email if person else "") or none),
        ),
        error=reader.say(Text(refused.zh, refused.en)) if refused else "",
    )


def _nth(n: int) -> Text:
    if n == 0:
        return Text("先用", "First")
    return Text(f"第 {n + 1}", f"Then, {n + 1}")


def order(posted: Mapping[str, str]) -> Sequence[str]:
    """The channels in the order of their places, each once."""
    names = sorted(name for name in posted if name.startswith("place"))
    return list(dict.fromkeys(posted[name] for name in names if posted[name]))


def clock(text: str) -> time | None:
    """ "22:00" as a form sends it; None for blank. Raises `Refusal`."""
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("bad_time", "时间要写成 22:00 这样", "write a time like 22:00") from None
