"""Instants in the admin, shown in each row's time zone together with the zone's name."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

M = TypeVar("M", bound=models.Model)


def on_clocks(instant: datetime, zone: tzinfo) -> str:
    """Such as “31 May 2026, 23:59 (Europe/Brussels)”."""
    local = timezone.localtime(instant, zone)
    return f"{date_format(local, 'DATETIME_FORMAT')} ({zone})"


def render_in_zone(response: HttpResponse, zone: tzinfo) -> HttpResponse:
    """The response, rendered with this time zone active."""
    if isinstance(response, SimpleTemplateResponse):
        with timezone.override(zone):
            response.render()
    return response


class InstantsAdmin(admin.ModelAdmin[M]):
    """Shows the instants of each row in its own zone, in lists and read-only fields.

    Forms convert editable fields themselves.
    """

    def __init__(self, model: type[M], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        self._columns: dict[str, Any] = {}

    def zone_of(self, obj: M) -> tzinfo:
        """The time zone of this row; UTC if it has none."""
        return UTC

    def get_list_display(self, request: HttpRequest) -> Any:
        return [self._in_zone(name) for name in super().get_list_display(request)]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        form = context["adminform"]
        read_only = {name: self._in_zone(name) for name in form.readonly_fields}
        form.readonly_fields = list(read_only.values())
        form.fieldsets = [
            (title, {**options, "fields": _replaced(options["fields"], read_only)})
            for title, options in form.fieldsets
        ]
        zone = self.zone_of(obj) if obj else UTC
        context["zone"] = str(zone)
        response = super().render_change_form(request, context, add, change, form_url, obj)
        return render_in_zone(response, zone)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        zone = self.zone_of(obj) if obj else UTC
        named = {"zone": str(zone), **(extra_context or {})}
        return render_in_zone(super().history_view(request, object_id, named), zone)

    def _in_zone(self, name: Any) -> Any:
        """The column to show for a field: instants get one of their own, others stay as named."""
        if name in self._columns:
            return self._columns[name]
        try:
            field = self.opts.get_field(name) if isinstance(name, str) else None
        except FieldDoesNotExist:
            return name
        if not isinstance(field, models.DateTimeField):
            return name
        # Django compares columns by identity, so each name has just one.
        self._columns[name] = self._column(name, capfirst(field.verbose_name))
        return self._columns[name]

    def _column(self, name: str, title: Any) -> Any:
        @admin.display(description=title, ordering=name)
        def column(obj: M) -> str:
            instant = getattr(obj, name)
            if instant is None:
                return str(self.get_empty_value_display())
            return on_clocks(instant, self.zone_of(obj))

        column.__name__ = name
        return column


def _replaced(fields: Any, by: dict[Any, Any]) -> list[Any]:
    """The fields of a fieldset, nested rows too, with some replaced."""
    return [
        tuple(_replaced(name, by)) if isinstance(name, (list, tuple)) else by.get(name, name)
        for name in fields
    ]
