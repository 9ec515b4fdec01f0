"""The shipped edition of the manual, shortened, edited, refused."""

from __future__ import annotations

import re

import pytest

from jiannuo.manual.policy import ProfileError
from jiannuo.manual.profile import EDITIONS, load

TEXT = (EDITIONS / "default.toml").read_text(encoding="utf-8")
#: A small edition with a row or two of each kind: it is read many times over.
SHORT = re.sub(
    r"\[\[(?:paper|alert|service)\]\]\n(?:.+\n)+"
    r"|\[\[gate\]\]\naction = \"(?!start_remote|dispatch).+\n(?:.+\n)+"
    r"|\[\[exclusion\]\]\ncode = \"EX[2-8].+\n(?:.+\n)+"
    r"|\[\[promise\]\]\ncode = \"(?:emg_(?!team)|claim|replace|leader|part_).+\n(?:.+\n)+"
    r"|  \"emg_notify.+\n|  \"emg_dispatch.+\n",
    "",
    TEXT,
)


def edited(old: str, new: str) -> str:
    assert old in SHORT
    return SHORT.replace(old, new, 1)


def refused(text: str) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        load(text)
    error = caught.value
    assert error.key in str(error)
    assert error.allowed in str(error)
    return error
