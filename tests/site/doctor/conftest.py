"""The machine that is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiannuo.oversight.doctor.machine import Machine


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    return Machine(data=tmp_path, url="https://service.example.cn", hosts=("service.example.cn",))
