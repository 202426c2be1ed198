"""What everybody may take along of a letter's signatories, as plain data.

Only what is public by name is named; every entry says which text it signed, and in which language.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from letters.models import Letter
from signatories.models import Signature
from signatories.queries import SignatoryList


def signatories_of(letter: Letter) -> dict[str, Any]:
    """The letter, its texts with their digests, and its signatories in the order of publication."""
    everyone = SignatoryList(letter)
    revisions = list(letter.revisions.defer("canonical").order_by("number", "correction"))
    labels = {revision.pk: revision.label for revision in revisions}
    signatures = (
        Signature.objects.public()
        .filter(letter=letter)
        .select_related("organisation")
        .order_by("published_at", "pk")
    )
    return {
        "letter": settings.SITE_URL + reverse("front") + f"letters/{letter.slug}/",
        "version": letter.public_version,
        "revision": letter.revision.label if letter.revision else None,
        "revisions": [
            {
                "label": revision.label,
                "kind": revision.kind,
                "published": revision.frozen_at.isoformat(),
                "reason": revision.reason,
                "sha256": revision.digest,
                "canonical": settings.SITE_URL
                + reverse("canonical", args=[letter.slug, revision.label]),
            }
            for revision in revisions
        ],
        "count": everyone.counts.signatories,
        "not_named": everyone.hidden.signatories,
        "signatories": [_entry(signature, labels) for signature in signatures],
    }


def _entry(signature: Signature, labels: dict[int, str]) -> dict[str, Any]:
    organisation = signature.organisation
    if organisation is None or signature.published_at is None:
        raise ValueError("A published signature has its organisation and its instant.")
    return {
        "name": organisation.name,
        "acronym": organisation.acronym,
        "country": organisation.country.code,
        "scope": organisation.scope,
        "revision": labels[signature.revision_id],
        "language": signature.edition_language,
        "published": signature.published_at.date().isoformat(),
        "statement": signature.statement,
        "source": signature.source_url,
    }
