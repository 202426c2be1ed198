"""Merge two organisations into one, and undo it.

A merge records each changed field before and after. Undoing restores every field that has not been
changed since.

The merged organisation inherits what holds for either: it is protected if one of them was, and
international if one was known to be.

Of two live signatures under one letter, a published one wins over one in review, else the one
confirmed first. The other is declined, and its representative is told that the organisation had
already signed, if they may know of the winning signature. If either asked not to be named, the name
is not shown.
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
from config.mail.outbox import post
from letters.models import Letter
from signatories.errors import SignatureError
from signatories.known.actions import update_organisations
from signatories.models import (
    DomainSource,
    KnownLink,
    KnownOrganisation,
    Logo,
    Merge,
    Organisation,
    OrganisationDomain,
    OrganisationName,
    Pair,
    ProposedLogo,
    Signature,
)
from signatories.recognition import own_domain
from signatories.register.actions import index_organisation
from signatories.register.namesakes import free_namesake
from signatories.signing import emails
from signatories.signing.queries import may_know_of_first
from signatories.transitions import NOT_ADDED, SIGNED_ALREADY

Status = Signature.Status

# How much of a signature is public, from least to most.
VISIBLE: dict[str, int] = {
    Signature.Visibility.COUNTED: 0,
    Signature.Visibility.WITHHELD: 1,
    Signature.Visibility.PUBLIC: 2,
}


class CannotMerge(SignatureError):
    """These two cannot be merged, or the merge cannot be undone; `message` says why."""


class ChangeLog:
    """Change rows and record how they were.

    An entry is a list: model label, key, operation, and the changed fields as {name: [before,
    after]} or the whole row that was removed or added.
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
        self.entries.append([row._meta.label, row.pk, "added", whole(row)])

    def remove(self, row: Model) -> None:
        self.entries.append([row._meta.label, row.pk, "removed", whole(row)])
        row.delete()


def whole(row: Model) -> dict[str, Any]:
    """All columns of a row as JSON values."""
    return {field.attname: plain(getattr(row, field.attname)) for field in row._meta.fields}


def plain(value: Any) -> Any:
    """A field's value for JSON; the field's `to_python` reads it back."""
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


@transaction.atomic
def merge_organisations(
    *, kept: Organisation, merged: Organisation, by: User, now: datetime
) -> Merge:
    """Merge `merged` into `kept`: signatures, names, domains, identifiers and sections move.

    So does the logo, if `kept` has none. The name, acronym and website of `merged` become further
    ones of `kept`, which also inherits its protection and its parent. Letters whose public list
    changes get a new version. Raises CannotMerge.
    """
    kept, merged = lock_organisations(kept, merged)
    _check(kept, merged)
    change_log = ChangeLog()
    change_log.change(kept, compared=False)
    change_log.change(merged, compared=False)
    _take_over(change_log, kept, merged)
    _move_signatures(change_log, kept, merged, by=by, now=now)
    _move_names(change_log, kept, merged)
    _move_domains(change_log, kept, merged)
    _move_identifiers(change_log, kept, merged)
    _move_knowledge(change_log, kept, merged)
    _move_sections(change_log, kept, merged)
    if not Logo.objects.filter(organisation=kept).exists():
        for logo in Logo.objects.filter(organisation=merged):
            change_log.change(logo, organisation_id=kept.pk)
    _move_pairs(change_log, kept, merged)
    for earlier in Organisation.objects.filter(merged_into=merged):
        change_log.change(earlier, merged_into_id=kept.pk)
    change_log.change(merged, merged_into_id=kept.pk)
    _index(kept, merged)
    update_organisations([kept.pk])
    merge = Merge.objects.create(
        kept=kept, merged=merged, changes=change_log.entries, at=now, by=by
    )
    audit.record(
        verb=audit.Verb.ORGANISATIONS_MERGED, subject=kept, by=by, now=now, merged=merged.pk
    )
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, by: User, now: datetime) -> Merge:
    """Restore everything except what has been changed since.

    Undoing twice is harmless. Raises CannotMerge if a later merge depends on this one.
    """
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at:
        return merge
    kept, merged = lock_organisations(merge.kept, merge.merged)
    both = [kept.pk, merged.pk]
    later = Merge.objects.filter(Q(kept__in=both) | Q(merged__in=both), undone_at=None)
    if later.filter(pk__gt=merge.pk).exists():
        raise CannotMerge(_("Undo the later merge of these organisations first."))
    public = _public_letters(kept, merged)
    # Another organisation with its name may have been added since.
    Organisation.objects.filter(pk=merged.pk).update(namesake=free_namesake(merged))
    for label, pk, what, values in reversed(merge.changes):
        _put_back(apps.get_model(label), pk, what, values or {})
    Letter.objects.filter(pk__in=public | _public_letters(kept, merged)).bump_public_version()
    kept.refresh_from_db()
    merged.refresh_from_db()
    compared = [kept.compared, merged.compared]
    _index(kept, merged)
    update_organisations(both)
    for organisation, flag in zip((kept, merged), compared, strict=True):
        Organisation.objects.filter(pk=organisation.pk).update(compared=flag)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    audit.record(verb=audit.Verb.MERGE_UNDONE, subject=kept, by=by, now=now, merged=merged.pk)
    return merge


def lock_organisations(*organisations: Organisation) -> list[Organisation]:
    """Lock and reload them all, and the letters they have signed, always in the same order."""
    numbers = [organisation.pk for organisation in organisations]
    signed = Signature.objects.filter(organisation__in=numbers).values("letter")
    list(Letter.objects.filter(pk__in=signed).order_by("pk").select_for_update())
    rows = Organisation.objects.filter(pk__in=numbers).order_by("pk").select_for_update()
    found = {row.pk: row for row in rows}
    return [found[number] for number in numbers]


def _check(kept: Organisation, merged: Organisation) -> None:
    if kept.pk == merged.pk:
        raise CannotMerge(_("These are already one organisation."))
    if kept.merged_into_id or merged.merged_into_id:
        raise CannotMerge(_("One of these has already been merged into another organisation."))


def _take_over(change_log: ChangeLog, kept: Organisation, merged: Organisation) -> None:
    """Copy protection and international scope to `kept`."""
    if merged.protected and not kept.protected:
        change_log.change(kept, protected=True)
    wider = Organisation.Scope.INTERNATIONAL  # national is the default: it may be a guess
    if merged.scope == wider != kept.scope:
        change_log.change(kept, scope=wider)


def _move_signatures(
    change_log: ChangeLog,
    kept: Organisation,
    merged: Organisation,
    *,
    by: User,
    now: datetime,
) -> None:
    live = {one.letter_id: one for one in Signature.objects.live().filter(organisation=kept)}
    for signature in Signature.objects.filter(organisation=merged).order_by("pk"):
        other = live.get(signature.letter_id)
        if other and signature.is_live:
            winner, loser = sorted([other, signature], key=_rank)
            may_know = may_know_of_first(loser, winner)
            if VISIBLE[loser.visibility] < VISIBLE[winner.visibility]:
                change_log.change(winner, visibility=loser.visibility)
            change_log.change(
                loser,
                status=Status.DECLINED,
                decided_at=now,
                # Declined like any second signature if the signer is a colleague; a stranger's as
                # usual.
                decided_by_id=None if may_know else by.pk,
                reason=str(SIGNED_ALREADY if may_know else NOT_ADDED),
            )
            ProposedLogo.objects.filter(signature=loser).delete()  # for good, as for other declines
            mail = emails.second_signature if may_know else emails.declined
            post(mail, signature_id=loser.pk)
            audit.record(verb=audit.Verb.DECLINED_BY_A_MERGE, subject=loser, by=by, now=now)
        change_log.change(signature, organisation_id=kept.pk)
    Letter.objects.filter(pk__in=_public_letters(kept)).bump_public_version()


def _rank(signature: Signature) -> tuple[bool, datetime | None, int]:
    """The signature with the lower rank stays."""
    return (signature.status != Status.PUBLISHED, signature.confirmed_at, signature.pk)


def _move_names(change_log: ChangeLog, kept: Organisation, merged: Organisation) -> None:
    Kind = OrganisationName.Kind
    own = list(kept.names.all())
    known = {(row.name_key, row.kind, row.language) for row in own}
    translated = {row.language for row in own if row.kind == Kind.TRANSLATION}
    for row in merged.names.all():
        changes: dict[str, Any] = {"kind": row.kind, "language": row.language}
        if row.kind == Kind.TRANSLATION and row.language in translated:
            changes = {"kind": Kind.SPELLING, "language": ""}  # lists go on showing that of `kept`
        key = (row.name_key, changes["kind"], changes["language"])
        if (row.name_key, row.kind, row.language) in known or key in known:
            change_log.remove(row)
        else:
            change_log.change(row, organisation_id=kept.pk, **changes)
            known.add(key)
    # Names from an imported register go with it; the name that `merged` used stays.
    not_imported = kept.names.exclude(source=DomainSource.REGISTER)
    keys = {*not_imported.values_list("name_key", flat=True), kept.name_key}
    if merged.name_key not in keys:
        change_log.add(OrganisationName(organisation=kept, name=merged.name, kind=Kind.SPELLING))
    if merged.acronym and not kept.acronym:
        change_log.change(kept, acronym=merged.acronym)
    elif merged.acronym and merged.acronym != kept.acronym:
        change_log.add(OrganisationName(organisation=kept, name=merged.acronym, kind=Kind.ACRONYM))


def _move_domains(change_log: ChangeLog, kept: Organisation, merged: Organisation) -> None:
    known = {row.domain for row in kept.domains.all()} | {own_domain(kept.website)}
    for row in merged.domains.all():
        if row.domain in known:
            change_log.remove(row)
        else:
            change_log.change(row, organisation_id=kept.pk)
            known.add(row.domain)
    if merged.website and not kept.website:
        change_log.change(kept, website=merged.website, website_source=merged.website_source)
    elif (host := own_domain(merged.website)) and host not in known:
        change_log.add(
            OrganisationDomain(organisation=kept, domain=host, source=merged.website_source)
        )


def _move_identifiers(change_log: ChangeLog, kept: Organisation, merged: Organisation) -> None:
    known = {(row.scheme, row.value) for row in kept.identifiers.all()}
    for row in merged.identifiers.all():
        if (row.scheme, row.value) in known:
            change_log.remove(row)
        else:
            change_log.change(row, organisation_id=kept.pk)


def _move_knowledge(change_log: ChangeLog, kept: Organisation, merged: Organisation) -> None:
    """Links to imported registers, and what staff removed of their data."""
    linked = set(kept.known_links.values_list("known", flat=True))
    for link in merged.known_links.all():
        if link.known_id in linked:
            change_log.remove(link)
        else:
            change_log.change(link, organisation_id=kept.pk)
    refused = set(kept.refused.values_list("kind", "value"))
    for row in merged.refused.all():
        if (row.kind, row.value) in refused:
            change_log.remove(row)
        else:
            change_log.change(row, organisation_id=kept.pk)


def _move_sections(change_log: ChangeLog, kept: Organisation, merged: Organisation) -> None:
    """Move sections, avoiding that an organisation becomes a section of itself."""
    was_below = merged.pk in _above(kept.parent)
    if was_below or (kept.parent is None and kept.pk not in _above(merged.parent)):
        change_log.change(kept, parent_id=merged.parent_id)
    for section in Organisation.objects.filter(parent=merged).exclude(pk=kept.pk):
        change_log.change(section, parent_id=kept.pk)


def _above(organisation: Organisation | None) -> list[int]:
    """An organisation and all its parents."""
    found: list[int] = []
    while organisation is not None:
        found.append(organisation.pk)
        organisation = organisation.parent
    return found


def _move_pairs(change_log: ChangeLog, kept: Organisation, merged: Organisation) -> None:
    """Decisions on `merged` apply to `kept`; open pairs are compared again."""
    for pair in Pair.objects.filter(Q(first=merged) | Q(second=merged)):
        other = pair.second_id if pair.first_id == merged.pk else pair.first_id
        first, second = sorted([other, kept.pk])
        own = Pair.objects.filter(first=first, second=second).first()
        if other == kept.pk or pair.decision == Pair.Decision.OPEN:
            change_log.remove(pair)
        elif own is None:
            change_log.change(pair, first_id=first, second_id=second)
        else:
            if own.decision == Pair.Decision.OPEN:
                decided = ("decision", "decided_by_id", "decided_at")
                change_log.change(own, **{name: getattr(pair, name) for name in decided})
            change_log.remove(pair)


def _public_letters(*organisations: Organisation) -> set[int]:
    """Letters whose public list includes any of these, by name or in the count."""
    signed = Signature.objects.published().filter(organisation__in=organisations)
    return set(signed.values_list("letter", flat=True))


def _index(*organisations: Organisation) -> None:
    for organisation in organisations:
        index_organisation(Organisation.objects.get(pk=organisation.pk))


def _put_back(model: type[Model], pk: Any, what: str, values: dict[str, Any]) -> None:
    """Undo one entry of the change log, unless the row has been changed since."""
    row = model._default_manager.filter(pk=pk).first()
    if what == "removed":
        restored = model(**{name: _read(model, name, value) for name, value in values.items()})
        if row is None and _has_its_place(restored):
            model._default_manager.bulk_create([restored])
    elif row is None:
        return  # it has been removed
    elif what == "added":
        if not values or whole(row) == values:
            row.delete()
    else:
        same = {name for name, (_old, new) in values.items() if plain(getattr(row, name)) == new}
        if "status" in values and (same != set(values) or not _may_return(row, values)):
            return  # it has been decided on: fields of one decision stay together
        before = {name: _read(model, name, values[name][0]) for name in same}
        if before:
            model._default_manager.filter(pk=pk).update(**before)


def _has_its_place(row: Model) -> bool:
    """Whether the rows that it refers to still exist: a pair needs both organisations."""
    if isinstance(row, KnownLink):  # its import may have been undone
        return KnownOrganisation.objects.filter(pk=row.known_id).exists()
    if not isinstance(row, Pair):
        return True
    pair = Organisation.objects.on_register().filter(pk__in=[row.first_id, row.second_id])
    # The merged organisation is being restored in this very transaction.
    return pair.count() == 2


def _may_return(row: Model, values: dict[str, Any]) -> bool:
    """Whether a signature declined by the merge can be live again, with no other live one now."""
    if not isinstance(row, Signature):
        return True
    live = Signature.objects.live().filter(letter=row.letter_id, organisation=row.organisation_id)
    return not live.exclude(pk=row.pk).exists()


def _read(model: type[Model], name: str, value: Any) -> Any:
    return model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
