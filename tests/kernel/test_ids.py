"""Identifiers that sort by the time of their making (RFC 9562, version 7)."""

from __future__ import annotations

import time

import pytest

from jiannuo.kernel.ids import new_id


def test_an_id_is_a_uuid_of_version_7_that_tells_its_millisecond(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_772_413_200_123_999_999)
    made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == 1_772_413_200_123


def test_later_ids_sort_behind_earlier_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(10**18, 10**18 + 50 * 10**6, 10**6))
    monkeypatch.setattr(time, "time_ns", lambda: next(moments))
    made = [new_id() for _ in range(50)]
    assert made == sorted(made)
    assert [str(one) for one in made] == sorted(map(str, made))


def test_ids_of_the_same_millisecond_are_different(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 10**18)
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert {(one.version, one.int >> 80) for one in made} == {(7, 10**12)}
