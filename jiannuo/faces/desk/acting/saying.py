"""What is said once a step is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiannuo.archive import queries as archive
from jiannuo.journey.step import Done
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.profile import Profile
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text
from jiannuo.web.reader import Reader


def noted(reader: Reader, profile: Profile, done: Done, fields: Mapping[str, Any]) -> Text | None:
    """What was written, or that it had been written before; None where nothing is to be found."""
    line = archive.event_of(done.event)
    if line is None:
        return None
    event = line.happening
    sentence = told(profile, event).text
    at = reader.clock(event.t)
    if not done.again:
        return Text("已记下：", "Noted: ") + sentence
    if all(dumped(event.d.get(name)) == dumped(value) for name, value in fields.items()):
        return Text(f"{at} 已经记过：", f"Noted already at {at}: ") + sentence
    other = Text(
        f"这张表 {at} 已经记下，没有再改。要改请在经过里点「更正」：",
        f"This form was noted at {at} and is not changed. Use 'correct' in what happened: ",
    )
    return other + sentence
