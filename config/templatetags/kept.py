"""`{% keep "title" %}…{% endkeep %}`: what is between shows where it stands, and again later.

A block of a template can stand in it once only, but the title of a page is told twice: to its
reader, and to the sites that show a link to it.
"""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class KeepNode(template.Node):
    def __init__(self, name: FilterExpression, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        # It was escaped piece by piece as it was rendered, like all that templates make.
        text = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 # nosec B308 B703
        context[str(self.name.resolve(context))] = text
        return text


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """Render what is between the tags, show it, and keep it in the context under a name."""
    try:
        _tag, name = token.split_contents()
    except ValueError:
        raise template.TemplateSyntaxError("keep takes the name to keep it under.") from None
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(parser.compile_filter(name), nodelist)
