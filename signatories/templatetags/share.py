"""`{% share letter edition %}`: the ways to share a letter."""

from __future__ import annotations

from typing import Any

from django import template

from letters.models import Letter
from letters.wording import EditionWording
from signatories.sharing.networks import Sharing

register = template.Library()


@register.inclusion_tag("components/share.html")
def share(letter: Letter, edition: EditionWording, named: bool = True) -> dict[str, Any]:
    """`named=False` hides the heading, where the page's own title already says this."""
    return {"share": Sharing(letter, edition), "named": named}
