"""Recompute the recognition keys of every organisation."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from signatories.known.actions import index_known
from signatories.models import KnownOrganisation, Organisation
from signatories.register.actions import index_organisation


class Command(BaseCommand):
    help = (
        "Recompute what recognition knows about every organisation. Needed once after an upgrade"
        " that changes the rules of recognition; harmless at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for organisation in Organisation.objects.prefetch_related("names", "domains").iterator(500):
            index_organisation(organisation)
            count += 1
        bodies = 0
        for known in KnownOrganisation.objects.current().iterator(500):
            index_known(known)
            bodies += 1
        self.stdout.write(f"Indexed {count} organisations and {bodies} known bodies.")
