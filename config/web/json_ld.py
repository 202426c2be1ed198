"""What machines read of a page, as JSON-LD in the words of schema.org.

A view puts a node, or a list of them, into its context as `structured`; base.html writes them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

Node = dict[str, Any]

NAME = "Undersigned"


def node(kind: str | list[str], **values: object) -> Node:
    """One thing; what is empty is left out, since an empty text says something wrong.

    `identified` becomes @id.
    """
    told = {name: value for name, value in values.items() if value not in (None, "", [], {})}
    identity = {"@id": told.pop("identified")} if "identified" in told else {}
    return {"@type": kind, **identity, **told}


def top(thing: Node) -> Node:
    """The thing as a block of its own."""
    return {"@context": "https://schema.org", **thing}


def operator() -> Node:
    return node(
        "Organization",
        identified=f"{settings.SITE_URL}/#operator",
        name=settings.OPERATOR_NAME,
        url=f"{settings.SITE_URL}/",
    )


def website() -> Node:
    return node(
        "WebSite",
        identified=f"{settings.SITE_URL}/#site",
        name=NAME,
        url=f"{settings.SITE_URL}/",
    )


def home() -> list[Node]:
    """The site, and who runs it."""
    site = website() | {
        "description": _("Open letters signed by organisations."),
        "inLanguage": [code for code, _name in settings.LANGUAGES],
        "publisher": {"@id": operator()["@id"]},
    }
    return [top(site), top(operator())]
