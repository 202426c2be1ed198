"""`{{ structured|json_ld }}` writes the nodes of config/web/json_ld.py."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# So that no value can end the element or begin a comment (as in django.utils.html.json_script).
_ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


@register.filter
def json_ld(nodes: dict[str, Any] | list[dict[str, Any]]) -> SafeString:
    """A data block for each node. Browsers do not run it, so the script policy allows it."""
    each = nodes if isinstance(nodes, list) else [nodes]
    return format_html_join(
        "\n", '<script type="application/ld+json">{}</script>', ((_escaped(one),) for one in each)
    )


def _escaped(node: dict[str, Any]) -> SafeString:
    text = json.dumps(node, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 # nosec B308 B703
