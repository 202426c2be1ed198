"""Saves what was typed into an admin form when the user has to log in again.

If a form is sent after the session has ended, before the second factor is verified, or with a CSRF
token from before a new log-in, it is shown again, filled in, after the log-in. Until then it is
stored, encrypted, in the session of the browser that sent it, for the account that the page was
rendered for and no other. Passwords, codes, tokens and files are not stored.
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
SESSION_KEY = "staff_typed"  # the key in the session
FRESH = timedelta(days=7)  # the age up to which a page can be sent
LONGEST = 1_000_000  # characters; longer forms are not stored
NOT_STORED = {"csrfmiddlewaretoken", *FIELDS}
OTHER_PAGES = {"letters_letter_revise"}  # forms of ours that are not those of a row

_salt = "staff.typed"


class TypedByField(forms.CharField):
    """The account that the page was rendered for, signed, so that other sites cannot forge it."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


@dataclass(frozen=True)
class Typed:
    """A form as it was sent, without the fields that are not stored."""

    fields: QueryDict
    files: list[str]

    @property
    def message(self) -> str:
        """The message above the form."""
        text = _("You had to log in again. What you typed is below. It has not been saved yet.")
        if self.files:
            again = _("Choose these files again: %(names)s.") % {"names": comma_list(self.files)}
            text = f"{text} {again}"
        return text


def typed_by(user_id: int) -> str:
    """The value of the hidden field on a page for this account."""
    return signing.dumps(user_id, salt=_salt)


def author(request: HttpRequest) -> int | None:
    """The account that the form's page was rendered for; None if it does not say."""
    try:
        account = signing.loads(request.POST.get(TYPED_BY, ""), salt=_salt, max_age=FRESH)
    except signing.BadSignature:
        return None
    return account if isinstance(account, int) else None


def is_storable(request: HttpRequest) -> bool:
    """Whether this is a form worth saving: one that adds or changes a row, or one of ours."""
    if request.method != "POST":
        return False
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    name = match.url_name or ""
    of_a_row = hasattr(match.func, "model_admin") and name.endswith(("_add", "_change"))
    return of_a_row or name in OTHER_PAGES


def store(request: HttpRequest, *, by: int) -> bool:
    """Store the form in the present session, for this account. False if it is too long."""
    fields = [[name, texts] for name, texts in request.POST.lists() if name not in NOT_STORED]
    files = [file.name for _name, sent in request.FILES.lists() for file in sent if file.name]
    written = json.dumps({"fields": fields, "files": files}, ensure_ascii=False)
    if len(written) > LONGEST:
        return False
    path = request.get_full_path()
    request.session[SESSION_KEY] = {"by": by, "path": path, "typed": encrypt(written)}
    return True


def take(request: HttpRequest) -> Typed | None:
    """Take the form stored for this account and page out of the session; None if there is none."""
    stored = request.session.get(SESSION_KEY)
    if stored is None or stored["path"] != request.get_full_path():
        return None
    del request.session[SESSION_KEY]
    if stored["by"] != request.user.pk:
        return None
    try:
        written = json.loads(decrypt(stored["typed"]))
    except ValueError:  # encrypted with a key that has since been removed
        return None
    fields = QueryDict(mutable=True)
    for name, texts in written["fields"]:
        fields.setlist(name, texts)
    return Typed(fields, written["files"])
