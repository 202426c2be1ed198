"""Enter a signature that was given elsewhere, such as on paper."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config import audit
from letters.models import Letter
from signatories.models import DomainSource, Organisation, Signature
from signatories.register.actions import record_organisation
from signatories.signing.actions import organisation_entered_by_staff
from signatories.signing.agreement import present_revision
from signatories.signing.links import new_nonce
from signatories.transitions import appear, lock_letter


@transaction.atomic
def enter_signature(
    *,
    letter: Letter,
    name: str,
    country: str,
    by: User | None,
    now: datetime,
    acronym: str = "",
    scope: str = "",
    website: str = "",
    statement: str = "",
    source_url: str = "",
) -> Signature:
    """Publish a signature that was given elsewhere, such as on paper or on another site.

    It has no representative and is recorded for the original edition of the current revision.
    `acronym`, `website` and `scope` complete the register. If the organisation has already signed,
    returns that signature unchanged. Raises LetterNotOpen for a draft.
    """
    letter = lock_letter(letter)
    revision = present_revision(letter)
    language = revision.wording.original.language
    signature = Signature(
        letter=letter,
        status=Signature.Status.PUBLISHED,
        authority=Signature.Authority.STAFF_VERIFIED,
        revision=revision,
        edition_language=language,
        language=language,
        signed_as=name,
        country=country,
        website=website,
        statement=statement,
        source_url=source_url,
        link_nonce=new_nonce(),
        signed_at=now,
        confirmed_at=now,
        decided_at=now,
        decided_by=by,
    )
    organisation = organisation_entered_by_staff(signature, now=now, by=by)
    live = Signature.objects.live().filter(letter=letter, organisation=organisation).first()
    if live:
        return live
    _complete(organisation, acronym=acronym, website=website, scope=scope, by=by, now=now)
    signature.organisation = organisation
    appear(signature, now=now)
    signature.save()
    Letter.objects.filter(pk=letter.pk).bump_public_version()
    audit.record(verb=audit.Verb.ENTERED_BY_STAFF, subject=signature, by=by, now=now)
    return signature


def _complete(organisation: Organisation, *, by: User | None, now: datetime, **facts: str) -> None:
    """Fill in details that the register lacks; a given scope replaces the current one."""
    changed = [
        name
        for name, fact in facts.items()
        if fact and fact != getattr(organisation, name)
        if name == "scope" or not getattr(organisation, name)
    ]
    if not changed:
        return
    for name in changed:
        setattr(organisation, name, facts[name])
    if "website" in changed:
        organisation.website_source = DomainSource.STAFF
    organisation.save()
    record_organisation(organisation=organisation, by=by, now=now, changed=changed)
