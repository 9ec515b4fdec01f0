"""Numbers to call, a gateway that takes messages, an emergency to tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jiannuo.journey import telling
from jiannuo.links.fakegateway.server import SECRET, Gateway
from jiannuo.manual.actor import SYSTEM
from jiannuo.people.models import Staff
from tests.journey.telling import Case, fault
from tests.world import World

BODY = '{"key": "{key}", "to": "{to}", "name": "{name}", "text": "{content}"}'


@pytest.fixture(autouse=True)
def numbers(world: World) -> None:
    """Everybody can be called."""
    for place, row in enumerate(Staff.objects.order_by("id")):
        Staff.objects.filter(pk=row.pk).update(phone=f"1380000{place:04}")


@pytest.fixture
def gateway(world: World) -> Iterator[Gateway]:
    with Gateway(ring=0.01) as found:
        sms = {"provider": "generic", "url": f"{found.url}/sms", "body": BODY, "secret": SECRET}
        telling.configure(SYSTEM, "sms", sms)
        telling.configure(SYSTEM, "voice", {"url": f"{found.url}/voice", "secret": SECRET})
        yield found


@pytest.fixture
def emergency(world: World) -> Case:
    found = fault(world, "10:00", "L1")
    found.do("l1_declared", "10:01", "李伟", reason="全断")
    return found
