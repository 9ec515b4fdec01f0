"""A notice in words: the facts kept with it, in the reader's language, as of now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from jiannuo.clocks.arming import DUE
from jiannuo.kernel.moment import now
from jiannuo.manual.ladders import DEPUTY
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, length, moment, word
from jiannuo.notices import wording
from jiannuo.notices.channels.channel import Language
from jiannuo.notices.commands import WARNING
from jiannuo.notices.queries import InboxLine
from jiannuo.notices.rules import LISTED
from jiannuo.notices.sending import Part
from jiannuo.notices.wording import DIGEST, DOUBT, Said, Words

MORE = {"zh": "……还有 {} 条，见收件箱", "en": "... and {} more in your inbox"}

#: So many texts about one thing are read whole.
WHOLE = 2
ALSO = {"zh": "另有：{}。", "en": "Also: {}."}
BESIDE = {"zh": "、", "en": "; "}

PROMISES = (DUE, WARNING)

#: The calls of an emergency, one for each role.
CALL = f"{WARNING}emg_notify_"
AND = {"zh": "、", "en": " and "}

Facts = Mapping[str, Any]

MINUTE = timedelta(minutes=1)
MOMENTS = Text("不到 1 分", "less than 1 m")

#: Facts that stand in a text as they were kept.
AS_KEPT = (
    "case",
    "customer",
    "site",
    "device",
    "text",
    "engineer",
    "ref",
    "person",
    "trouble",
    "list",
    "count",
    "note",
)


def words_for(
    kind: str,
    payload: Mapping[str, Any],
    profile: Profile,
    language: Language,
    at: datetime | None = None,
) -> dict[str, str]:
    """What the $words of a text stand for. Times are the profile's, lengths are from `at` on,
    which is now unless said."""
    found = {name: str(payload[name]) for name in AS_KEPT if payload.get(name)}
    found["case"] = found.get("case") or found.get("ref", "")
    if level := payload.get("level"):
        found["level"] = word("level", level).said(language)
    roles = payload.get("role_codes") or [payload.get("role_code")]
    found["role"] = AND[language].join(_role(str(role)).said(language) for role in roles if role)
    found["what"] = _what(kind, payload, profile).said(language)
    found.update(_times(payload, profile, language, at or now()))
    found.update(_promise(payload, profile, language))
    return found


def _role(code: str) -> Text:
    name = word("role", code.removesuffix(DEPUTY))
    if not code.endswith(DEPUTY):
        return name
    return name + Text("的代理人", "'s deputy")


def _what(kind: str, payload: Mapping[str, Any], profile: Profile) -> Text:
    alert = profile.alerts.get(kind)
    if payload.get("what"):
        said = payload["what"]
        return Text(*said) if isinstance(said, list) else Text(str(said), str(said))
    if action := payload.get("action"):
        gate = profile.gates.get(action)
        return Text(gate.zh, gate.en) if gate else Text(action, action)
    return Text(alert.zh, alert.en) if alert else word("notice", kind)


def _promise(payload: Mapping[str, Any], profile: Profile, language: Language) -> dict[str, str]:
    promise = profile.by_code.get(str(payload.get("promise", "")))
    if promise is None:
        return {}
    name = Text(promise.zh, promise.en).said(language)
    return {"promise": name, "clause": promise.clause}


def _times(
    payload: Mapping[str, Any], profile: Profile, language: Language, at: datetime
) -> dict[str, str]:
    found, local = {}, profile.local(at)
    if "moment" in payload:
        found["time"] = moment(profile.local(_read(payload["moment"])), local).said(language)
    if "started_at" in payload:
        found["time"] = moment(profile.local(_read(payload["started_at"])), local).said(language)
    if "due_at" in payload:
        due = _read(payload["due_at"])
        found["due"] = moment(profile.local(due), local).said(language)
        span = abs(due - at)
        told = length(span, seconds=span.total_seconds() < 3600) if span >= MINUTE else MOMENTS
        found["left" if due >= at else "late"] = told.said(language)
    return found


def _read(kept: Any) -> datetime:
    return kept if isinstance(kept, datetime) else datetime.fromisoformat(str(kept))


def said(
    parts: Sequence[Part | InboxLine],
    profile: Profile,
    language: Language,
    *,
    drill: bool,
    at: datetime | None = None,
    written: Mapping[str, Words] | None = None,
    whole: bool = False,
) -> Said:
    """One notice in its words; several of one thing under each other; many as a list, `whole` or
    its beginning. `at`: as it read then; now unless said. `written`: the company's own words,
    where many are read."""
    when = at or now()
    written = wording.own(language) if written is None else written

    def say(kind: str, given: Mapping[str, str]) -> Said:
        return wording.say(kind, language, given, drill=drill, written=written)

    told = [
        (part, say(_kind(part, when), words_for(part.kind, facts, profile, language, when)))
        for part, facts in _merged(in_order(parts))
    ]
    first = told[0][1]
    if len(told) == 1:
        return _doubted(first, parts, language)
    if len({part.subject for part in parts}) == 1:
        return _doubted(Said(first.title, _beside(told, language)), parts, language)
    titles = list(dict.fromkeys(one.title for _, one in told))
    shown = titles if whole else titles[:LISTED]
    listed = "\n".join(f"· {title}" for title in shown)
    if len(titles) > len(shown):
        listed += "\n" + MORE[language].format(len(titles) - len(shown))
    things = {(part.subject, one.title) for part, one in told}
    about = {"count": str(len(things)), "list": listed, "what": first.title}
    return say(DIGEST, about)


def _beside(told: Sequence[tuple[Part | InboxLine, Said]], language: Language) -> str:
    """What is to be said of one thing. Of many promises the first is told whole and the others by
    their titles, since a voice reads it out; whatever else there is keeps its words."""
    texts = dict.fromkeys(one.text for _, one in told)
    if len(texts) <= WHOLE:
        return "\n".join(texts)
    whole, named = [told[0][1].text], {_short(told[0][1]): ""}
    for part, one in told[1:]:
        if one.text in whole:
            continue
        if part.kind.startswith(PROMISES) and named.setdefault(_short(one), one.text) == one.text:
            continue
        whole.append(one.text)
    others = list(named)[1:]
    also = [ALSO[language].format(BESIDE[language].join(others))] if others else []
    return "\n".join([whole[0], *also, *whole[1:]])


def _short(text: Said) -> str:
    return text.title.partition(" · ")[0]


P = TypeVar("P", Part, InboxLine, Part | InboxLine)


def in_order(parts: Sequence[P]) -> list[P]:
    """Promises are said first, then what else there is to do."""
    return sorted(parts, key=lambda part: not part.kind.startswith(PROMISES))


def _merged(parts: Sequence[Part | InboxLine]) -> Iterator[tuple[Part | InboxLine, Facts]]:
    """Each with its facts; the calls of one emergency to a man of several roles are one, which
    names them all: the duty manager's first, since more is asked of him."""
    calls = [part for part in parts if part.kind.startswith(CALL)]
    for part in parts:
        alike = [other for other in calls if other.subject == part.subject]
        if part not in alike or len(alike) == 1:
            yield part, _facts(part)
        elif part is alike[0]:
            chosen = min(alike, key=lambda one: one.kind != f"{CALL}duty_manager")
            roles = dict.fromkeys(str(_facts(one)["role_code"]) for one in alike)
            yield chosen, {**_facts(chosen), "role_codes": list(roles)}


def _kind(part: Part | InboxLine, at: datetime) -> str:
    """A warning that goes out when the promise is broken says so."""
    due = _facts(part).get("due_at")
    if part.kind.startswith(WARNING) and due is not None and _read(due) < at:
        return DUE + part.kind.removeprefix(WARNING)
    return part.kind


def _facts(part: Part | InboxLine) -> Mapping[str, Any]:
    """What was kept, and as what he is told."""
    if isinstance(part, Part):
        return {"role_code": part.to_role, **part.payload}
    return {"role_code": part.role, **part.about}


def _doubted(text: Said, parts: Sequence[Part | InboxLine], language: Language) -> Said:
    """The server's clock had just jumped when it fired."""
    if not any(_facts(part).get("doubt") for part in parts):
        return text
    return Said(text.title, text.text + DOUBT[language])


def title_of(line: InboxLine, profile: Profile, language: Language) -> Said:
    """A line of an inbox in words."""
    return said([line], profile, language, drill=line.drill)
