"""Every change of a letter's state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from letters.errors import IllegalTransition, LetterNotReady
from letters.models import TRANSITIONS, Demand, Edition, Letter

STATUS_LABELS = dict(Letter.Status.choices)


@transaction.atomic
def save_letter(*, letter: Letter) -> Letter:
    """Store a letter that was checked. The caller records the edit.

    Status and version may have changed since this letter was read, so an edit leaves them alone.
    """
    if not letter.pk:
        letter.save()
    else:
        columns = {field.name for field in letter._meta.concrete_fields}
        letter.save(update_fields=columns - {"id", "status", "public_version"})
    return letter


@transaction.atomic
def record_edit(
    *,
    letter: Letter,
    now: datetime,
    by: User | None = None,
    added: bool = False,
    changed: Sequence[str] = (),
) -> Letter:
    """Tell caches and the audit trail that the letter or something that belongs to it changed.

    Call it in the transaction of the change; `changed` names what was changed.
    """
    Letter.objects.filter(pk=letter.pk).bump_public_version()
    audit.record(
        verb="letter added" if added else "letter changed",
        subject=letter,
        by=by,
        now=now,
        fields=list(changed),
    )
    letter.refresh_from_db(fields=["public_version"])
    return letter


@transaction.atomic
def delete_draft(*, letter: Letter, now: datetime, by: User | None = None) -> None:
    """Remove a letter that was never public; the audit trail keeps that it was there.

    Raises IllegalTransition when it is no draft.
    """
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.status != Letter.Status.DRAFT:
        raise IllegalTransition(_("Only a draft can be deleted."))
    audit.record(verb="letter deleted", subject=locked, by=by, now=now, slug=locked.slug)
    locked.delete()


@transaction.atomic
def set_demands(*, edition: Edition, texts: Sequence[str]) -> list[Demand]:
    """Make these the edition's demands, in this order. The caller records the edit."""
    Demand.objects.filter(edition=edition).exclude(position__lte=len(texts)).delete()
    for position, text in enumerate(texts, start=1):
        Demand.objects.update_or_create(edition=edition, position=position, defaults={"text": text})
    return list(Demand.objects.filter(edition=edition))


@transaction.atomic
def change_status(
    *,
    letter: Letter,
    to: str,
    now: datetime,
    by: User | None = None,
    reason: str = "",
) -> Letter:
    """Move the letter to another status along TRANSITIONS; asking for the present one is harmless.

    Raises IllegalTransition, or LetterNotReady when a letter to be opened lacks something.
    """
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.status == to:
        return locked
    if to not in TRANSITIONS[locked.status]:
        raise IllegalTransition(
            _("A letter that is “%(present)s” cannot become “%(next)s”.")
            % {"present": locked.get_status_display(), "next": STATUS_LABELS.get(to, to)}
        )
    if to == Letter.Status.OPEN:
        _check_ready(locked, now)
    before, locked.status = locked.status, to
    locked.save(update_fields=["status"])
    Letter.objects.filter(pk=locked.pk).bump_public_version()
    audit.record(
        verb="letter status changed",
        subject=locked,
        by=by,
        now=now,
        reason=reason,
        before=before,
        after=to,
    )
    locked.refresh_from_db()
    return locked


def _check_ready(letter: Letter, now: datetime) -> None:
    missing = []
    if letter.original is None or not letter.original.body.strip():
        missing.append(_("its text"))
    if not letter.addressees.exists():
        missing.append(_("an addressee"))
    if letter.opens_at is None or letter.closes_at is None:
        missing.append(_("when it opens and closes"))
    elif letter.closes_at <= now:
        missing.append(_("a closing time that is still to come"))
    if missing:
        raise LetterNotReady(
            _("The letter cannot open yet. It lacks: %(what)s.") % {"what": ", ".join(missing)}
        )
