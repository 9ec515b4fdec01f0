"""A version of the service profile comes into force: it binds cases reported from then on (R-0-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiannuo.customers.models import ServiceProfile
from jiannuo.customers.queries import base_profile
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.policy import ProfileError
from jiannuo.manual.profile import shipped
from jiannuo.people.permits import require


def begin_profile(actor: Actor, changes: Mapping[str, Any], at: datetime) -> None:
    """A company's own first version, where it differs from the shipped edition."""
    require(actor, "set_up")
    shipped().with_changes(changes)
    ServiceProfile.objects.create(
        version=1,
        published_at=at,
        recorded_at=now(),
        changes=dict(changes),
        reason="set up",
        by_name=actor.name,
    )


def publish_profile(
    actor: Actor, version: int, changes: Mapping[str, Any], reason: str, at: datetime
) -> None:
    """A new version of the service profile: cases reported from `at` on begin with it."""
    require(actor, "profile_published")
    put_in_force(actor, version, changes, reason, at)


def put_in_force(
    actor: Actor, version: int, changes: Mapping[str, Any], reason: str, at: datetime
) -> None:
    """The row of a new version. Raises `Refusal` for what a profile may not hold, and for a
    version that is there."""
    try:
        base_profile(at).with_changes(changes, version)
    except ProfileError as error:
        raise Refusal(
            "bad_profile",
            f"{error.key} 不能是 {error.value!r}，可以是：{error.allowed}",
            str(error),
            requirement="R-0-1",
        ) from None
    row = {
        "published_at": at,
        "recorded_at": now(),
        "changes": dict(changes),
        "reason": reason,
        "by_name": actor.name,
    }
    # In one go: of two who publish one number at once the second is told.
    if version < 2 or not ServiceProfile.objects.get_or_create(version=version, defaults=row)[1]:
        raise Refusal(
            "version_taken",
            f"版本 {version} 已经存在，请用下一个版本号",
            f"version {version} exists; take the next number",
            requirement="R-0-1",
        )
