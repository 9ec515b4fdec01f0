"""How the roster is written: desks, days, hours, addresses of a stretch."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from jiannuo.manual.words import Text
from jiannuo.people.rules import role_of
from jiannuo.web.reader import Reader

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: What a field for date and time holds.
FIELD = "%Y-%m-%dT%H:%M:%S"


def desk_name(reader: Reader, desk: str, office: str = "") -> str:
    name = reader.word("role", role_of(desk))
    return f"{name} {office}".strip()


def hours(reader: Reader, start: datetime, end: datetime) -> str:
    """08:00–20:00; a day that is over at midnight ends at 24:00."""
    first, last = reader.local(start), reader.local(end)
    midnight = f"{last:%H:%M}" == "00:00" and last.date() == first.date() + DAY
    return f"{first:%H:%M}–{'24:00' if midnight else f'{last:%H:%M}'}"


def stretch(reader: Reader, start: datetime, end: datetime) -> str:
    """11-25 周三 20:00–08:00, with the last day where it is neither the same nor the next."""
    last = reader.local(end - timedelta(seconds=1)).date()
    if last - reader.local(start).date() <= DAY and end - start <= DAY:
        return f"{reader.day(start)} {hours(reader, start, end)}"
    return f"{reader.day(start)} {reader.local(start):%H:%M} – {reader.day(end)} {reader.local(end):%H:%M}"


def lasting(reader: Reader, span: timedelta) -> str:
    """12 小时, 3 天."""
    whole = span // HOUR
    if span >= 2 * DAY and not span % DAY:
        days = span // DAY
        return reader.say(Text(f"{days} 天", f"{days} d"))
    minutes = span % HOUR // timedelta(minutes=1)
    zh, en = f"{whole} 小时", f"{whole} h"
    if minutes:
        zh, en = f"{zh} {minutes} 分" if whole else f"{minutes} 分钟", f"{en} {minutes} min"
    return reader.say(Text(zh, en))


def week_of(day: date) -> date:
    """Its Monday."""
    return day - day.weekday() * DAY


def piece_href(reader: Reader, roster: str, desk: str, start: datetime, end: datetime) -> str:
    return f"{reverse('desk:shift_show', args=[roster])}?{said(reader, desk, start, end)}"


def act_href(reader: Reader, roster: str, kind: str, **fields: str | datetime) -> str:
    """The form of a step with what is known already; moments as its fields hold them."""
    known = {
        name: f"{reader.local(v):{FIELD}}" if isinstance(v, datetime) else v
        for name, v in fields.items()
    }
    return f"{reverse('desk:shift_open', args=[roster, kind])}?{urlencode(known)}"


def said(reader: Reader, desk: str, start: datetime, end: datetime) -> str:
    first, last = reader.local(start), reader.local(end)
    return urlencode({"desk": desk, "from": f"{first:{FIELD}}", "to": f"{last:{FIELD}}"})
