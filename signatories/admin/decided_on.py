"""Make sure that staff decide on what the page showed them, not on later changes."""

from __future__ import annotations

import hashlib
import json

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.languages import listed
from signatories.errors import DecisionStale
from signatories.models import Signature

DECIDED_ON = [
    "status",
    "visibility",
    "organisation",
    "signed_as",
    "statement",
    "proposed_name",
    "proposed_statement",
    "revision",
    "contact_request",
]


def as_shown(signature: Signature) -> str:
    """Digests of all facts that staff see when they decide, for a hidden field."""
    return json.dumps({name: _digest(signature, name) for name in DECIDED_ON})


def check_shown(signature: Signature, shown: str) -> None:
    """Raise DecisionStale if the signature has changed since the page was shown.

    Call it with the signature locked, in the transaction of the decision.
    """
    try:
        seen = json.loads(shown)
    except ValueError:
        seen = {}
    if not isinstance(seen, dict):
        seen = {}
    changed = [name for name in DECIDED_ON if seen.get(name) != _digest(signature, name)]
    if changed:
        names = [capfirst(str(Signature._meta.get_field(name).verbose_name)) for name in changed]  # type: ignore[union-attr]
        raise DecisionStale(
            _(
                "These have changed since you opened the page: %(names)s. Your decision was not"
                " saved."
            )
            % {"names": listed(names)}
        )


def _digest(signature: Signature, name: str) -> str:
    value = signature.organisation and signature.organisation.name
    if name != "organisation":
        value = getattr(signature, Signature._meta.get_field(name).attname)  # type: ignore[union-attr]
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
