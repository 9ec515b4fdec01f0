"""Template tags: a saying in both languages, and a component by its own template.

`{% say "队列" "Queue" %}` keeps both languages at the place where they are read: there is no
catalogue to fall behind, and a test finds a saying without its English.
"""

from __future__ import annotations

from typing import Any, cast

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from jiannuo.manual.words import Text
from jiannuo.web.actor import ActorRequest
from jiannuo.web.live.here import here_line

register = template.Library()


def _lang(context: Context) -> str:
    return str(context.get("lang") or "zh")


@register.simple_tag(takes_context=True)
def say(context: Context, zh: str, en: str, **fields: Any) -> str:
    """The saying in the page's language; `{name}` takes a keyword of the tag."""
    saying = Text(zh, en).said(_lang(context))
    return saying.format_map(fields) if fields else saying


@register.simple_tag(takes_context=True)
def show(context: Context, component: Any) -> str | SafeString:
    """A component, rendered by the template it names; nothing for None."""
    if component is None:
        return ""
    engine = context.template.engine if context.template else None
    if engine is None:
        raise template.TemplateSyntaxError("show needs a template that is being rendered")
    found = engine.get_template(component.template)
    return found.render(Context({"it": component, "lang": _lang(context)}))


@register.simple_tag(takes_context=True)
def here(context: Context, number: str) -> str | SafeString:
    """Who else has this case open."""
    asked = cast(ActorRequest, context["request"])
    return show(context, here_line(asked.actor, asked.reader, number))
