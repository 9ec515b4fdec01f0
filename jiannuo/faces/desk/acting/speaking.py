"""In whose name a step is entered: his own who sits here, the customer's, a colleague's on the
telephone."""

from __future__ import annotations

from dataclasses import dataclass

from jiannuo.faces.desk.acting.lists import Lists
from jiannuo.faces.desk.acting.matter import Matter
from jiannuo.faces.desk.acting.voices import COLLEAGUE, CUSTOMER
from jiannuo.journey import speaking
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.words import Text
from jiannuo.web.forms import Choice, Field
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it and how it was heard, as the form sent them."""

    name: str = ""
    heard: str = ""


def speaker_fields(
    reader: Reader, options: Lists, kind: str, whose: str, said: Speaker
) -> list[Field]:
    """The two fields of a step that somebody else said; none for one's own."""
    if whose not in (CUSTOMER, COLLEAGUE):
        return []
    by = kinds()[kind].by
    people = options.speakers(by) if whose == CUSTOMER else options.colleagues(by)
    ways = speaking.ways(kind)
    who = Text("客户谁说的", "Who of the customer said so")
    if ways == ("paper",):
        who = Text("谁签的字", "Who signed")
    elif whose == COLLEAGUE:
        who = Text("哪位同事报来的", "Which colleague called it in")
    heard = Text("怎么知道的", "How you know")
    only = said.name or (people[0].value if len(people) == 1 else "")
    chosen = said.heard or ways[0]
    return [
        Field(
            "said_by",
            reader.say(who),
            "radio" if 0 < len(people) <= 5 else "select",
            (only,) if only else (),
            tuple(people),
            required=True,
        ),
        Field(
            "heard",
            reader.say(heard),
            "radio" if len(ways) > 1 else "hidden",
            (chosen,),
            tuple(Choice(way, reader.word("how", way)) for way in ways),
            required=True,
        ),
    ]


def in_name_of(actor: Actor, matter: Matter, kind: str, whose: str, said: Speaker) -> Actor:
    """Who acts. Raises `Refusal` where nobody, or nobody of the customer's, was named."""
    if whose == CUSTOMER:
        return matter.for_customer(actor, kind, said.name, said.heard)
    if whose == COLLEAGUE:
        return speaking.for_colleague(actor, kind, said.name, said.heard)
    return actor
