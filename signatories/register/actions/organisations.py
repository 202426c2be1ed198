"""All changes to an organisation on the register: add, rename, record, delete, set a logo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from config import audit
from letters.models import Letter
from signatories.errors import NameTaken
from signatories.models import DomainSource, Logo, Organisation, OrganisationName, Signature
from signatories.names.cleaning import name_key
from signatories.register.actions.indexing import index_organisation
from signatories.register.namesakes import free_namesake


@transaction.atomic
def enter_on_register(
    *, organisation: Organisation, now: datetime, by: User | None = None
) -> Organisation:
    """Add a provisional organisation to the register; doing so twice is harmless.

    If its country already has the name, it gets the next namesake number.
    """
    if not organisation.provisional:
        return organisation
    for _attempt in range(3):
        if enter_under(organisation, free_namesake(organisation), by=by, now=now):
            return organisation
    raise RuntimeError("The register changed under three attempts to add an organisation.")


def enter_under(
    organisation: Organisation, namesake: int, *, by: User | None, now: datetime
) -> bool:
    """Add it under this namesake number, unless another process has just taken it."""
    before = organisation.provisional, organisation.recognised_as
    organisation.provisional, organisation.recognised_as = False, None
    organisation.namesake = namesake
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        organisation.provisional, organisation.recognised_as = before
        return False
    index_organisation(organisation)
    audit.record(verb=audit.Verb.ORGANISATION_ADDED, subject=organisation, by=by, now=now)
    return True


@transaction.atomic
def rename_organisation(
    *, organisation: Organisation, name: str, by: User | None, now: datetime
) -> Organisation:
    """Rename an organisation on all letters. The old name stays known.

    A provisional one is simply renamed. Raises NameTaken if another organisation that the user may
    see has this name in its country; beside one that only another team may see, it becomes a
    namesake without notice.
    """
    before = organisation.name
    organisation.set_name(name)
    if organisation.provisional:
        organisation.save()
        return organisation
    register = Organisation.objects
    seen = register.visible_to(by) if by else register.on_register()
    namesakes = seen.filter(name_key=organisation.name_key, country=organisation.country)
    if organisation.name_key != name_key(before) and (
        namesakes.exclude(pk=organisation.pk).exists()
    ):
        raise NameTaken(
            _("Another organisation with this name is on the register in this country.")
        )
    store_organisation(organisation)
    if name_key(before) != organisation.name_key:
        OrganisationName.objects.get_or_create(
            organisation=organisation,
            name_key=name_key(before),
            kind=OrganisationName.Kind.FORMER,
            language="",
            defaults={"name": before},
        )
    return record_organisation(
        organisation=organisation, by=by, now=now, changed=["name"], before=before
    )


def store_organisation(organisation: Organisation) -> Organisation:
    """Save an organisation whose name or country may be new, as a namesake if necessary.

    The caller has to record the change.
    """
    organisation.set_name(organisation.name)
    for _attempt in range(3):
        organisation.namesake = free_namesake(organisation)
        try:
            with transaction.atomic():
                organisation.save()
        except IntegrityError:  # another process has just taken the number: try again
            continue
        return organisation
    raise RuntimeError("The register changed under three attempts to store an organisation.")


@transaction.atomic
def record_organisation(
    *,
    organisation: Organisation,
    by: User | None,
    now: datetime,
    added: bool = False,
    changed: Sequence[str] = (),
    before: str = "",
) -> Organisation:
    """Pass a change on to recognition, to every letter it signed, and to the audit trail.

    Call it in the transaction of any change of an organisation or of what belongs to it.
    """
    said = added or "website" in changed
    if by and said and organisation.website_source != DomainSource.STAFF:
        organisation.website_source = DomainSource.STAFF
        organisation.save(update_fields=["website_source"])
    index_organisation(Organisation.objects.get(pk=organisation.pk))
    signed = Signature.objects.public().filter(organisation=organisation).values("letter")
    Letter.objects.filter(pk__in=signed).bump_public_version()
    audit.record(
        verb=audit.Verb.ORGANISATION_ADDED if added else audit.Verb.ORGANISATION_CHANGED,
        subject=organisation,
        by=by,
        now=now,
        fields=list(changed),
        before=before,
    )
    return organisation


@transaction.atomic
def delete_organisation(*, organisation: Organisation, by: User, now: datetime) -> None:
    """Delete an organisation that never signed; its name stays in the audit trail."""
    audit.record(
        verb=audit.Verb.ORGANISATION_DELETED,
        subject=organisation,
        by=by,
        now=now,
        name=organisation.name,
    )
    organisation.delete()


@transaction.atomic
def set_logo(
    *, organisation: Organisation, image: bytes | None, by: User | None, now: datetime
) -> Logo | None:
    """Set the organisation's logo to this WebP image, or remove it with None.

    The old logo and its URL are gone. Removing a missing logo is harmless.
    """
    removed, _rows = Logo.objects.filter(organisation=organisation).delete()
    logo = None
    if image is not None:
        logo = Logo(organisation=organisation)
        logo.image = image
        logo.save()
    if logo or removed:
        record_organisation(organisation=organisation, by=by, now=now, changed=["logo"])
    return logo
