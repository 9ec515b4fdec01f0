"""The map without tiles: true to scale, whole, and readable."""

from __future__ import annotations

from math import cos, hypot, radians
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.faces.desk.dispatch.chart import DEGREE_KM, HEIGHT, WIDTH, Chart, Mark, chart
from jiannuo.manual.distance import Spot

OFFICE = Spot("CDO", 30.6574, 104.0658)
MEISHAN = Spot("MS", 30.0755, 103.848)


def drawn(*marks: Mark, **said: Any) -> Chart:
    found = chart(marks, **said)
    assert found is not None
    return found


def test_there_is_no_map_of_nothing() -> None:
    assert chart([]) is None


def test_a_ring_is_as_far_as_it_says() -> None:
    """A place fifty kilometres off lies on the ring of fifty."""
    north = Spot("N", OFFICE.lat + 50 / DEGREE_KM, OFFICE.lon)
    east = Spot("E", OFFICE.lat, OFFICE.lon + 50 / DEGREE_KM / cos(radians(OFFICE.lat)))
    marks = [Mark("office", OFFICE, "办事处"), Mark("need", north, "北"), Mark("need", east, "东")]
    found = drawn(*marks, rings=[(50.0, "50 km")], centre=OFFICE)
    [ring] = found.rings
    for mark in found.marks:
        if mark.kind == "need":
            assert hypot(mark.x - ring.x, mark.y - ring.y) == pytest.approx(ring.r, rel=0.01)


def test_in_a_town_the_rings_are_finer() -> None:
    near = Spot("A", OFFICE.lat + 0.05, OFFICE.lon)
    marks = [Mark("office", OFFICE, "办事处"), Mark("chosen", near, "机房")]
    found = drawn(*marks, rings=[(50.0, "50 km · 2 小时")], centre=OFFICE)
    assert "5 km" in [ring.label for ring in found.rings]


def test_what_stands_at_one_place_is_one_mark_that_names_all() -> None:
    marks = [Mark("person", MEISHAN, "李伟"), Mark("chosen", MEISHAN, "东坡 68.0 km")]
    [found] = drawn(*marks).marks
    assert (found.kind, found.label) == ("chosen", "东坡 68.0 km 李伟")


SPOTS = st.builds(
    Spot,
    st.just("X"),
    st.floats(min_value=18, max_value=53),
    st.floats(min_value=74, max_value=134),
)


@given(st.lists(SPOTS, min_size=1, max_size=25))
def test_every_place_is_on_the_sheet_and_no_label_covers_another(spots: list[Spot]) -> None:
    found = drawn(*(Mark("need", spot, f"机房 {n}") for n, spot in enumerate(spots)))
    for mark in found.marks:
        assert 0 <= mark.x <= WIDTH
        assert 0 <= mark.y <= HEIGHT
    boxes = [box(m.lx, m.ly, m.anchor, m.label) for m in found.marks if m.label]
    for n, one in enumerate(boxes):
        assert not any(meet(one, other) for other in boxes[n + 1 :])


Box = tuple[float, float, float, float]


def box(x: float, y: float, anchor: str, label: str) -> Box:
    """As narrow as it could be drawn."""
    wide = sum(12.0 if ord(char) > 0x2E7F else 6.0 for char in label)
    left = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
    return left, y - 11, left + wide, y


def meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
