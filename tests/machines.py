"""State machines over the database: each example begins with the rows of the test and leaves them."""

from __future__ import annotations

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

#: Stories of so many steps.
STORIES = settings(
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class RolledBack(RuleBasedStateMachine):
    """What an example wrote is gone when it ends."""

    def __init__(self) -> None:
        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)


def play(machine: type[RolledBack], stories: int) -> None:
    """Inside a test that has the database; the same stories each time."""
    run_state_machine_as_test(machine, settings=settings(STORIES, max_examples=stories))
