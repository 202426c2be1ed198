"""Letters in the admin: who works there and what their browser sends."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from letters.models import Letter
from tests.factories import StaffFactory

INDEX = "/admin/letters/letter/"


@pytest.fixture
def member(db: None) -> User:
    """A staff user who may do everything with letters, in no team yet."""
    user = StaffFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="letters"))
    return user


@pytest.fixture
def member_client(member: User) -> Client:
    client = Client()
    client.force_login(member)
    return client


def change_url(letter: Letter) -> str:
    return f"{INDEX}{letter.pk}/change/"


def sent_by(client: Client, url: str, **changes: str) -> dict[str, str]:
    """What a browser would send back from this page: all of its fields as they are shown.

    Further forms of an inline are added with their management form by `one_more`.
    """
    context = client.get(url).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, str] = {}
    for form in forms:
        for bound in form:
            shown(bound.html_name, bound.field.widget, bound.value(), sent)
    return sent | changes


def shown(name: str, widget: Any, value: Any, sent: dict[str, str]) -> None:
    if hasattr(widget, "decompress"):  # date and time are two fields
        parts = widget.decompress(value)
        for suffix, part, one in zip(widget.widgets_names, parts, widget.widgets, strict=True):
            shown(name + suffix, one, part, sent)
        return
    text = widget.format_value(value)
    if isinstance(text, list):
        text = text[0] if text else ""
    if getattr(widget, "input_type", "") == "checkbox":
        if value:
            sent[name] = "on"
    else:
        sent[name] = str(text if text is not None else "")


def one_more(sent: dict[str, str], prefix: str, **fields: str) -> dict[str, str]:
    """The same with one more inline form, as added by the link “Add another”."""
    number = int(sent[f"{prefix}-TOTAL_FORMS"])
    added = {f"{prefix}-{number}-{name}": value for name, value in fields.items()}
    return sent | {f"{prefix}-TOTAL_FORMS": str(number + 1)} | added


def problems(response: Any) -> dict[str, list[str]]:
    """The errors by field; those that belong to no field under __all__."""
    assert response.status_code == 200
    found: dict[str, list[str]] = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= {form.add_prefix(name): errors for name, errors in form.errors.items()}
    return found


def seen(page: str) -> str:
    """The page without the text for screen readers only."""
    return re.sub(r'<span class="visually-hidden".*?</span>', "", page)
