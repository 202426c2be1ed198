"""`{% keep "title" %}…{% endkeep %}`: shows its content and stores it for later use in the page.

A template can use a block only once, but a page's title is needed twice: for readers, and for sites
that show a link to it.
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
        # Rendering has already escaped it.
        text = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 # nosec B308 B703
        context[str(self.name.resolve(context))] = text
        return text


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """Render the content, show it, and store it in the context under a name."""
    try:
        _tag, name = token.split_contents()
    except ValueError:
        raise template.TemplateSyntaxError("keep takes the name to keep it under.") from None
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(parser.compile_filter(name), nodelist)
