"""What all pages of the admin have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from config.admin.texts import CleanText
from config.errors import DomainError

M = TypeVar("M", bound=Model)


class StaffModelAdmin(CleanText[M], admin.ModelAdmin[M]):
    """An admin page whose changes go through actions, so nothing may delete rows in bulk."""

    actions_on_bottom = True
    list_per_page = 50
    # Whether a row can be saved as a whole; where it is only read, its own buttons act on it.
    has_save_buttons = True

    @staticmethod
    def staff(request: HttpRequest) -> User:
        """The signed-in staff user; admin pages are never reached without one."""
        return cast(User, request.user)

    def row_to_change(self, request: HttpRequest, pk: int) -> M:
        """The row that a button of its page acts on.

        Raises Http404 for a row that the user may not see, and PermissionDenied.
        """
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return row

    def page_context(self, request: HttpRequest, obj: M | None) -> dict[str, Any]:
        """What the page of this row shows beside its form; None stands for a new one."""
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
        """Act for a button, say what was done or what forbids it, and go back to a page."""
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
        """Say what forbids a saving that the form itself could not foresee; nothing is saved."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(request.get_full_path())

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions
