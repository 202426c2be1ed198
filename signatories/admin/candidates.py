"""Compare two organisations and record staff's decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.text.hosts import readable
from signatories.errors import SignatureError
from signatories.models import Organisation, Signature, may_see_representatives
from signatories.recognition import Reason
from signatories.recognition.matcher import WORTH_SHOWING
from signatories.register.actions import keep_apart, make_section
from signatories.register.duplicates import candidates_for
from signatories.review.actions import lock_organisations, merge_organisations

SHOWN = 5


@dataclass(frozen=True)
class CandidateRow:
    """A candidate compared with the organisation in question; differing words are marked."""

    organisation: Organisation
    percent: int
    name: SafeString
    website: SafeString
    reasons: list[str]
    other_country: bool


def candidate_rows(signature: Signature, user: User | AnonymousUser) -> list[CandidateRow]:
    """Organisations that may be the same as the signature's, best first, that the user may see."""
    own = signature.organisation
    if own is None or not signature.is_live:
        return []
    email = signature.representative_email if may_see_representatives(user) else ""
    candidates = [one for one in candidates_for(own, email=email) if one.score >= WORTH_SHOWING]
    numbers = [int(candidate.entry.organisation) for candidate in candidates]
    found = Organisation.objects.visible_to(user).in_bulk(numbers)
    rows = [
        CandidateRow(
            organisation=other,
            percent=round(100 * candidate.score),
            name=mark_differences(own.name, candidate.name or other.name),
            website=mark_differences(_host(own.website), _host(other.website)),
            reasons=reason_texts(candidate.reasons),
            other_country=other.country != own.country,
        )
        for candidate in candidates
        if (other := found.get(int(candidate.entry.organisation)))
    ]
    return rows[:SHOWN]  # cut last, so that candidates the user may not see take no place


def reason_texts(reasons: tuple[Reason, ...] | list[str]) -> list[str]:
    """Reasons in words for staff."""
    return [_(Reason(reason).text) for reason in reasons]


def mark_differences(own: str, other: str) -> SafeString:
    """`other` as HTML, with the words that `own` lacks in <mark>."""
    matcher = SequenceMatcher(None, own.casefold().split(), other.casefold().split(), False)
    words = other.split()
    parts = [
        ("span" if what == "equal" else "mark", " ".join(words[start:end]))
        for what, _i, _j, start, end in matcher.get_opcodes()
        if start < end
    ]
    return format_html_join(" ", "<{}>{}</{}>", ((tag, text, tag) for tag, text in parts))


def _host(website: str) -> str:
    return readable(urlsplit(website).hostname or "")


def decide_candidate(
    *,
    own: Organisation | None,
    other: Organisation | None,
    answer: str,
    by: User,
    now: datetime,
) -> None:
    """Act on staff's answer: `same`, `different` or `section`. Raises SignatureError."""
    if own is None or other is None:
        raise SignatureError(_("This organisation is no longer on the register."))
    if answer == "same":
        merge_organisations(kept=other, merged=own, by=by, now=now)
    elif answer == "different":
        keep_apart(one=own, other=other, by=by, now=now)
    elif answer == "section":
        make_section(section=own, parent=other, by=by, now=now)
    else:
        raise SignatureError(_("Say whether it is the same, different, or a section of it."))


@transaction.atomic
def decide_cluster(
    *,
    members: Collection[Organisation | None],
    kept: int | None,
    same: Collection[int],
    by: User,
    now: datetime,
) -> None:
    """Decide for all members whether each is the same as the one to keep, all or nothing.

    `kept` and `same` are primary keys. Members not in `same` are recorded as different from the
    kept one; nothing is recorded between themselves. A member that is None has been decided on
    meanwhile. Raises SignatureError.
    """
    found = {one.pk: one for one in members if one}
    if len(found) < len(members) or not set(same) <= set(found):
        raise SignatureError(
            _("Some of these have been decided since you opened the page. Check the list again.")
        )
    if kept is None or kept not in found:
        raise SignatureError(_("Choose which one to keep."))
    lock_organisations(*found.values())  # all at once, since each decision locks two of them
    for number in sorted(set(found) - {kept}):
        decide_candidate(
            own=found[number],
            other=found[kept],
            answer="same" if number in same else "different",
            by=by,
            now=now,
        )
