"""What was typed into a form of the admin outlives the session that it was typed in.

Whoever sends a form after their session has ended, before they have shown the second factor, or
with a token from before they logged in anew, finds it filled in as they sent it once they are in.
It is kept in the session of the browser that sent it, encrypted, for the account that the page was
made for and no other, until it is shown. Passwords, codes, tokens and files are not kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from config.encryption import decrypt, encrypt
from config.staff.reauthentication import FIELDS
from config.text.lists import comma_list

TYPED_BY = "typed_by"  # the hidden field
KEPT = "staff_typed"  # the key in the session
FRESH = timedelta(days=7)  # so long after it was made a page may still be sent
LONGEST = 1_000_000  # characters; more is not kept
NOT_KEPT = {"csrfmiddlewaretoken", *FIELDS}
OTHER_PAGES = {"letters_letter_revise"}  # forms of ours that are not those of a row

_salt = "staff.typed"


class TypedByField(forms.CharField):
    """For whom the page was made, signed, so that nobody can have others' browsers keep things."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


@dataclass(frozen=True)
class Typed:
    """A form as it was sent, without what is not kept."""

    fields: QueryDict
    files: list[str]

    @property
    def told(self) -> str:
        """What is said above the form."""
        text = _("You had to log in again. What you typed is below. It has not been saved yet.")
        if self.files:
            again = _("Choose these files again: %(names)s.") % {"names": comma_list(self.files)}
            text = f"{text} {again}"
        return text


def typed_by(user_id: int) -> str:
    """The value of the hidden field on a page for this account."""
    return signing.dumps(user_id, salt=_salt)


def author(request: HttpRequest) -> int | None:
    """For which account the page was made whose form this is; None where it does not say so."""
    try:
        found = signing.loads(request.POST.get(TYPED_BY, ""), salt=_salt, max_age=FRESH)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None


def is_kept(request: HttpRequest) -> bool:
    """Whether this is a form with typing in it: one that adds or changes a row, or one of ours."""
    if request.method != "POST":
        return False
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return False
    name = found.url_name or ""
    of_a_row = hasattr(found.func, "model_admin") and name.endswith(("_add", "_change"))
    return of_a_row or name in OTHER_PAGES


def keep(request: HttpRequest, *, by: int) -> bool:
    """Keep what was sent in the present session, for this account. Says whether it could be."""
    fields = [[name, texts] for name, texts in request.POST.lists() if name not in NOT_KEPT]
    files = [file.name for _name, sent in request.FILES.lists() for file in sent if file.name]
    written = json.dumps({"fields": fields, "files": files}, ensure_ascii=False)
    if len(written) > LONGEST:
        return False
    path = request.get_full_path()
    request.session[KEPT] = {"by": by, "path": path, "typed": encrypt(written)}
    return True


def take_up(request: HttpRequest) -> Typed | None:
    """What was kept for this account and this page. It is kept no longer."""
    kept = request.session.get(KEPT)
    if kept is None or kept["path"] != request.get_full_path():
        return None
    del request.session[KEPT]
    if kept["by"] != request.user.pk:
        return None
    try:
        written = json.loads(decrypt(kept["typed"]))
    except ValueError:  # under a key that has been taken out meanwhile
        return None
    fields = QueryDict(mutable=True)
    for name, texts in written["fields"]:
        fields.setlist(name, texts)
    return Typed(fields, written["files"])
