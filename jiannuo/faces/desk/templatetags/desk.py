"""Template tags of the desk: its rail."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from jiannuo.faces.desk.rail import rail as parts

register = template.Library()


@register.inclusion_tag("desk/_rail.html", takes_context=True)
def rail(context: Context) -> dict[str, Any]:
    """The parts of the desk that this person may open."""
    lang = str(context.get("lang") or "zh")
    actor, request = context.get("actor"), context.get("request")
    if actor is None or request is None:
        return {"parts": (), "lang": lang}
    found = [(part, part.words.said(lang)) for part in parts(actor, request.path)]
    return {"parts": found, "lang": lang, "actor_name": actor.name}
