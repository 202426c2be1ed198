"""Giving an organisation its logo, and taking it away."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from django.contrib.auth.models import User
from django.db import transaction
from PIL import Image

from signatories.models import Logo, Organisation
from signatories.review import record_organisation

LARGEST_SIDE = 480  # pixels: twice what a page shows, for sharp screens


@transaction.atomic
def set_logo(
    *, organisation: Organisation, image: bytes | None, by: User | None, now: datetime
) -> Logo | None:
    """Give the organisation this WebP image as its logo, or with None take it away.

    The one before is gone with it, and so is its address. Taking away none is harmless.
    """
    removed, _rows = Logo.objects.filter(organisation=organisation).delete()
    logo = None
    if image is not None:
        with Image.open(BytesIO(image)) as opened:
            width, height = opened.size
        logo = Logo(organisation=organisation, width=width, height=height)
        logo.image = image
        logo.save()
    if logo or removed:
        record_organisation(organisation=organisation, by=by, now=now, changed=["logo"])
    return logo
