"""What the document promises, asked of every address by a stranger's generator: requests that it
allows and some that it forbids, from one seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from jiannuo.archive.models import Event
from jiannuo.faces.api import describing
from jiannuo.faces.api.views import api
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.vocabulary import ADMINISTRATORS, VENDOR_ROLES
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from jiannuo.web.shapes import FIRST
from tests.faces.api.programs import program_of
from tests.faces.conftest import NOON
from tests.world import World

EACH = 3  # examples of a kind, for each of a hundred addresses
KNOWN = {"part": "风扇", "roster": "W15", "promise": "phone_response"}


#: Any moment that a calendar reckons with.
schemathesis.openapi.format(
    "date-time",
    st.integers(0, 36_000).map(
        lambda days: (FIRST + timedelta(days=days, seconds=7 * days)).isoformat()
    ),
)


@pytest.fixture
def served(world: World) -> Iterator[WSGIHandler]:
    """The product as a web server runs it, in the transaction of the test."""
    ends = (signals.request_started, signals.request_finished)
    for one in ends:
        one.disconnect(close_old_connections)
    yield get_wsgi_application()
    for one in ends:
        one.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_address_keeps_what_the_document_promises(
    served: WSGIHandler, world: World, number: str, mode: GenerationMode
) -> None:
    customer = str(world.customer.id)
    roles = tuple(role for role in VENDOR_ROLES if role not in ADMINISTRATORS[1:])
    people.hire(SYSTEM, Person("万能", roles, level="senior"))
    program = program_of("万能")
    schema = schemathesis.openapi.from_dict(describing.document(api))
    schema.app = served
    bearer = {"Authorization": f"Bearer {program.token}"}
    asked: list[str] = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=EACH,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case[Any]) -> None:
            known = {**KNOWN, "number": number}
            case.path_parameters = {
                name: known.get(name, value) for name, value in case.path_parameters.items()
            }
            if mode == GenerationMode.POSITIVE:
                # A place comes from a page alone; and no schema says of an open object that none
                # of its texts holds a zero character.
                case.query = {k: v for k, v in (case.query or {}).items() if k != "after"}
                assume("\\x00" not in repr(case.body))
                if isinstance(case.body, dict) and "customer" in case.body:
                    case.body["customer"] = customer  # no schema knows who is one
            asked.append(case.operation.label)
            with held_at(NOON + timedelta(minutes=len(asked))):
                case.call_and_validate(headers=bearer)

        ask()
    assert len(set(asked)) == sum(len(path) for path in describing.document(api)["paths"].values())
    assert Event.objects.exists()
