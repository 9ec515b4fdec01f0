"""Codes that people read out or follow: readable, different each time, useless when stolen."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.kernel import codes

CODES = st.text(codes.LETTERS, min_size=6, max_size=30)


@given(st.integers(codes.SHORTEST, 40))
def test_a_code_has_its_length_and_only_letters_that_cannot_be_mistaken(length: int) -> None:
    code = codes.make(length)
    assert len(code) == length
    assert set(code) <= set(codes.LETTERS)
    assert not set("0O1IL2Z5S8B") & set(code)


def test_no_two_codes_are_alike() -> None:
    assert len({codes.make(12) for _ in range(2000)}) == 2000


def test_every_letter_is_used() -> None:
    assert set(codes.make(2000)) == set(codes.LETTERS)


@pytest.mark.parametrize("length", [-1, 0, 5])
def test_a_code_that_could_be_guessed_is_not_made(length: int) -> None:
    with pytest.raises(ValueError, match="guessed"):
        codes.make(length)


@given(CODES)
def test_what_is_stored_is_not_the_code_and_the_same_each_time(code: str) -> None:
    stored = codes.hashed(code, "acknowledge")
    assert stored == codes.hashed(code, "acknowledge")
    assert code not in stored
    assert len(bytes.fromhex(stored)) == 32


@given(CODES)
def test_a_code_counts_however_it_is_typed(code: str) -> None:
    typed = " " + "-".join((code[:3], code[3:])).lower() + "\n"
    assert codes.hashed(typed, "acknowledge") == codes.hashed(code, "acknowledge")


@given(CODES, CODES)
def test_another_code_another_hash(one: str, two: str) -> None:
    hashes = codes.hashed(one, "acknowledge"), codes.hashed(two, "acknowledge")
    assert codes.same(*hashes) == (one == two)


def test_a_code_of_one_purpose_or_key_opens_nothing_else() -> None:
    ways = [
        ("acknowledge", ""),
        ("sign", ""),
        ("acknowledge", "k"),
        ("", "acknowledge"),
        ("a", ":"),
    ]
    assert len({codes.hashed("ACDEFG", *way) for way in ways}) == len(ways)


def test_hashes_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, two: bytes) -> bool:
        asked.append((one, two))
        return one == two

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert codes.same("ab", "ab")
    assert not codes.same("ab", "编号")
    assert len(asked) == 2
