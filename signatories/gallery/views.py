"""The components page, and a stylesheet to show light and dark side by side."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_safe

from signatories.gallery.states import Context, examples

# The contexts each state is shown in: label, colour scheme, direction.
VIEWS = [
    {"name": "light", "scheme": "light", "direction": "ltr"},
    {"name": "dark", "scheme": "dark", "direction": "ltr"},
    {"name": "right to left", "scheme": "light", "direction": "rtl"},
]
_COLOURS = re.compile(r"^\s*--[\w-]+: #[0-9a-f]{6};$", re.MULTILINE)


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component with its states, rendered by its own template."""
    with override("en"):
        rendered = [
            {
                "example": example,
                "states": [
                    {"name": name, "html": _render(request, example.component, context)}
                    for name, context in example.states.items()
                ],
            }
            for example in examples()
        ]
        return render(
            request, "signatories/components.html", {"rendered": rendered, "views": VIEWS}
        )


def _render(request: HttpRequest, component: str, context: Context) -> str:
    """Render the component as on a reader's page, in English."""
    context = {"LANGUAGE_CODE": "en", **context}
    return render_to_string(f"components/{component}.html", context, request=request)


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """The colours of static/css/tokens.css again, scoped to parts of a page."""
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    light, dark = (
        "\n".join(_COLOURS.findall(part))
        for part in tokens.split("@media (prefers-color-scheme: dark)")
    )
    rules = (
        f"@layer tokens {{\n.scheme-{name} {{\ncolor-scheme: {name};\n{colours}\n}}\n}}\n"
        for name, colours in (("light", light), ("dark", dark))
    )
    return HttpResponse("".join(rules), content_type="text/css; charset=utf-8")
