"""What stands on the map of the board: offices, who waits, who is out, what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from jiannuo.faces.desk.dispatch.chart import Chart, Mark, chart
from jiannuo.journey.days import spot_of
from jiannuo.journey.dispatching import Choice, Field, Need
from jiannuo.journey.filling import Filling
from jiannuo.manual.distance import Spot, great_circle_km
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import limit
from jiannuo.visits.rules import pace
from jiannuo.web.reader import Reader

NEARBY_KM = 60.0  # who is within it shows on the map of a chosen case


@dataclass(frozen=True)
class Atlas:
    """Draws the map for a reader; `case`: the chosen one, `hrefs`: where a case is chosen."""

    reader: Reader
    profile: Profile
    field: Field
    case: str
    hrefs: Callable[[str], str]

    def chart(
        self, needs: Sequence[Need], choice: Choice | None, found: Sequence[Filling]
    ) -> Chart | None:
        offices = [
            Mark("office", o.spot, o.name, "", o.name) for o in self.field.offices if o.spot.lat
        ]
        marks = [*offices, *self._need_marks(needs, choice), *self._people_marks()]
        fit = self._fit(offices, choice)
        fits = [f for f in found if f.fits is not None]
        marks += [Mark("fill", f.site.spot, f.site.name) for f in fits if f.site.spot is not None]
        centre = choice.job.office if choice and choice.job.office else None
        if centre is None and len(offices) == 1:
            centre = offices[0].spot
        return chart(marks, self._rings(), centre, self._tracks(choice), fit)

    def _fit(self, offices: Sequence[Mark], choice: Choice | None) -> list[Spot]:
        """A chosen case, its office and whoever could come from elsewhere; else everything."""
        if choice is None or choice.job.site is None:
            return []
        site, office = choice.job.site, choice.job.office
        radius = pace(self.profile).radius_km
        reach = max(NEARBY_KM, 1.5 * (choice.job.km or 0.0))
        near = [p for _, p in self._where() if great_circle_km(site, p, radius) <= reach]
        return [site, *([office] if office else []), *near]

    def _need_marks(self, needs: Sequence[Need], choice: Choice | None) -> Iterator[Mark]:
        shown = {need.card.number: need for need in needs}
        if choice is not None:
            shown[choice.need.card.number] = choice.need
        for number, need in shown.items():
            spot = spot_of(need.site)
            if spot is None or need.site is None:
                continue
            kind = "chosen" if number == self.case else "need"
            title = f"{number} · {need.card.customer_name} {need.site.name} · {need.site.km} km"
            label = f"{need.site.name} {need.site.km} km"
            yield Mark(kind, spot, label, self.hrefs(number), title)

    def _where(self) -> Iterator[tuple[str, Spot]]:
        """Who is at a site, or on the way to one."""
        names = {day.id: day.name for day in self.field.days}
        for engineer, outings in self.field.outings.items():
            for out in outings:
                spot = spot_of(out.site)
                if out.stay.open and spot is not None and engineer in names:
                    yield names[engineer], spot

    def _people_marks(self) -> Iterator[Mark]:
        for name, spot in self._where():
            yield Mark("person", spot, name)

    def _tracks(self, choice: Choice | None) -> Iterator[tuple[Spot, Spot, str]]:
        if choice is not None and choice.job.site is not None and choice.job.office is not None:
            yield choice.job.office, choice.job.site, "plan"

    def _rings(self) -> Iterator[tuple[float, str]]:
        """The bands of table 2-4: so far, so long."""
        for upper, allowed in self.profile.bands:
            if upper is not None:
                yield float(upper), f"{upper} km · {self.reader.say(limit(allowed))}"
