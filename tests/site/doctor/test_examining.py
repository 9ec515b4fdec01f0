"""`jiannuo doctor` examines every check there is, whatever becomes of one of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.examining import examine
from jiannuo.oversight.doctor.finding import Check, Finding
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.oversight.doctor.registry import CHECKS
from jiannuo.site.doctor import database
from jiannuo.site.doctor.command import ELSEWHERE, OWN, SLOW
from tests.site.doctor.findings import told

ROOT = Path(__file__).parents[3] / "jiannuo"
PLACES = (ROOT / "oversight/doctor/checks", ROOT / "site/doctor")

pytestmark = pytest.mark.django_db


def test_every_file_of_a_check_is_registered() -> None:
    files = {
        path.stem
        for place in PLACES
        for path in place.glob("*.py")
        if path.stem not in ("__init__", "command")
    }
    every = (*OWN, *CHECKS, *ELSEWHERE, *SLOW, database.REACH)
    homes = {sys.modules[check.look.__module__].__name__.rpartition(".")[2] for check in every}
    assert homes == files
    assert len({check.code for check in every}) == len(every)


def test_a_check_that_fails_is_a_finding_and_stops_no_other(here: Machine) -> None:
    def broken(_: Machine) -> Finding:
        raise ZeroDivisionError("half\na finding")

    name = Text("坏的", "Broken")
    found = examine([Check("broken", name, broken), *CHECKS], here)
    assert len(found.reports) == len(CHECKS) + 1
    assert found.worst == "bad"
    told(found.reports[0].finding, "bad", "ZeroDivisionError: half a finding")


def test_without_a_database_the_others_are_named(here: Machine) -> None:
    found = examine(CHECKS, here, database=False)
    assert {one.code for one in found.reports} == {"disk", "timeserver", "secret"}
    assert len(found.unasked) == len(CHECKS) - 3
