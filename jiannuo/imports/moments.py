"""Moments as people and Excel write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

#: Year first means one thing only, so it is read whether the map names it or not.
YEAR_FIRST = re.compile(
    r"(?P<Y>\d{4}) ?[-/.年] ?(?P<m>\d{1,2}) ?[-/.月] ?(?P<d>\d{1,2}) ?日?"
    r"(?:T| |(?<=日)) ?(?P<half>上午|下午)? ?"
    r"(?P<H>\d{1,2}) ?[:时] ?(?P<M>\d{1,2})(?: ?[:分] ?(?P<S>\d{1,2}))?(?:\.\d+)? ?[分秒]?"
    r"(?P<zone> ?(?:Z|[+-]\d\d:?\d\d))?"
)
#: Days since 1900 with a fraction: what is left of a moment whose cell lost its format.
SERIAL = re.compile(r"\d{5}\.\d+")
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  Excel has no zone
#: Older than this nothing was recorded: 1900-01-01 and the like stand for "none".
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
HALF = timedelta(milliseconds=500)


def read(text: str, forms: Sequence[str]) -> datetime | None:
    """The moment a cell tells; None if it tells none. Aware only where the cell names a zone."""
    told = _folded(text)
    for form in forms:
        try:
            return datetime.strptime(told, _folded(form))  # noqa: DTZ007  zoned by the caller
        except ValueError:
            continue
    if SERIAL.fullmatch(told):
        return EPOCH + timedelta(days=float(told))
    found = YEAR_FIRST.fullmatch(told)
    return _year_first(found) if found else None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _year_first(found: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (int(found[part] or 0) for part in "YmdHMS")
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] == "下午" else 0)
    zone = (found["zone"] or "").strip()
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  zoned next
        return datetime.fromisoformat(f"{moment.isoformat()}{zone}") if zone else moment
    except ValueError:
        return None


def aware(moment: datetime, zone: ZoneInfo) -> datetime:
    """In UTC, to the second. Raises `OverflowError` at the ends of time."""
    local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    # A workbook keeps days as fractions: 09:41 may come as 09:40:59.999995.
    return (local + HALF).astimezone(UTC).replace(microsecond=0)
