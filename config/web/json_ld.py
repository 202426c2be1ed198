"""Structured data of pages, as JSON-LD with the vocabulary of schema.org.

A view puts a node, or a list of nodes, into its context as `structured`; base.html writes them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

Node = dict[str, Any]

NAME = "Undersigned"


def node(kind: str | list[str], **values: object) -> Node:
    """A node without the empty values, which would be false statements.

    `identified` becomes @id.
    """
    filled = {name: value for name, value in values.items() if value not in (None, "", [], {})}
    identity = {"@id": filled.pop("identified")} if "identified" in filled else {}
    return {"@type": kind, **identity, **filled}


def top(thing: Node) -> Node:
    """A node with @context, as a top-level block."""
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
    """The site and its operator."""
    site = website() | {
        "description": _("Open letters signed by organisations."),
        "inLanguage": [code for code, _name in settings.LANGUAGES],
        "publisher": {"@id": operator()["@id"]},
    }
    return [top(site), top(operator())]
