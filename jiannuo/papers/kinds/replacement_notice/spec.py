"""换新通知单: replacement notice (R-2-6)."""

from jiannuo.manual.events import Event
from jiannuo.papers.kind import Ground, PaperKind, each


def owed(ground: Ground, event: Event) -> bool:
    """An order, or the confirmation that makes the replacement due."""
    if event.kind == "replacement_ordered":
        return True
    number = ground.view.card.number
    triggers = {
        t.place for tally in ground.view.tallies for t in tally.triggers if t.case == number
    }
    return event.place in triggers


KIND = PaperKind(
    "replacement_notice",
    find=each("same_problem_confirmed", "replacement_ordered", when=owed),
    numbered=True,
)
