"""Refuse to overwrite what somebody else saved meanwhile, and show the differences.

A hidden field of the form carries a digest of each value that the page showed. On submission the
row is locked and its present values are compared. If a value has changed, and not to what was
typed, nothing is saved: the page lists what is stored now and what was typed, and shows the form
again as typed. The next submission overwrites. Sending the same form twice is harmless.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.forms import BoundField
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.staff.typed import TYPED_BY
from config.text.lists import comma_list

M = TypeVar("M", bound=Model)

AS_SHOWN = "as_shown"  # the hidden field
UNSEEN = {AS_SHOWN, TYPED_BY}
Digests = dict[str, str]


@dataclass(frozen=True)
class Difference:
    """A field whose stored value is neither what the page showed nor what was typed."""

    label: str
    stored: str
    typed: str


@dataclass(frozen=True)
class Shown:
    """One field of a page, with its label and value."""

    key: str
    label: str
    field: BoundField

    @property
    def text(self) -> str:
        return _plain(self.field.initial)

    @property
    def words(self) -> str:
        return _words(self.field.field, self.field.initial)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


class AsShownField(forms.CharField):
    """Digests of what the page showed, by field. It never counts as changed."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class StaleSavesAdmin(admin.ModelAdmin[M]):
    """Refuses to overwrite changes saved since the page was opened."""

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        only_named = "fields" in kwargs and kwargs["fields"] is None  # Django wants their names
        if obj is None or only_named or not self.has_change_permission(request, obj):
            return form
        page = self

        class Checked(form):  # type: ignore[misc,valid-type]
            as_shown = AsShownField()

            def clean(self) -> Any:
                cleaned = super().clean()
                if AS_SHOWN in self.data:
                    page.refuse_stale(request, obj, self)
                return cleaned

        return Checked

    def refuse_stale(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Lock the row; add the differences and the present digests to the form.

        Call it in the transaction that saves the form.
        """
        stored = type(obj)._default_manager.select_for_update().get(pk=obj.pk)
        present = {one.key: one for one in self._stored(request, stored)}
        seen, typed = _read(form.data[AS_SHOWN]), self._typed(request, form)
        differences = [
            *_fields(seen, present, typed),
            *self._rows(request, stored, seen, present, typed),
        ]
        if not differences:
            return
        form.differences = differences
        form.last_change = _last_change(obj)
        form.data = form.data.copy()
        form.data[AS_SHOWN] = _written(present.values())
        form.add_error(None, CHANGED_MEANWHILE)

    def _stored(self, request: HttpRequest, obj: M) -> Iterator[Shown]:
        """The fields that the page of this row would show now."""
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form = self.get_form(request, obj, change=True, fields=fields)
        yield from _of_form(form(instance=obj))
        for prefix, formset, queryset in self._formsets(request, obj):
            yield from _of_rows(formset(instance=obj, prefix=prefix, queryset=queryset))

    def _typed(self, request: HttpRequest, form: Any) -> dict[str, BoundField | None]:
        """The submitted fields by the same keys; None in a row marked for removal."""
        typed: dict[str, BoundField | None] = {name: form[name] for name in form.fields}
        for prefix, formset, queryset in self._formsets(request, form.instance):
            bound = formset(
                request.POST,
                request.FILES,
                instance=form.instance,
                prefix=prefix,
                queryset=queryset,
            )
            if not bound.management_form.is_valid():
                continue
            for row in bound.initial_forms:
                sent = request.POST.get
                key = f"{prefix}:{sent(row.add_prefix(bound._pk_field.name))}:"
                removed = sent(row.add_prefix(DELETION_FIELD_NAME))
                typed |= {f"{key}{name}": None if removed else row[name] for name in row.fields}
        return typed

    def _rows(
        self,
        request: HttpRequest,
        obj: M,
        seen: Digests,
        present: dict[str, Shown],
        typed: dict[str, BoundField | None],
    ) -> Iterator[Difference]:
        """Inline rows that were added or removed meanwhile."""
        for prefix, formset, _queryset in self._formsets(request, obj):
            title = capfirst(str(formset.model._meta.verbose_name))
            before, after = (_rows_in(keys, prefix) for keys in (seen, present))
            for row in sorted(after - before):
                words = [
                    one.text for key, one in present.items() if key.startswith(row) and one.text
                ]
                yield Difference(title, comma_list(words), _("(not on your page)"))
            for row in sorted(before - after):
                sent = [field for key, field in typed.items() if key.startswith(row)]
                if not sent or any(sent):
                    yield Difference(title, _("(removed)"), _("(on your page)"))

    def _formsets(self, request: HttpRequest, obj: M) -> Iterator[tuple[str, Any, Any]]:
        """Prefix, class and rows of each inline formset, with the prefixes that Django gives."""
        prefixes: Counter[str] = Counter()
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            prefix = formset.get_default_prefix()
            prefixes[prefix] += 1
            if prefixes[prefix] != 1:
                prefix = f"{prefix}-{prefixes[prefix]}"
            if inline.has_change_permission(request, obj):
                yield prefix, formset, inline.get_queryset(request)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        if AS_SHOWN in form.fields and not form.is_bound:
            form.initial[AS_SHOWN] = _written(self._stored(request, form.instance))
        return super().render_change_form(request, context, *args, **kwargs)


def _fields(
    seen: Digests, present: dict[str, Shown], typed: dict[str, BoundField | None]
) -> Iterator[Difference]:
    """Fields whose stored value is neither the one shown nor the one typed."""
    rows = {key.rpartition(":")[0] for key in seen}
    for key, shown in present.items():
        is_new_row = key.rpartition(":")[0] not in rows | {""}
        if seen.get(key) == shown.digest or key not in typed or is_new_row:
            continue
        field = typed[key]
        if field is None:
            yield Difference(shown.label, shown.words, _("(removed)"))
        elif field.field.has_changed(shown.field.initial, field.data):
            yield Difference(shown.label, shown.words, _words(field.field, field.value()))


def _rows_in(keys: Iterable[str], prefix: str) -> set[str]:
    """The prefixes of the keys of each row, such as “addressees:5:”."""
    return {f"{key.rpartition(':')[0]}:" for key in keys if key.startswith(f"{prefix}:")}


def _last_change(obj: Model) -> LogEntry | None:
    """The last time it was saved in the admin."""
    kind = ContentType.objects.get_for_model(type(obj))
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(obj.pk))
    return entries.select_related("user").order_by("-action_time").first()


CHANGED_MEANWHILE = gettext_lazy(
    "Somebody changed this after you opened the page. Your changes have not been saved yet."
)


def _of_form(form: Any, prefix: str = "", title: str = "") -> Iterator[Shown]:
    for name, field in form.fields.items():
        if name not in UNSEEN and not isinstance(field.widget, forms.PasswordInput):
            label = capfirst(str(form[name].label))
            yield Shown(f"{prefix}{name}", f"{title}: {label}" if title else label, form[name])


def _of_rows(formset: Any) -> Iterator[Shown]:
    for row in formset.initial_forms:
        title = f"{capfirst(str(formset.model._meta.verbose_name))} “{row.instance}”"
        for shown in _of_form(row, f"{formset.prefix}:{row.instance.pk}:", title):
            if not shown.field.is_hidden:  # the primary key and the foreign key
                yield shown


def _plain(value: Any) -> str:
    """A field's value as text, the same whether it comes from the database or a form."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, (list, tuple, set, QuerySet)):
        return "\n".join(sorted(_plain(one) for one in value))
    return "\n".join(str(value).splitlines())


def _words(field: forms.Field, value: Any) -> str:
    """A value as people see it: the labels of what was chosen."""
    if isinstance(field.widget, forms.FileInput):
        return getattr(value, "name", None) or _("(a file)")
    value = field.prepare_value(value)
    values = list(value) if isinstance(value, (list, tuple, set, QuerySet)) else [value]
    choices = getattr(field, "choices", None)
    if choices is None:
        return " ".join(_plain(one) for one in values if one not in (None, ""))
    wanted = {str(field.prepare_value(one)) for one in values}
    return comma_list(str(label) for key, label in choices if str(key) in wanted)


def _written(shown: Iterable[Shown]) -> str:
    return json.dumps({one.key: one.digest for one in shown}, separators=(",", ":"))


def _read(text: str) -> Digests:
    """The digests that a page carried; none if the text is not valid."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
