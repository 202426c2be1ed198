"""The base class of all admin pages.

A page reveals only what its own queryset contains. Django's admin trusts everyone who can open a
page with the whole table behind it: any column can be queried by a filter in the URL, choices and
deletion lists name rows that another page would hide, and a row's number leads to its public URL.
Here only what is declared is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.filters import FieldListFilter, ListFilter
from django.contrib.admin.utils import NestedObjects, get_fields_from_path
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import router
from django.db.models import ForeignKey, Model, QuerySet
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from config.admin.instants import InstantsAdmin
from config.admin.saved_typing import SavedTypingAdmin
from config.admin.stale import StaleSavesAdmin
from config.admin.texts import CleanText
from config.errors import DomainError

M = TypeVar("M", bound=Model)


class StaffModelAdmin(CleanText[M], SavedTypingAdmin[M], StaleSavesAdmin[M], InstantsAdmin[M]):
    """An admin page whose changes go through actions, so it has no bulk deletion."""

    actions_on_bottom = True
    list_per_page = 50
    # Whether the form can be saved; a read-only row has buttons of its own.
    has_save_buttons = True

    @staticmethod
    def staff(request: HttpRequest) -> User:
        """The logged-in staff user; admin pages always have one."""
        return cast(User, request.user)

    # Query parameters

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the parameters of this page's own filters and date hierarchy."""
        return lookup in self._declared_lookups(request)

    def _declared_lookups(self, request: HttpRequest) -> set[str]:
        dates = {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        found = dates if self.date_hierarchy else set()
        for declared in self.get_list_filter(request):
            found |= set(self._parameters(declared, request))
        return found

    def _parameters(self, declared: Any, request: HttpRequest) -> list[str]:
        """The parameters of one entry of list_filter, as the filter itself names them."""
        if isinstance(declared, type) and issubclass(declared, ListFilter):
            return [str(declared.parameter_name)]  # type: ignore[attr-defined]
        path, make = declared if isinstance(declared, tuple | list) else (declared, None)
        field = get_fields_from_path(self.model, path)[-1]
        make = make or FieldListFilter.create
        found = make(field, request, {}, self.model, self, field_path=path)
        return [str(name) for name in found.expected_parameters()]

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Rows can be looked up by primary key only."""
        return to_field == self.opts.pk.attname

    def get_view_on_site_url(self, obj: M | None = None) -> str | None:
        """The row's own public URL. Django's redirect by number would reveal that of any row."""
        own = getattr(obj, "get_absolute_url", None)
        return own() if own and self.view_on_site else None

    # Names of other rows

    def visible_rows(self, request: HttpRequest, model: type[Model]) -> QuerySet[Model] | None:
        """The rows of a model that its admin shows this user; None if it has no admin."""
        try:
            return self.admin_site.get_model_admin(model).get_queryset(request)
        except NotRegistered:
            return None

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField[Any, Any], request: HttpRequest
    ) -> QuerySet[Any] | None:
        """The choices of a foreign key: only rows that the user may see."""
        if isinstance(db_field, ForeignKey):
            return self.visible_rows(request, db_field.related_model)
        return super().get_field_queryset(db, db_field, request)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """The rows to delete, the permissions missing, and the rows that prevent it.

        Only the rows themselves are named and counted: related rows may belong to another team. If
        one of those prevents the deletion, it is not named.
        """
        rows = list(objs)
        collector = NestedObjects(using=router.db_for_write(self.model), origin=rows)
        collector.collect(rows)
        lacks = {
            str(self.opts.verbose_name)
            for row in rows
            if not self.has_delete_permission(request, row)
        }
        forbids = sorted({self._named(request, row) for row in collector.protected})
        count = {str(self.opts.verbose_name_plural): len(rows)}
        return [str(row) for row in rows], count, lacks, forbids

    def _named(self, request: HttpRequest, row: Model) -> str:
        visible = self.visible_rows(request, type(row))
        if visible is None or not visible.filter(pk=row.pk).exists():
            return _("something you do not have permission to see")
        return f"{row._meta.verbose_name}: {row}"

    # Buttons and saving

    def row_to_change(self, request: HttpRequest, pk: int) -> M:
        """The row that a button acts on.

        Raises Http404 for a row that the user may not see, PermissionDenied for one that the user
        may not change.
        """
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return row

    def page_context(self, request: HttpRequest, obj: M | None) -> dict[str, Any]:
        """Extra context for the page of this row; None is a new row."""
        return {}

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        if change and not self.has_save_buttons:
            context |= {"show_save": False, "show_save_and_continue": False}
        context |= self.page_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def act_and_return(
        self, request: HttpRequest, act: Callable[[], object], done: object, to: str
    ) -> HttpResponse:
        """Run the action of a button, show its result or error, and redirect."""
        try:
            act()
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, str(done))
        return HttpResponseRedirect(to)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show domain errors that the form could not foresee; nothing is saved."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show why a deletion is not allowed; nothing is deleted."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(request.get_full_path())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions
