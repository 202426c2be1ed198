"""One organisation out of two, and two again out of one.

A merge changes rows and writes down each field as it was and as it became. Undoing puts back every
field that nobody has changed since.

The rule for two live signatures under one letter: a published one stays before one in review, and
of two alike the one that was confirmed first. The other is declined. Its representative is told
that the organisation had signed, if they may know of the one that stays.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from config import audit
from config.outbox import post
from letters.models import Letter
from signatories import emails
from signatories.errors import SignatureError
from signatories.models import (
    Logo,
    Merge,
    Organisation,
    OrganisationDomain,
    OrganisationName,
    Pair,
    ProposedLogo,
    Signature,
)
from signatories.queries import may_know_of_first
from signatories.recognition import own_domain
from signatories.register import index_organisation

Status = Signature.Status


class CannotMerge(SignatureError):
    """These two cannot be made one, or the merge cannot be undone; `message` tells why."""


class Ledger:
    """Changes rows and remembers how they were.

    An entry is a list: model label, key, and either the changed fields as {name: [before, after]},
    or the whole row that was removed, or None for a row that was added.
    """

    def __init__(self) -> None:
        self.entries: list[list[Any]] = []

    def change(self, row: Model, **values: Any) -> None:
        before = {name: plain(getattr(row, name)) for name in values}
        type(row)._default_manager.filter(pk=row.pk).update(**values)
        for name, value in values.items():
            setattr(row, name, value)
        fields = {name: [before[name], plain(value)] for name, value in values.items()}
        self.entries.append([row._meta.label, row.pk, "changed", fields])

    def add(self, row: Model) -> None:
        row.save()
        self.entries.append([row._meta.label, row.pk, "added", None])

    def remove(self, row: Model) -> None:
        whole = {field.attname: plain(getattr(row, field.attname)) for field in row._meta.fields}
        self.entries.append([row._meta.label, row.pk, "removed", whole])
        row.delete()


def plain(value: Any) -> Any:
    """A field's value as JSON can keep it; the field's `to_python` reads it back."""
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


@transaction.atomic
def merge_organisations(
    *, kept: Organisation, merged: Organisation, by: User, now: datetime
) -> Merge:
    """Make two organisations one: signatures, names, domains, numbers and sections move to `kept`.

    So does a logo, where it has none. The name, acronym and website that `merged` went by become
    further ones of `kept`. Letters whose public list changes get a new version. Raises CannotMerge.
    """
    kept, merged = _lock(kept, merged)
    _check(kept, merged)
    ledger = Ledger()
    ledger.change(kept, compared=False)
    ledger.change(merged, compared=False)
    _move_signatures(ledger, kept, merged, by=by, now=now)
    _move_names(ledger, kept, merged)
    _move_domains(ledger, kept, merged)
    for identifier in merged.identifiers.all():
        ledger.change(identifier, organisation_id=kept.pk)
    _move_sections(ledger, kept, merged)
    if not Logo.objects.filter(organisation=kept).exists():
        for logo in Logo.objects.filter(organisation=merged):
            ledger.change(logo, organisation_id=kept.pk)
    _move_pairs(ledger, kept, merged)
    for earlier in Organisation.objects.filter(merged_into=merged):
        ledger.change(earlier, merged_into_id=kept.pk)
    ledger.change(merged, merged_into_id=kept.pk)
    _index(kept, merged)
    merge = Merge.objects.create(kept=kept, merged=merged, changes=ledger.entries, at=now, by=by)
    audit.record(verb="organisations merged", subject=kept, by=by, now=now, merged=merged.pk)
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, by: User, now: datetime) -> Merge:
    """Put everything back as it was, but for what others have changed since.

    Undoing twice is harmless. Raises CannotMerge while a later merge stands on this one.
    """
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at:
        return merge
    kept, merged = _lock(merge.kept, merge.merged)
    both = [kept.pk, merged.pk]
    later = Merge.objects.filter(Q(kept__in=both) | Q(merged__in=both), undone_at=None)
    if later.filter(pk__gt=merge.pk).exists():
        raise CannotMerge(_("Undo the later merge of these organisations first."))
    _bump_letters(kept, merged)
    for label, pk, what, values in reversed(merge.changes):
        _put_back(apps.get_model(label), pk, what, values)
    kept.refresh_from_db()
    merged.refresh_from_db()
    compared = [kept.compared, merged.compared]
    _index(kept, merged)
    for organisation, flag in zip((kept, merged), compared, strict=True):
        Organisation.objects.filter(pk=organisation.pk).update(compared=flag)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    audit.record(verb="merge undone", subject=kept, by=by, now=now, merged=merged.pk)
    return merge


def _lock(*organisations: Organisation) -> list[Organisation]:
    """Both as they are now, and the letters under which either has signed, in one order for all."""
    numbers = [organisation.pk for organisation in organisations]
    signed = Signature.objects.filter(organisation__in=numbers).values("letter")
    list(Letter.objects.filter(pk__in=signed).order_by("pk").select_for_update())
    rows = Organisation.objects.filter(pk__in=numbers).order_by("pk").select_for_update()
    found = {row.pk: row for row in rows}
    return [found[number] for number in numbers]


def _check(kept: Organisation, merged: Organisation) -> None:
    if kept.pk == merged.pk:
        raise CannotMerge(_("These are one organisation already."))
    if kept.merged_into_id or merged.merged_into_id:
        raise CannotMerge(_("One of these was merged into another organisation before."))


def _move_signatures(
    ledger: Ledger,
    kept: Organisation,
    merged: Organisation,
    *,
    by: User,
    now: datetime,
) -> None:
    standing = {one.letter_id: one for one in Signature.objects.live().filter(organisation=kept)}
    for signature in Signature.objects.filter(organisation=merged).order_by("pk"):
        other = standing.get(signature.letter_id)
        if other and signature.is_live:
            loser = max(other, signature, key=_rank)
            winner = other if loser is signature else signature
            may_know = may_know_of_first(loser, winner)
            ledger.change(
                loser,
                status=Status.DECLINED,
                decided_at=now,
                # As any second signature: nobody was against it. A stranger's is like all others.
                decided_by_id=None if may_know else by.pk,
                reason=_("Your organisation had already signed this letter.")
                if may_know
                else _("The organiser could not add this signature to the letter."),
            )
            ProposedLogo.objects.filter(signature=loser).delete()  # for good, as by other declines
            mail = emails.second_signature if may_know else emails.declined
            post(mail, signature_id=loser.pk)
            audit.record(verb="declined by a merge", subject=loser, by=by, now=now)
        ledger.change(signature, organisation_id=kept.pk)
    _bump_letters(kept)


def _rank(signature: Signature) -> tuple[bool, datetime | None, int]:
    """The smaller one stays."""
    return (signature.status != Status.PUBLISHED, signature.confirmed_at, signature.pk)


def _move_names(ledger: Ledger, kept: Organisation, merged: Organisation) -> None:
    Kind = OrganisationName.Kind
    known = {(row.name_key, row.kind, row.language) for row in kept.names.all()}
    for row in merged.names.all():
        if (row.name_key, row.kind, row.language) in known:
            ledger.remove(row)
        else:
            ledger.change(row, organisation_id=kept.pk)
    keys = {key for key, _kind, _language in known} | {kept.name_key}
    if merged.name_key not in keys:
        ledger.add(OrganisationName(organisation=kept, name=merged.name, kind=Kind.SPELLING))
    if merged.acronym and not kept.acronym:
        ledger.change(kept, acronym=merged.acronym)
    elif merged.acronym and merged.acronym != kept.acronym:
        ledger.add(OrganisationName(organisation=kept, name=merged.acronym, kind=Kind.ACRONYM))


def _move_domains(ledger: Ledger, kept: Organisation, merged: Organisation) -> None:
    known = {row.domain for row in kept.domains.all()} | {own_domain(kept.website)}
    for row in merged.domains.all():
        if row.domain in known:
            ledger.remove(row)
        else:
            ledger.change(row, organisation_id=kept.pk)
            known.add(row.domain)
    if merged.website and not kept.website:
        ledger.change(kept, website=merged.website, website_source=merged.website_source)
    elif (host := own_domain(merged.website)) and host not in known:
        ledger.add(OrganisationDomain(organisation=kept, domain=host, source=merged.website_source))


def _move_sections(ledger: Ledger, kept: Organisation, merged: Organisation) -> None:
    if kept.parent_id == merged.pk:
        ledger.change(kept, parent_id=merged.parent_id)
    for section in Organisation.objects.filter(parent=merged).exclude(pk=kept.pk):
        ledger.change(section, parent_id=kept.pk)


def _move_pairs(ledger: Ledger, kept: Organisation, merged: Organisation) -> None:
    """What was decided of `merged` holds for `kept`; what was open is looked at anew."""
    for pair in Pair.objects.filter(Q(first=merged) | Q(second=merged)):
        other = pair.second_id if pair.first_id == merged.pk else pair.first_id
        first, second = sorted([other, kept.pk])
        taken = Pair.objects.filter(first=first, second=second).exists()
        if other == kept.pk or pair.decision == Pair.Decision.OPEN or taken:
            ledger.remove(pair)
        else:
            ledger.change(pair, first_id=first, second_id=second)


def _bump_letters(*organisations: Organisation) -> None:
    signed = Signature.objects.published().filter(organisation__in=organisations).values("letter")
    Letter.objects.filter(pk__in=signed).bump_public_version()


def _index(*organisations: Organisation) -> None:
    for organisation in organisations:
        index_organisation(Organisation.objects.get(pk=organisation.pk))


def _put_back(model: type[Model], pk: Any, what: str, values: dict[str, Any] | None) -> None:
    rows = model._default_manager.filter(pk=pk)
    if what == "added":
        rows.delete()
    elif what == "removed" and values is not None:
        read = {name: _read(model, name, value) for name, value in values.items()}
        model._default_manager.bulk_create([model(**read)])
    elif values is not None:
        row = rows.first()
        before = {
            name: _read(model, name, old)
            for name, (old, new) in values.items()
            if row is not None and plain(getattr(row, name)) == new
        }
        if before:
            rows.update(**before)


def _read(model: type[Model], name: str, value: Any) -> Any:
    return model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
