"""All changes to letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from config.text.lists import comma_list
from config.text.reasons import read_reason
from config.text.slugs import public_slug
from letters.errors import (
    SLUG_TAKEN,
    IllegalTransition,
    LetterNotReady,
    ReasonMissing,
    SlugTaken,
)
from letters.models import TRANSITIONS, Demand, Edition, FormerAddress, Letter, Revision
from letters.readiness import (
    CORRECTABLE,
    REVISABLE,
    check_ready,
    check_translations,
    missing_words,
    working_wording,
)
from letters.translating import followed_after, lags, parts_to_follow
from letters.wording import Wording, digest_of

STATUS_LABELS = dict(Letter.Status.choices)


@transaction.atomic
def save_letter(*, letter: Letter) -> Letter:
    """Store a validated letter. The caller records the edit.

    Status, revision and version may have changed since this letter was read, so they are not
    saved. Once the letter is out of draft, the silence policy is fixed and `country_from` can only
    be raised, as organisations signed on these terms. A slug that it had when out of draft
    redirects to the new one for ever. Raises SlugTaken.
    """
    if not letter.pk:
        letter.save()
        _check_slug(letter)
        return letter
    unsaved = {"id", "status", "closed_at", "revision", "public_version"}
    stored = Letter.objects.select_for_update().get(pk=letter.pk)
    if stored.status != Letter.Status.DRAFT:
        unsaved |= {"silence", "silence_days"}
        letter.country_from = max(letter.country_from, stored.country_from)
    columns = {field.name for field in letter._meta.concrete_fields}
    letter.save(update_fields=columns - unsaved)
    if stored.slug != letter.slug:
        if stored.status != Letter.Status.DRAFT:
            FormerAddress.objects.get_or_create(slug=stored.slug, letter=letter)
        _check_slug(letter)
    return letter


def _check_slug(letter: Letter) -> None:
    """Raises SlugTaken if another letter formerly had this slug.

    Call it after saving, so that a letter that gives up the slug at the same moment is seen.
    """
    if FormerAddress.objects.filter(slug=letter.slug).exclude(letter=letter).exists():
        raise SlugTaken(SLUG_TAKEN)


@transaction.atomic
def record_edit(
    *,
    letter: Letter,
    now: datetime,
    by: User | None = None,
    added: bool = False,
    changed: Sequence[str] = (),
) -> Letter:
    """Bump the public version and write an audit entry for a change to a letter or its parts.

    Call it in the transaction of the change; `changed` names what was changed.
    """
    Letter.objects.filter(pk=letter.pk).bump_public_version()
    audit.record(
        verb=audit.Verb.LETTER_ADDED if added else audit.Verb.LETTER_CHANGED,
        subject=letter,
        by=by,
        now=now,
        fields=list(changed),
    )
    letter.refresh_from_db(fields=["public_version"])
    return letter


@transaction.atomic
def delete_draft(*, letter: Letter, now: datetime, by: User | None = None) -> None:
    """Delete a letter that was never public, with an audit entry.

    Raises IllegalTransition if it is not a draft.
    """
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.status != Letter.Status.DRAFT:
        raise IllegalTransition(_("Only a draft can be deleted."))
    audit.record(verb=audit.Verb.LETTER_DELETED, subject=locked, by=by, now=now, slug=locked.slug)
    locked.delete()


@transaction.atomic
def set_demands(*, edition: Edition, texts: Sequence[str]) -> list[Demand]:
    """Replace the edition's demands with these, in this order. The caller records the edit."""
    Demand.objects.filter(edition=edition).exclude(position__lte=len(texts)).delete()
    for position, text in enumerate(texts, start=1):
        Demand.objects.update_or_create(edition=edition, position=position, defaults={"text": text})
    return list(Demand.objects.filter(edition=edition))


@transaction.atomic
def save_edition(
    *, edition: Edition, demands: Sequence[str] | None = None, follows_now: bool = False
) -> Edition:
    """Store a validated working edition with its demands. The caller records the edit.

    A new translation counts as up to date with the original; `follows_now` marks an existing one as
    up to date.
    """
    is_new = edition.pk is None
    edition.save()
    if demands is not None:
        set_demands(edition=edition, texts=demands)
    original = edition.letter.editions.filter(is_original=True).first()
    if original and not edition.is_original and (is_new or follows_now):
        edition.followed = parts_to_follow(original)
        edition.save(update_fields=["followed"])
    return edition


@transaction.atomic
def delete_edition(*, edition: Edition) -> None:
    """Delete a translation; revisions that contain it stay. The caller records the edit.

    Raises IllegalTransition for the original.
    """
    if edition.is_original:
        raise IllegalTransition(_("The original cannot be removed."))
    edition.delete()


@transaction.atomic
def mark_followed(
    *, edition: Edition, checked: Collection[str], now: datetime, by: User | None = None
) -> Edition:
    """Mark the translation as up to date with these changed parts of the original.

    `checked` are keys of letters.translating.Lag; outdated ones are ignored. Raises
    IllegalTransition if it is empty.
    """
    if not checked:
        raise IllegalTransition(_("You did not tick anything."))
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    original = edition.letter.original
    if original is None or edition.is_original:
        return edition
    done = [lag for lag in lags(edition, original) if lag.key in checked]
    if not done:
        return edition
    edition.followed = followed_after(edition, original, checked)
    edition.save(update_fields=["followed"])
    audit.record(
        verb=audit.Verb.TRANSLATION_CHECKED,
        subject=edition.letter,
        by=by,
        now=now,
        language=edition.language,
        parts=len(done),
    )
    return edition


@transaction.atomic
def publish_revision(
    *, letter: Letter, substantive: bool, reason: str, now: datetime, by: User | None = None
) -> Revision:
    """Freeze the working text of a letter that is out of draft as its next revision.

    A correction leaves all signatures as they are. After a substantive change every signatory is
    asked to sign again; the worker sends the mails. If the text has not changed, nothing happens.
    Raises ReasonMissing, ReasonTooLong, IllegalTransition if the letter's status does not allow it,
    LetterNotReady for a draft or an incomplete text, or TranslationsLag if a published translation
    is not up to date with a substantive change.
    """
    locked = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    present = locked.revision
    if present is None:
        raise LetterNotReady(_("The first version of the text is published when the letter opens."))
    wording = working_wording(locked)
    if wording.canonical() == present.canonical:
        return present
    if locked.status not in (REVISABLE if substantive else CORRECTABLE):
        raise IllegalTransition(_("The text of this letter can no longer be changed in this way."))
    missing = missing_words(locked)
    if missing:
        raise LetterNotReady(
            _("The letter cannot be published like this. Missing: %(what)s.")
            % {"what": comma_list(missing)}
        )
    reason = read_reason(reason)
    if not reason:
        raise ReasonMissing(_("Give a reason. Everyone will see it."))
    kind = Revision.Kind.CORRECTION
    if substantive:
        kind = Revision.Kind.SUBSTANTIVE
        check_translations(locked)
    elif wording.only_adds_to(present.wording):
        kind = Revision.Kind.TRANSLATION
    revision = _freeze(locked, wording, kind=kind, reason=reason, now=now, by=by)
    locked.save(update_fields=["revision"])
    Letter.objects.filter(pk=locked.pk).bump_public_version()
    audit.record(
        verb=audit.Verb.REVISION_PUBLISHED,
        subject=locked,
        by=by,
        now=now,
        reason=reason,
        revision=revision.label,
        kind=kind.value,
        digest=revision.digest,
    )
    return revision


def _freeze(
    letter: Letter,
    wording: Wording,
    *,
    kind: Revision.Kind,
    reason: str,
    now: datetime,
    by: User | None,
) -> Revision:
    """Create the next revision of a locked letter and set it. The caller saves the letter."""
    present = letter.revision
    number, correction = (present.number, present.correction + 1) if present else (1, 0)
    if kind == Revision.Kind.SUBSTANTIVE:
        number, correction = number + 1, 0
    canonical = wording.canonical()
    letter.revision = Revision.objects.create(
        letter=letter,
        number=number,
        correction=correction,
        kind=kind,
        reason=reason,
        frozen_at=now,
        frozen_by=by,
        canonical=canonical,
        digest=digest_of(canonical),
    )
    return letter.revision


@transaction.atomic
def change_status(
    *,
    letter: Letter,
    to: str,
    now: datetime,
    by: User | None = None,
    reason: str = "",
) -> Letter:
    """Change the letter's status along TRANSITIONS; does nothing if it has the status already.

    Leaving draft freezes the text as revision 1 and sets the slug that was typed. Raises
    IllegalTransition; for a letter that cannot open yet, LetterNotReady or TranslationsLag.
    """
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.status == to:
        return locked
    if to not in TRANSITIONS[locked.status]:
        raise IllegalTransition(
            _("A letter cannot change from “%(present)s” to “%(next)s”.")
            % {"present": locked.get_status_display(), "next": STATUS_LABELS.get(to, to)}
        )
    if to == Letter.Status.OPEN:
        check_ready(locked, now)
    if locked.revision is None:
        check_translations(locked)
        wording = working_wording(locked)
        _freeze(locked, wording, kind=Revision.Kind.OPENING, reason="", now=now, by=by)
    before, locked.status = locked.status, to
    if to == Letter.Status.CLOSED:
        locked.closed_at = now
    elif to == Letter.Status.OPEN:
        locked.closed_at = None
    if before == Letter.Status.DRAFT:
        others = Letter.objects.exclude(pk=locked.pk)
        former = FormerAddress.objects.exclude(letter=locked)
        locked.slug = public_slug(locked.slug, others, former)
    locked.save(update_fields=["status", "revision", "closed_at", "slug"])
    Letter.objects.filter(pk=locked.pk).bump_public_version()
    audit.record(
        verb=audit.Verb.LETTER_STATUS_CHANGED,
        subject=locked,
        by=by,
        now=now,
        reason=reason,
        before=before,
        after=to,
    )
    locked.refresh_from_db()
    return locked
