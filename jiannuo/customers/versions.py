"""The versions of the service profile: those in force, those being written, what they would have
changed. A version in force is never altered (R-0-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from jiannuo.customers.models import Contract, ProfileDraft, ProfileTrial, ServiceProfile
from jiannuo.customers.project import EDITION, newest
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.policy import ProfileError, leaves
from jiannuo.manual.profile import Profile

DUTY = "R-0-1"
#: What a house began with holds from ever.
BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """One in force. `number` 1 is what ships where the house began with nothing of its own."""

    number: int
    since: datetime | None
    changes: Mapping[str, Any]
    reason: str
    by: str


def versions() -> list[Version]:
    """The newest first; at last what the house began with."""
    rows = ServiceProfile.objects.exclude(version=EDITION).order_by("-published_at", "-version")
    found = [Version(r.version, r.published_at, r.changes, r.reason, r.by_name) for r in rows]
    if not any(one.number == 1 for one in found):
        found.append(Version(1, None, {}, "", ""))
    return found


def profile_of(number: int) -> Profile:
    """A version as it binds. Raises `Refusal` ("no_such_page") for one that is not there."""
    rows = list(_rows())
    moments = {version: at for version, at, _ in rows if version != EDITION}
    if number not in {1, *moments}:
        raise Refusal("no_such_page", f"没有第 {number} 版规范", f"there is no version {number}")
    if number in moments:
        return newest(rows, moments[number])
    return newest([row for row in rows if row[0] == EDITION], BEGINNING)


def _rows() -> Any:
    rows = ServiceProfile.objects.order_by("published_at", "version")
    return rows.values_list("version", "published_at", "changes")


@dataclass(frozen=True, slots=True)
class Founded:
    """A project and the version whose rules it keeps (docs/decisions/0008)."""

    contract: UUID
    number: str
    customer: str
    version: int
    own: int


def founded() -> list[Founded]:
    """Every project, by version, the newest first; `own`: how many numbers it says itself."""
    rows = list(_rows())
    contracts = Contract.objects.filter(acceptances__isnull=False).select_related("customer")
    found = [
        Founded(
            one.id,
            one.number,
            one.customer.name,
            newest(rows, one.taken_on_at).version,
            len(one.overrides),
        )
        for one in contracts.distinct()
    ]
    return sorted(found, key=lambda one: (-one.version, one.number))


# -- drafts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DraftCard:
    """`state`: "open", "offered", "published" or "dropped"."""

    id: UUID
    base: int
    changes: Mapping[str, Any]
    reason: str
    by: str
    by_id: UUID | None
    written_at: datetime
    offered_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    version: int | None

    @property
    def state(self) -> str:
        if self.ended_at is not None:
            return "published" if self.version is not None else "dropped"
        return "open" if self.offered_at is None else "offered"


def drafts(limit: int = 20) -> list[DraftCard]:
    """The open ones first, then the last that ended."""
    rows = list(ProfileDraft.objects.order_by("-written_at", "-id")[:limit])
    return sorted(map(_card, rows), key=lambda one: one.ended_at is not None)


def draft(one: UUID) -> DraftCard:
    """Raises `Refusal` ("no_such_page")."""
    return _card(_row(one, lock=False))


def _card(row: ProfileDraft) -> DraftCard:
    return DraftCard(
        row.id,
        row.base,
        row.changes,
        row.reason,
        row.by_name,
        row.by,
        row.written_at,
        row.offered_at,
        row.ended_at,
        row.ended_by,
        row.version,
    )


def _row(one: UUID, *, lock: bool) -> ProfileDraft:
    rows = ProfileDraft.objects.select_for_update() if lock else ProfileDraft.objects
    row = rows.filter(pk=one).first()
    if row is None:
        raise Refusal("no_such_page", "没有这份规范草案", "there is no such draft")
    return row


def checked(base: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What of some changes is one, under a version. Raises `Refusal` naming the key that may not
    be so."""
    profile = profile_of(base)
    found = {key: value for key, value in changes.items() if not _same(profile, key, value)}
    try:
        profile.with_changes(found)
    except ProfileError as error:
        raise Refusal(
            "bad_profile",
            f"{error.key} 不能是 {error.value!r}，可以是：{error.allowed}",
            str(error),
            requirement=DUTY,
        ) from None
    return found


def _same(profile: Profile, key: str, value: Any) -> bool:
    """As it is already; 1 is not true."""
    try:
        now = profile.value(key)
    except ProfileError:
        return False
    return type(now) is type(value) and bool(now == value)


def begin(source: int, by: str, by_id: UUID | None, at: datetime) -> DraftCard:
    """A draft of what an older version says, on the newest; of the newest, of nothing yet."""
    base = versions()[0].number
    changes = checked(base, dict(leaves(profile_of(source).policy)))
    row = ProfileDraft.objects.create(
        base=base, changes=changes, began_at=at, written_at=at, by_name=by, by=by_id
    )
    return _card(row)


def write(one: UUID, changes: Mapping[str, Any], reason: str, at: datetime) -> DraftCard:
    """What a draft changes, on the newest version. It has to be handed in again."""
    row = _open(one)
    row.base = versions()[0].number
    row.changes, row.reason, row.written_at = checked(row.base, changes), reason, at
    row.offered_at = None
    row.save(update_fields=["base", "changes", "reason", "written_at", "offered_at"])
    return _card(row)


def _open(one: UUID) -> ProfileDraft:
    row = _row(one, lock=True)
    if row.ended_at is not None:
        raise Refusal(
            "draft_is_over",
            f"这份草案已由{row.ended_by}办结，不能再改；请另起一份",
            f"{row.ended_by} has ended this draft; begin another one",
            requirement=DUTY,
        )
    return row


def offer(one: UUID, at: datetime) -> DraftCard:
    """Handed in. Raises `Refusal` where it changes nothing, or nobody says why."""
    row = _open(one)
    if not row.changes:
        raise Refusal("changes_nothing", "草案和现行版本没有差别", "the draft changes nothing")
    if not row.reason.strip():
        raise Refusal(
            "no_reason",
            "请写明为什么出新版",
            "say why there is to be a new version",
            requirement=DUTY,
        )
    _on_the_newest(row)
    row.offered_at = at
    row.save(update_fields=["offered_at"])
    return _card(row)


def end(one: UUID, by: str, at: datetime, version: int | None = None) -> DraftCard:
    """In force as a version, or dropped."""
    row = _open(one)
    if version is not None:
        _on_the_newest(row)
    row.ended_at, row.ended_by, row.version = at, by, version
    row.save(update_fields=["ended_at", "ended_by", "version"])
    return _card(row)


def _on_the_newest(row: ProfileDraft) -> None:
    newer = versions()[0].number
    if newer != row.base:
        raise Refusal(
            "base_moved",
            f"起草后又发布了第 {newer} 版；请打开草案，看过差别再存一次",
            f"version {newer} was published since; open the draft, look at it and save it again",
            requirement=DUTY,
        )


def next_number() -> int:
    return max(one.number for one in versions()) + 1


# -- what would have been -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrialCard:
    """`counts`: by promise [kept before, broken before, kept after, broken after]; `turned`: rows
    [case, promise, verdict before, verdict after]. `stale`: the draft was changed since."""

    id: UUID
    draft: UUID
    base: int
    changes: Mapping[str, Any]
    first: date
    last: date
    total: int
    done: int
    beyond: UUID | None
    counts: dict[str, list[int]]
    turned: list[list[str]]
    ended_at: datetime | None
    stale: bool


def try_out(one: UUID, first: date, last: date, total: int, at: datetime) -> UUID:
    """A count begins; one of the same draft that was not done is given up."""
    row = _row(one, lock=True)
    ProfileTrial.objects.filter(draft=row, ended_at__isnull=True).delete()
    made = ProfileTrial.objects.create(
        draft=row, changes=row.changes, first=first, last=last, asked_at=at, total=total
    )
    return made.id


def trial(draft: UUID) -> TrialCard | None:
    """The last one of a draft."""
    rows = ProfileTrial.objects.filter(draft=draft).select_related("draft")
    row = rows.order_by("-asked_at", "-id").first()
    return _trial(row) if row else None


def open_trial() -> TrialCard | None:
    """The one whose turn it is, held for this transaction; one that another worker has is his."""
    rows = ProfileTrial.objects.select_for_update(skip_locked=True, of=("self",))
    row = rows.filter(ended_at__isnull=True).select_related("draft").order_by("asked_at").first()
    return _trial(row) if row else None


def _trial(row: ProfileTrial) -> TrialCard:
    return TrialCard(
        row.id,
        row.draft_id,
        row.draft.base,
        row.changes,
        row.first,
        row.last,
        row.total,
        row.done,
        row.beyond,
        row.counts,
        row.turned,
        row.ended_at,
        row.changes != row.draft.changes,
    )


def note_trial(card: TrialCard) -> None:
    """How far it is."""
    ProfileTrial.objects.filter(pk=card.id).update(
        done=card.done,
        beyond=card.beyond,
        counts=card.counts,
        turned=card.turned,
        ended_at=card.ended_at,
    )
